import { isTextContainer } from '../../../core/dataset/container';
import { matchSpans } from '../../../core/dataset/query/matchSpans';
import { rowTest, type RowTest } from '../../../core/dataset/query/matches';
import { parseQuery } from '../../../core/dataset/query/parseQuery';
import { termsOf, type Query } from '../../../core/dataset/query/query';
import { queryRowOf, type QueryRow, type RowMarks } from '../../../core/dataset/query/queryRow';
import {
	orderOf,
	sortValueOf,
	type SortKey,
	type SortValue,
} from '../../../core/dataset/query/rowSelection';
import type { RegexProbe } from '../../../core/dataset/query/valueTests';
import { summarise } from '../../../core/dataset/statistics/columnSummary';
import { RowStatistics } from '../../../core/dataset/statistics/rowStatistics';
import type { RowMapping } from '../../../core/dataset/rowMapping';
import { RowRanges } from '../../../core/dataset/rowRanges';
import { WindsockError } from '../../../core/base/errors';
import { openFileSource, type ByteSource } from '../byteSource';
import { openRows, type PartDescription } from '../partReading';
import type { RowReader } from '../rowReader';
import {
	verdicts,
	type Portion,
	type PortionAnswer,
	type PortionRun,
	type QueryAnswers,
	type QueryWork,
	type Watch,
} from './queryWork';
import { RowSieve } from './rowSieve';

type PortionWork = Extract<QueryWork, { readonly kind: 'portion' }>;
type TallyWork = Extract<QueryWork, { readonly kind: 'tally' }>;
type FileRun = Extract<PortionRun, { readonly kind: 'file' }>;

interface OpenPart {
	readonly source: ByteSource;
	/** Of a file that says itself where its rows are. */
	readonly rows: RowReader | undefined;
}

/** A query made ready to be tried on many rows. */
interface ReadyQuery {
	readonly text: string;
	readonly test: RowTest;
	/** Absent where every row is wanted. */
	readonly sieve: RowSieve | undefined;
}

/**
 * Tries queries on rows. The same in a worker and in the calling thread; one piece of work at a time.
 * Files stay open from one to the next.
 */
export class QueryWorking {
	readonly #parts = new Map<string, Promise<OpenPart>>();
	#ready: ReadyQuery | undefined;
	#tallies = noTallies();
	/** For the bytes of a stretch of rows; reused. */
	#memory: Uint8Array = new Uint8Array();

	constructor(private readonly watch: Watch) {}

	async perform<K extends QueryWork['kind']>(
		work: Extract<QueryWork, { readonly kind: K }>,
	): Promise<QueryAnswers[K]>;
	async perform(work: QueryWork): Promise<QueryAnswers[QueryWork['kind']]> {
		switch (work.kind) {
			case 'portion':
				return new PortionPass(this, this.#readied(work.query), work, this.watch).run();
			case 'tally':
				return this.#tally(work);
			case 'tallied': {
				const { pass, statistics } = this.#tallies;
				this.#tallies = noTallies();
				return pass === work.pass ? statistics.pack() : new Map();
			}
			case 'summary': {
				const statistics = new RowStatistics();
				for (const tally of work.tallies) {
					statistics.addAll(tally);
				}
				return summarise(statistics);
			}
			case 'order':
				return orderOf(work.values, work.isDescending);
			case 'spans': {
				const { query, probe } = parsed(work.query, this.watch);
				this.watch.atRow(0, work.bytes.length);
				const marks = { ...noMarks, number: 1, isEdited: false };
				return matchSpans(query, queryRowOf(work.bytes, marks, work.mapping).example, probe);
			}
		}
	}

	/** Bytes of a file, valid until the next call. */
	async read(source: ByteSource, path: string, start: number, end: number): Promise<Uint8Array> {
		if (this.#memory.length < end - start) {
			this.#memory = Buffer.allocUnsafeSlow(Math.max(end - start, 1 << 22));
		}
		const bytes = await source.read(start, end, this.#memory);
		if (bytes.length < end - start) {
			throw new WindsockError('fileChanged', { path });
		}
		return bytes;
	}

	part(description: PartDescription): Promise<OpenPart> {
		const key = `${description.path}\n${description.stamp}`;
		const known = this.#parts.get(key);
		if (known) {
			return known;
		}
		const opened = openPart(description);
		this.#parts.set(key, opened);
		return opened;
	}

	async close(): Promise<void> {
		for (const part of this.#parts.values()) {
			// One that could not be opened has nothing to close.
			const opened = await part.catch(() => undefined);
			await opened?.source.close();
		}
	}

	/** Every row of the portion is read and none passes. */
	async #tally({ pass, portion, mapping }: TallyWork): Promise<number> {
		if (this.#tallies.pass !== pass) {
			this.#tallies = { ...noTallies(), pass };
		}
		const { statistics } = this.#tallies;
		const test = (row: QueryRow): boolean => {
			statistics.add(row);
			return false;
		};
		const query = { text: '', test, sieve: undefined };
		await new PortionPass(this, query, { portion, sort: undefined, mapping }, this.watch).run();
		return portion.count;
	}

	#readied(text: string): ReadyQuery {
		if (this.#ready?.text !== text) {
			const { query, probe } = parsed(text, this.watch);
			this.#ready = { text, test: rowTest(query, probe), sieve: new RowSieve(query) };
		}
		return this.#ready;
	}
}

function noTallies(): { readonly pass: number; readonly statistics: RowStatistics } {
	return { pass: 0, statistics: new RowStatistics() };
}

const noMarks = { format: undefined, findings: undefined, label: undefined } as const;

