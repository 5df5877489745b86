import { setImmediate } from 'node:timers/promises';
import { WindsockError } from '../../../core/base/errors';
import { codesOf } from '../../../core/dataset/findings/finding';
import type { RowId } from '../../../core/dataset/overlay';
import { parseQuery } from '../../../core/dataset/query/parseQuery';
import type { Query } from '../../../core/dataset/query/query';
import type { RowSort, SortKey, SortValue } from '../../../core/dataset/query/rowSelection';
import { overPortions } from './overPortions';
import { idsOf, type SearchedDataset } from './portions';
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
	const { mapping } = dataset.file;
	const inOrder = new InOrder(onFound);
	const ofRow = rowSortKey(options.sort?.by);
	await overPortions(dataset, { query, threads, signal }, async (portion, ask, stop) => {
		const decided = decidedRows(portion, ofRow !== undefined);
		if (decided) {
			await setImmediate();
		}
		const work = { kind: 'portion', query: text, sort: ofRow, portion, mapping } as const;
		const answer = decided ?? (await ask().ask(work, stop));
		inOrder.take(portion, withMarkValues(dataset, portion, answer, options.sort?.by));
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
export function rowSortKey(key: SortKey | undefined): SortKey | undefined {
	return key && isMarkKey(key) ? undefined : key;
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
	const sortValues = idsOf(portion, answer.passed).map(id => markSortValue(dataset, id, key));
	return { passed: answer.passed, sortValues };
}

function isMarkKey({ kind }: SortKey): boolean {
	return kind === 'findings' || kind === 'label' || kind === 'rating';
}

/** What a row is put in order by where that is said about it; `undefined` for other keys. */
export function markSortValue(dataset: SearchedDataset, id: RowId, key: SortKey): SortValue {
	const { overlay, labels } = dataset;
	switch (key.kind) {
		case 'label':
			return labels?.of(id);
		case 'rating':
			return labels?.remarksOn(id)?.rating;
		case 'findings': {
			const row = overlay.row(id);
			return row && codesOf(dataset.findingsOf(row)).length;
		}
		default:
			return undefined;
	}
}
