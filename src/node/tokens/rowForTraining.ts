import { convertRow, type OutputShape } from '../../core/dataset/conversion';
import { recogniseBytes } from '../../core/dataset/format';
import type { RowMapping } from '../../core/dataset/rowMapping';
import { onlyFields } from '../dataset/onlyFields';

/** How a training reads the rows of a file. */
export interface TrainingForm {
	readonly method: 'sft' | 'dpo';
	/** Only these fields of a row. */
	readonly columns?: readonly string[] | undefined;
	readonly mapping?: RowMapping | undefined;
}

/** A row as a training would be sent it. */
export type RowForTraining =
	| {
			readonly kind: 'row';
			/** In TRL's form. */
			readonly json: string;
			readonly shape: OutputShape;
			/** What is different from the row, each as a phrase. */
			readonly changes: readonly string[];
	  }
	| { readonly kind: 'dropped'; readonly reason: string };

/** @param shape the form that the rows before it have decided on */
export function rowForTraining(
	bytes: Uint8Array,
	{ method, columns, mapping }: TrainingForm,
	shape: OutputShape | undefined,
): RowForTraining {
	const cut = columns === undefined ? bytes : onlyFields(bytes, columns);
	const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(cut);
	const target = method === 'dpo' ? 'trl-dpo' : 'trl-sft';
	const converted = convertRow(text, recogniseBytes(cut, mapping), target, shape);
	if (converted.kind === 'dropped') {
		return converted;
	}
	const changes = converted.kind === 'changed' ? converted.changes : [];
	return { kind: 'row', json: converted.line, shape: converted.shape, changes };
}

/** Rows that are looked at for the one that decides on the form. */
const mostLookedAt = 200;

/** The form that a training's file takes: that of the first row that can be trained on. */
export async function shapeOfRows(
	count: number,
	read: (from: number, to: number) => Promise<readonly Uint8Array[]>,
	form: TrainingForm,
): Promise<OutputShape | undefined> {
	const portion = 20;
	for (let from = 0; from < Math.min(count, mostLookedAt); from += portion) {
		for (const bytes of await read(from, Math.min(count, from + portion))) {
			const row = rowForTraining(bytes, form, undefined);
			if (row.kind === 'row') {
				return row.shape;
			}
		}
	}
	return undefined;
}
