import type { Label } from '../annotation';
import type { RecognisedRow } from '../example';
import { checkRow } from '../findings/checkRow';
import type { FindingCode } from '../findings/finding';
import { recogniseBytes } from '../format';
import type { RowMarks } from '../query/queryRow';
import type { RowMapping } from '../rowMapping';
import type { TextEdit } from './fixRow';

/** A row on its way through the steps of a pipeline. */
export class WorkRow {
	#row: RecognisedRow | undefined;
	#findings: ReadonlySet<FindingCode> | undefined;

	constructor(
		/** Its number among all rows that are read, from 0. */
		readonly index: number,
		readonly bytes: Uint8Array,
		/** What the person who runs the pipeline, and others, said about it. */
		readonly said: Pick<RowMarks, 'label' | 'remarks'>,
		/** The same for one example in every version of its file. */
		readonly id: () => string,
		/** Findings that only a look at the whole file gives; they stay with the row. */
		private readonly fileFindings: readonly FindingCode[] = [],
		/** How a person said that the rows are to be read. */
		readonly mapping?: RowMapping,
	) {}

	get label(): Label | undefined {
		return this.said.label;
	}

	get recognised(): RecognisedRow {
		return (this.#row ??= recogniseBytes(this.bytes, this.mapping));
	}

	get findings(): ReadonlySet<FindingCode> {
		return (this.#findings ??= new Set([
			...this.fileFindings,
			...checkRow(this.recognised).map(({ code }) => code),
		]));
	}

	withBytes(bytes: Uint8Array): WorkRow {
		return new WorkRow(this.index, bytes, this.said, this.id, this.fileFindings, this.mapping);
	}
}

/** What a step did to a row. */
export type StepOutcome =
	| { readonly kind: 'kept' }
	| {
			readonly kind: 'changed';
			readonly bytes: Uint8Array;
			readonly reason: string;
			readonly edits: readonly TextEdit[];
	  }
	| { readonly kind: 'dropped'; readonly reason: string };

export const kept: StepOutcome = { kind: 'kept' };

export function dropped(reason: string): Extract<StepOutcome, { kind: 'dropped' }> {
	return { kind: 'dropped', reason };
}
