import type { Disposable } from '../../core/base/disposable';
import { Emitter } from '../../core/base/emitter';
import { messageFor } from '../../core/base/errorMessages';
import { WindsockError } from '../../core/base/errors';
import { ok, type Result } from '../../core/base/result';
import { messageText, messagesOf, textsOf, type Example } from '../../core/dataset/example';
import { codesOf, type Finding } from '../../core/dataset/findings/finding';
import type { RowId, RowRef } from '../../core/dataset/overlay';
import { marksAsked } from '../../core/dataset/query/markTest';
import { hasSpans, type TextMatches } from '../../core/dataset/query/matchSpans';
import { parseQuery } from '../../core/dataset/query/parseQuery';
import type { Query } from '../../core/dataset/query/query';
import {
	allRows,
	isAllRows,
	luckOf,
	type RowSelection,
	type RowSort,
	type SortValue,
} from '../../core/dataset/query/rowSelection';
import type { ColumnSummary } from '../../core/dataset/statistics/columnSummary';
import type { DatasetModel } from './datasetModel';
import { expected } from './expected';
import { outdatedRows, seenBySearch, type DoneSearch } from './outdatedRows';
import { StuckError } from './query/queryThread';
import { QueryThreads, type QueryThreadsOptions } from './query/queryThreads';
import { readQuery, searchRows } from './query/searchRows';
import { summariseRows } from './query/summariseRows';

export interface ViewRow {
	readonly row: RowRef;
	/** Place in the dataset, from 0. */
	readonly position: number;
	readonly bytes: Uint8Array;
}

/**
 * The rows of a dataset that a selection shows, for one page. Going through a large file takes a
 * while: rows show up as they are found, and a newer selection stops an older one.
 */
export class DatasetView implements Disposable {
	readonly #changed = new Emitter<void>();
	/** More rows were found, or all of them. */
	readonly onDidChange = this.#changed.event;
	#selection = allRows;
	/** Rows that were found to pass, deleted ones among them; `undefined` shows all rows. */
	#found: RowId[] | undefined;
	/** Those that are there, in the order of the page. */
	#shown: RowId[] = [];
	readonly #included = new Set<RowId>();
	#orderVersion = 0;
	#reading: number;
	readonly #listener: Disposable;
	readonly #threads: QueryThreads;
	#pass = new AbortController();
	#summing = new AbortController();
	/** The search whose rows are shown, once it is done. */
	#done: DoneSearch | undefined;
	/** Edits and annotations that `rowsOutdated` is about. */
	#triedAt = '';
	#trying: Promise<void> | undefined;
	#summary: { readonly key: string; readonly columns: readonly ColumnSummary[] } | undefined;
	/** Of the rows of the dataset, those that a summary has read. */
	rowsSummarised = 0;
	isFiltering = false;
	/** Grows when other rows stand at the places of a page. */
	version = 0;
	/** Of the rows of the dataset, those that are filtered. */
	rowsFiltered = 0;
	/** Why the search was stopped, as a sentence. */
	failure: string | undefined;
	/**
	 * Rows that were edited or annotated so that the search would find or place them otherwise now;
	 * they stay where they are. `undefined` where too many were changed to know.
	 */
	rowsOutdated: number | undefined = 0;

