import { setImmediate } from 'node:timers/promises';
import { WindsockError } from '../../../core/base/errors';
import { isTextContainer } from '../../../core/dataset/container';
import { codesOf } from '../../../core/dataset/findings/finding';
import type { RowId } from '../../../core/dataset/overlay';
import { printValue } from '../../../core/dataset/query/printQuery';
import { parseQuery } from '../../../core/dataset/query/parseQuery';
import { termsOf, type Query } from '../../../core/dataset/query/query';
import type { RowSort, SortKey, SortValue } from '../../../core/dataset/query/rowSelection';
import { idsOf, portionsOf, type SearchedDataset } from './portions';
import { cancelled, StuckError } from './queryThread';
import type { QueryThreads } from './queryThreads';
import { verdicts, type Portion, type PortionAnswer } from './queryWork';

/** Rows that were found, in reading order. */
export interface FoundRows {
	readonly ids: readonly RowId[];
	/** What each is put in order by; empty without a sort. */
	readonly sortValues: readonly SortValue[];
	/** Rows that are done with, these among them. */
	readonly rowsDone: number;
}

export interface SearchOptions {
	/** A query that can be read. */
	readonly query: string;
	readonly sort?: RowSort | undefined;
	readonly threads: QueryThreads;
	readonly signal: AbortSignal;
}

/**
 * Goes through a dataset whose file is indexed, and answers rows in reading order as they are found.
 * Where the query asks for findings or labels, those have to be known.
 *
 * @throws WindsockError `queryInvalid`, `queryTooSlow`, `fileChanged`, `cancelled`
 */
export async function searchRows(
	dataset: SearchedDataset,
	options: SearchOptions,
	onFound: (found: FoundRows) => void,
): Promise<void> {
	const { query: text, threads, signal } = options;
	const query = readQuery(text);
	const portions = portionsOf(dataset, query);
	const inOrder = new InOrder(onFound);
	const ofRow = rowSortKey(options.sort?.by);
	const abort = new AbortController();
	const stop = AbortSignal.any([signal, abort.signal]);
	const isText = dataset.file.parts.every(({ kind }) => isTextContainer(kind));
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
				const decided = decidedRows(portion, ofRow !== undefined);
				const answer =
					decided ??
					(await threadAt(place)
						.ask({ kind: 'portion', query: text, sort: ofRow, portion }, stop)
						.catch((error: unknown) => {
							throw error instanceof StuckError ? tooSlow(error, portion, query, threads) : error;
						}));
				if (decided) {
					await setImmediate();
				}
				inOrder.take(portion, withMarkValues(dataset, portion, answer, options.sort?.by));
			}
		};
		// Others would decode the same row groups once more.
		const count = isText ? threads.count : 1;
		const ends = await Promise.allSettled(
			Array.from({ length: count }, (_, place) =>
				goOn(place).catch((error: unknown) => {
					abort.abort();
					throw error;
				}),
			),
		);
		const failures = ends.flatMap(end =>
			end.status === 'rejected' ? [end.reason as unknown] : [],
		);
		if (failures.length > 0) {
			throw failures.find(error => !WindsockError.is(error, 'cancelled')) ?? failures[0];
		}
	});
}

/** @throws WindsockError `queryInvalid` */
export function readQuery(text: string): Query {
	const parsed = parseQuery(text);
	if (parsed.ok) {
		return parsed.value;
	}
	const { start, end, message } = parsed.error;
	const word = text.slice(start, end);
	throw new WindsockError('queryInvalid', {
		place: word === '' ? `character ${start + 1}` : `“${word}”`,
		reason: message,
	});
}

/** Hands answers on in the order of the portions. */
class InOrder {
	readonly #early = new Map<number, { portion: Portion; answer: PortionAnswer }>();
	#next = 0;
	#rowsDone = 0;

	constructor(private readonly onFound: (found: FoundRows) => void) {}

	take(portion: Portion, answer: PortionAnswer): void {
		this.#early.set(portion.number, { portion, answer });
		for (;;) {
			const next = this.#early.get(this.#next);
			if (!next) {
				return;
			}
			this.#early.delete(this.#next++);
			this.#rowsDone += next.portion.count;
			const { passed, sortValues } = next.answer;
			this.onFound({ ids: idsOf(next.portion, passed), sortValues, rowsDone: this.#rowsDone });
		}
	}
}

/** The rows that pass where the marks decide about all of them. */
function decidedRows(portion: Portion, isRead: boolean): PortionAnswer | undefined {
	const marked = portion.verdicts;
	if (!marked || marked.includes(verdicts.open) || (isRead && marked.includes(verdicts.passes))) {
		return undefined;
	}
	const passed: number[] = [];
	for (const [index, verdict] of marked.entries()) {
		if (verdict === verdicts.passes) {
			passed.push(index);
		}
	}
	return { passed: Uint32Array.from(passed), sortValues: [] };
}

/** What threads have to find out; what stands in marks they are not asked. */
function rowSortKey(key: SortKey | undefined): SortKey | undefined {
	return key?.kind === 'findings' || key?.kind === 'label' ? undefined : key;
}

function withMarkValues(
	dataset: SearchedDataset,
	portion: Portion,
	answer: PortionAnswer,
	key: SortKey | undefined,
): PortionAnswer {
	if (!key || rowSortKey(key)) {
		return answer;
	}
	const { overlay, labels } = dataset;
	const sortValues = idsOf(portion, answer.passed).map((id): SortValue => {
		const row = overlay.row(id);
		return key.kind === 'label' ? labels?.of(id) : row && codesOf(dataset.findingsOf(row)).length;
	});
	return { passed: answer.passed, sortValues };
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