/** One portion on its way through a query. */
class PortionPass {
	readonly #passed: number[] = [];
	readonly #sortValues: SortValue[] = [];
	readonly #portion: Portion;
	readonly #sort: SortKey | undefined;
	readonly #mapping: RowMapping | undefined;

	constructor(
		private readonly working: QueryWorking,
		private readonly query: ReadyQuery,
		work: Pick<PortionWork, 'portion' | 'sort' | 'mapping'>,
		private readonly watch: Watch,
	) {
		this.#portion = work.portion;
		this.#sort = work.sort;
		this.#mapping = work.mapping;
	}

	async run(): Promise<PortionAnswer> {
		let index = 0;
		for (const run of this.#portion.runs) {
			if (!this.watch.isWanted()) {
				break;
			}
			if (run.kind === 'own') {
				this.#row(index, run.bytes, run.position, run.isEdited);
				index++;
			} else {
				await this.#file(run, index);
				index += run.count;
			}
		}
		return { passed: Uint32Array.from(this.#passed), sortValues: this.#sortValues };
	}

	/** Rows that the marks rule out are not read; those between them that stand together are at once. */
	async #file(run: FileRun, index: number): Promise<void> {
		const { source, rows } = await this.working.part(run.part);
		const marked = this.#portion.verdicts;
		for (let from = 0; from < run.count;) {
			let to = from;
			while (to < run.count && marked?.[index + to] !== verdicts.fails) {
				to++;
			}
			if (to > from) {
				await (rows || run.part.csv || !run.ranges
					? this.#decoded(run, index, from, to, source, rows)
					: this.#text(run, index, from, to, source));
			}
			from = to + 1;
		}
	}

	async #text(
		run: FileRun,
		index: number,
		from: number,
		to: number,
		source: ByteSource,
	): Promise<void> {
		const { starts, lengths } = run.ranges as NonNullable<FileRun['ranges']>;
		const start = starts[from] ?? 0;
		const end = (starts[to - 1] ?? 0) + (lengths[to - 1] ?? 0);
		const bytes = await this.working.read(source, run.part.path, start, end);
		const own = (row: number): Uint8Array => {
			const at = (starts[row] ?? 0) - start;
			return bytes.subarray(at, at + (lengths[row] ?? 0));
		};
		const { sieve } = this.query;
		if (sieve?.isUseful && !this.#portion.verdicts) {
			const ranges = {
				starts: starts.subarray(from, to).map(place => place - start),
				lengths: lengths.subarray(from, to),
			};
			const atRow = (row: number, length: number): void =>
				this.watch.atRow(index + from + row, length);
			for (const row of sieve.rowsIn(bytes, ranges, atRow)) {
				if (!this.watch.isWanted()) {
					return;
				}
				this.#row(index + from + row, own(from + row), run.position + from + row, false);
			}
			return;
		}
		for (let row = from; row < to && this.watch.isWanted(); row++) {
			this.#row(index + row, own(row), run.position + row, false);
		}
	}

	async #decoded(
		run: FileRun,
		index: number,
		from: number,
		to: number,
		source: ByteSource,
		whole: RowReader | undefined,
	): Promise<void> {
		let reader = whole;
		let first = run.from + from;
		if (!reader) {
			const ranges = new RowRanges();
			ranges.append(run.ranges ?? { starts: new Float64Array(), lengths: new Uint32Array() });
			reader = await openRows(run.part, source, ranges);
			first = from;
		}
		const rows = await reader.readRows(first, first + to - from);
		for (const [i, bytes] of rows.entries()) {
			if (!this.watch.isWanted()) {
				return;
			}
			this.#row(index + from + i, bytes, run.position + from + i, false);
		}
	}

	#row(index: number, bytes: Uint8Array, position: number, isEdited: boolean): void {
		const { findings, preflight, labels, remarks, verdicts: marked } = this.#portion;
		const verdict = marked?.[index] ?? verdicts.open;
		if (verdict === verdicts.fails || (verdict === verdicts.passes && !this.#sort)) {
			if (verdict === verdicts.passes) {
				this.#passed.push(index);
			}
			return;
		}
		this.watch.atRow(index, bytes.length);
		const marks: RowMarks = {
			number: position + 1,
			format: undefined,
			findings: findings?.[index],
			preflight: preflight?.[index],
			label: labels?.[index],
			remarks: remarks?.[index],
			isEdited,
		};
		const row = queryRowOf(bytes, marks, this.#mapping);
		if (verdict === verdicts.passes || this.query.test(row)) {
			this.#passed.push(index);
			if (this.#sort) {
				this.#sortValues.push(sortValueOf(this.#sort, row));
			}
		}
	}
}

async function openPart(description: PartDescription): Promise<OpenPart> {
	const { path, stamp, kind, unpackedPath } = description;
	const source = await openFileSource(unpackedPath ?? path);
	if (unpackedPath === undefined && source.stamp !== stamp) {
		await source.close();
		throw new WindsockError('fileChanged', { path });
	}
	const rows = isTextContainer(kind)
		? undefined
		: await openRows(description, source, new RowRanges());
	return { source, rows };
}

/** The query, and what tells its expressions to whoever watches. */
function parsed(text: string, watch: Watch): { query: Query; probe: RegexProbe } {
	const result = parseQuery(text);
	if (!result.ok) {
		throw new Error(`this query was to be read before: ${text}`);
	}
	const query = result.value;
	const numbers = new Map(termsOf(query.root).map((term, i) => [term.value, i]));
	return { query, probe: expression => watch.atTerm(numbers.get(expression) ?? -1) };
}