	constructor(
		private readonly model: DatasetModel,
		threads: QueryThreadsOptions = {},
	) {
		this.#threads = new QueryThreads(threads);
		this.#reading = model.readings;
		this.#listener = model.onDidChange(() => {
			const isMoved = this.#orderVersion !== model.overlay.orderVersion;
			if (this.#reading !== model.readings || (isMoved && this.isFiltering)) {
				this.#orderVersion = model.overlay.orderVersion;
				this.#reading = model.readings;
				void this.select(this.#selection);
			} else {
				if (isMoved) {
					this.#orderAnew();
				}
				void this.#tryAgain();
			}
		});
	}

	get selection(): RowSelection {
		return this.#selection;
	}

	get count(): number {
		return this.#found ? this.#shown.length : this.model.rowCount;
	}

	/** Shows a row whatever the query says: one that was added here shall not vanish at once. */
	include(id: RowId): void {
		if (this.#found && !this.#found.includes(id)) {
			this.#found.push(id);
			this.#included.add(id);
			this.#orderAnew();
			this.#changed.fire();
		}
	}

	/** Rows were added, deleted or moved. Sorted rows stay in their order, new ones come last. */
	#orderAnew(): void {
		const { overlay } = this.model;
		this.#orderVersion = overlay.orderVersion;
		const places = (this.#found ?? []).flatMap(id => {
			const position = overlay.positionOf(id);
			return position === undefined ? [] : [{ id, position }];
		});
		if (!this.#selection.sort) {
			places.sort((a, b) => a.position - b.position);
		}
		this.#shown = places.map(({ id }) => id);
	}

	/**
	 * Goes through the rows once what the selection asks for is known of all of them; done when all
	 * are filtered or a newer selection took over. A file that is read anew is filtered anew.
	 */
	async select(selection: RowSelection): Promise<void> {
		this.#pass.abort();
		const pass = new AbortController();
		this.#pass = pass;
		this.#selection = selection;
		this.failure = undefined;
		this.version++;
		this.#shown = [];
		this.#found = isAllRows(selection) ? undefined : [];
		this.isFiltering = this.#found !== undefined;
		this.rowsFiltered = 0;
		this.rowsOutdated = 0;
		this.#done = undefined;
		this.#included.clear();
		this.#changed.fire();
		if (this.isFiltering) {
			const found = await expected(() => this.#search(selection, pass.signal));
			if (pass === this.#pass && !pass.signal.aborted) {
				// A file that is not what it was is read anew once that is noticed.
				this.failure =
					found.ok || found.error.code === 'fileChanged' ? undefined : messageFor(found.error);
				this.isFiltering = false;
				this.#changed.fire();
				await this.#tryAgain();
			}
		}
	}

	/** Counts anew the rows that the search would find otherwise now. */
	#tryAgain(): Promise<void> {
		this.#trying ??= this.#countOutdated().finally(() => (this.#trying = undefined));
		return this.#trying;
	}

	async #countOutdated(): Promise<void> {
		const { model } = this;
		for (;;) {
			const done = this.#done;
			const now = `${model.overlay.version} ${model.labels?.version ?? 0} ${model.readings}`;
			if (!done || this.isFiltering || now === this.#triedAt) {
				return;
			}
			this.#triedAt = now;
			const { signal } = this.#pass;
			const outdated = await expected(() =>
				this.#threads.use(async threadAt => {
					try {
						return await outdatedRows(model, done, threadAt(0), signal);
					} catch (error) {
						if (error instanceof StuckError) {
							return undefined;
						}
						throw error;
					}
				}),
			);
			if (done !== this.#done) {
				continue;
			}
			const rows = outdated.ok ? outdated.value : undefined;
			if (rows !== this.rowsOutdated) {
				this.rowsOutdated = rows;
				this.#changed.fire();
			}
		}
	}

	/** The places in a row's texts that the query looks for; none where that takes too long. */
	async matchesIn(bytes: Uint8Array): Promise<readonly TextMatches[]> {
		const { query } = this.#selection;
		const parsed = parseQuery(query);
		if (!parsed.ok || !hasSpans(parsed.value)) {
			return [];
		}
		const { signal } = this.#pass;
		try {
			return await this.#threads.use(threadAt =>
				threadAt(0).ask({ kind: 'spans', query, bytes, mapping: this.model.file.mapping }, signal),
			);
		} catch (error) {
			if (error instanceof StuckError || WindsockError.is(error)) {
				return [];
			}
			throw error;
		}
	}

	/** What the columns of all rows are like. Read once; anew only after an edit. */
	async summary(): Promise<Result<readonly ColumnSummary[]>> {
		const { model } = this;
		await model.file.indexed;
		const key = `${model.readings} ${model.overlay.version} ${model.rowCount}`;
		if (this.#summary?.key === key) {
			return ok(this.#summary.columns);
		}
		this.stopSummary();
		const pass = new AbortController();
		this.#summing = pass;
		this.rowsSummarised = 0;
		const columns = await expected(() =>
			summariseRows(model, this.#threads, pass.signal, rows => {
				this.rowsSummarised = rows;
				this.#changed.fire();
			}),
		);
		if (columns.ok) {
			this.#summary = { key, columns: columns.value };
		}
		return columns;
	}

	stopSummary(): void {
		this.#summing.abort();
	}

	async #search(selection: RowSelection, signal: AbortSignal): Promise<void> {
		const { query, sort, sample } = selection;
		const parsed = readQuery(query);
		await this.#untilKnown(parsed, sort, signal);
		const seen = seenBySearch(this.model, selection);
		const values: SortValue[] = [];
		const found: RowId[] = [];
		await searchRows(this.model, { query, sort, threads: this.#threads, signal }, more => {
			for (const id of more.ids) {
				found.push(id);
			}
			for (const value of sort ? more.sortValues : []) {
				values.push(value);
			}
			this.rowsFiltered = more.rowsDone;
			if (!signal.aborted) {
				// A sample is drawn at the end: until then nobody knows which rows are in it.
				this.#show(sample ? [] : more.ids);
			}
		});
		if (!signal.aborted && (sort || sample)) {
			await this.#arrange(found, values, selection, signal);
		}
		if (!signal.aborted) {
			this.#done = { selection, seen, found: this.#found ?? [], included: this.#included };
			this.#triedAt = '';
		}
	}

	#show(ids: readonly RowId[]): void {
		for (const id of ids) {
			this.#found?.push(id);
			this.#shown.push(id);
		}
		this.#changed.fire();
	}

	/** Draws the sample and puts the rows in order. */
	async #arrange(
		found: readonly RowId[],
		values: readonly SortValue[],
		{ sort, sample }: RowSelection,
		signal: AbortSignal,
	): Promise<void> {
		const order = async (by: readonly SortValue[], isDescending: boolean): Promise<Uint32Array> =>
			this.#threads.use(threadAt =>
				threadAt(0).ask({ kind: 'order', values: by, isDescending }, signal),
			);
		let places = Uint32Array.from(found.keys());
		if (sample) {
			const drawn = await order(
				found.map(id => luckOf(id, sample.seed)),
				false,
			);
			places = drawn.slice(0, sample.count).sort();
		}
		if (sort) {
			const own = await order(
				Array.from(places, place => values[place]),
				sort.isDescending,
			);
			places = own.map(place => places[place] ?? 0);
		}
		this.#found = Array.from(places, place => found[place] ?? 0);
		this.version++;
		this.#orderAnew();
	}

	/** Waits for what the query and the sort ask for; ends also with the signal. */
	#untilKnown(query: Query, sort: RowSort | undefined, signal: AbortSignal): Promise<void> {
		const { model } = this;
		const asked = marksAsked(query);
		const byFindings = asked.findings || sort?.by.kind === 'findings';
		const byLabels =
			(asked.annotations || sort?.by.kind === 'label' || sort?.by.kind === 'rating') &&
			model.labels !== undefined;
		const isKnown = (): boolean =>
			model.failure !== undefined ||
			signal.aborted ||
			(model.file.isIndexed &&
				(!byFindings || model.file.isScanned) &&
				(!byLabels || model.areLabelsLoaded));
		return new Promise(resolve => {
			const look = (): void => {
				if (isKnown()) {
					listener.dispose();
					signal.removeEventListener('abort', look);
					resolve();
				}
			};
			const listener = model.onDidChange(look);
			signal.addEventListener('abort', look);
			look();
		});
	}

	position(index: number): number | undefined {
		const id = this.#found && this.#shown[index];
		const position = this.#found
			? id === undefined
				? undefined
				: this.model.overlay.positionOf(id)
			: index;
		return position !== undefined && position < this.model.rowCount ? position : undefined;
	}

	indexOf(position: number): number | undefined {
		const index = this.#found ? this.#shown.indexOf(this.model.rowAt(position).id) : position;
		return index < 0 ? undefined : index;
	}

	/** Rows `from` to `to` of those that pass. */
	async load(from: number, to: number): Promise<ViewRow[]> {
		const positions: number[] = [];
		for (let index = Math.max(0, from); index < Math.min(to, this.count); index++) {
			const position = this.position(index);
			if (position !== undefined) {
				positions.push(position);
			}
		}
		const rows = positions.map(position => this.model.rowAt(position));
		const contents = await this.model.readRows(rows);
		return rows.map((row, i) => ({
			row,
			position: positions[i] ?? 0,
			bytes: contents[i] ?? new Uint8Array(),
		}));
	}

	dispose(): void {
		this.#pass.abort();
		this.stopSummary();
		this.#listener.dispose();
		this.#threads.dispose();
		this.#changed.dispose();
	}
}

