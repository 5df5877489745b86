import { WindsockError } from '../../../core/base/errors';
import { isTextContainer } from '../../../core/dataset/container';
import { printValue } from '../../../core/dataset/query/printQuery';
import { termsOf, type Query } from '../../../core/dataset/query/query';
import { portionsOf, type SearchedDataset } from './portions';
import { cancelled, StuckError, type QueryThread } from './queryThread';
import type { QueryThreads } from './queryThreads';
import type { Portion } from './queryWork';

export interface PassOptions {
	readonly query: Query;
	readonly threads: QueryThreads;
	readonly signal: AbortSignal;
}

/**
 * Takes all portions of a dataset in order, as many at once as there are threads. The first failure
 * stops the others.
 *
 * @throws WindsockError `queryTooSlow`, `fileChanged`, `cancelled`
 */
export async function overPortions(
	dataset: SearchedDataset,
	{ query, threads, signal }: PassOptions,
	take: (portion: Portion, thread: () => QueryThread, stop: AbortSignal) => Promise<void>,
	last?: (threads: readonly QueryThread[]) => Promise<void>,
): Promise<void> {
	const portions = portionsOf(dataset, query);
	const abort = new AbortController();
	const stop = AbortSignal.any([signal, abort.signal]);
	// Others would decode the same row groups once more.
	const isText = dataset.file.parts.every(({ kind }) => isTextContainer(kind));
	const places = Array.from({ length: isText ? threads.count : 1 }, (_, place) => place);
	await threads.use(async threadAt => {
		const goOn = async (place: number): Promise<void> => {
			for (;;) {
				const { value: portion } = await portions.next();
				if (!portion) {
					return;
				}
				if (stop.aborted) {
					throw cancelled();
				}
				try {
					await take(portion, () => threadAt(place), stop);
				} catch (error) {
					abort.abort();
					throw error instanceof StuckError ? tooSlow(error, portion, query, threads) : error;
				}
			}
		};
		const ends = await Promise.allSettled(places.map(goOn));
		const failures = ends.flatMap(end =>
			end.status === 'rejected' ? [end.reason as unknown] : [],
		);
		if (failures.length > 0) {
			throw failures.find(error => !WindsockError.is(error, 'cancelled')) ?? failures[0];
		}
		await last?.(places.map(threadAt));
	});
}

function tooSlow(
	{ row, term }: StuckError,
	portion: Portion,
	query: Query,
	threads: QueryThreads,
): WindsockError {
	const value = termsOf(query.root)[term]?.value;
	return new WindsockError('queryTooSlow', {
		row: rowNumber(portion, row),
		seconds: threads.patience / 1000,
		...(value ? { expression: printValue(value) } : {}),
	});
}

/** Number of the row at a place of a portion, from 1. */
function rowNumber(portion: Portion, place: number): number {
	let from = 0;
	for (const run of portion.runs) {
		const count = run.kind === 'file' ? run.count : 1;
		if (place < from + count) {
			return run.position + place - from + 1;
		}
		from += count;
	}
	return 0;
}
