import { setImmediate } from 'node:timers/promises';
import type { QueueKind } from '../../../core/dataset/annotate/reviewState';
import {
	isInShare,
	randomPlace,
	type ReviewShare,
} from '../../../core/dataset/annotate/reviewShare';
import { bitOf, type FindingCode } from '../../../core/dataset/findings/finding';
import type { RowId, RowRef } from '../../../core/dataset/overlay';
import type { DatasetModel } from '../datasetModel';
import { checkCancelled } from '../expected';

/** What to review. */
export interface QueueChoice {
	readonly kind: QueueKind;
	/** Of a random queue. */
	readonly seed?: number;
	/** Of a queue by finding; without it every finding counts. */
	readonly finding?: FindingCode;
	/** This annotator's part of it; without it the whole. */
	readonly share?: ReviewShare;
}

/** The rows that a queue is taken from: those of a view, in its order. */
export interface QueueRows {
	readonly count: number;
	rowAt(index: number): RowRef | undefined;
}

/** Rows looked at between two turns for others. */
const portion = 20_000;

/**
 * The rows to review, in the order in which they are asked about. The same choice gives the same
 * queue in every clone; rows that were added and not saved yet cannot be annotated and stay out.
 */
export async function reviewQueue(
	model: DatasetModel,
	rows: QueueRows,
	choice: QueueChoice,
	signal?: AbortSignal,
): Promise<RowId[]> {
	const wanted = choice.finding === undefined ? ~0 : bitOf(choice.finding);
	const disagreed =
		choice.kind === 'disagreement' ? new Set(model.labels?.disagreedRows()) : undefined;
	const { scan } = model.file;
	const queue: RowId[] = [];
	const places: number[] = [];
	for (let index = 0; index < rows.count; index++) {
		if (index % portion === portion - 1) {
			await setImmediate();
			checkCancelled(signal, 'preparing the review');
		}
		const row = rows.rowAt(index);
		if (row?.base === undefined) {
			continue;
		}
		const key = scan.nameKeyOf(row.base);
		const isWanted =
			(disagreed?.has(row.id) ?? true) &&
			(choice.kind !== 'finding' || (model.findingsOf(row) & wanted) !== 0) &&
			(choice.share === undefined || isInShare(key, choice.share));
		if (isWanted) {
			queue.push(row.id);
			if (choice.kind === 'random') {
				places.push(randomPlace(key, choice.seed ?? 0));
			}
		}
	}
	if (choice.kind !== 'random') {
		return queue;
	}
	const order = Uint32Array.from(queue, (_, i) => i);
	order.sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
	return Array.from(order, i => queue[i] ?? 0);
}