/** The first words of an example, for a list. */
export function titleOf(example: Example): string {
	return titleSource(example).slice(0, 400).replaceAll(/\s+/g, ' ').trim().slice(0, 160);
}

function titleSource(example: Example): string {
	switch (example.kind) {
		case 'text':
			return example.body.text;
		case 'broken':
			return example.text;
		case 'json':
			return textsOf(example)[0] ?? JSON.stringify(example.value) ?? '';
		default: {
			const messages = messagesOf(example);
			const first = messages.find(message => message.role === 'user') ?? messages[0];
			return first ? messageText(first) : '';
		}
	}
}

/** All findings of a row with their words; some are known to the scan of the file only. */
export function findingsOf(model: DatasetModel, row: RowRef, own: readonly Finding[]): Finding[] {
	const shown = new Set(own.map(({ code }) => code));
	const ofFile = codesOf(model.findingsOf(row)).filter(code => !shown.has(code));
	return [
		...own,
		...ofFile.flatMap((code): Finding[] => {
			const kinds = model.marks.kindsOf(row, code);
			return kinds.length > 0
				? kinds.map(({ name, sentence }) => ({ code, name, detail: sentence }))
				: [{ code, ...detailFrom(model.findingDetail(row, code)) }];
		}),
	];
}

function detailFrom(detail: string | undefined): Pick<Finding, 'detail'> {
	return detail === undefined ? {} : { detail };
}
