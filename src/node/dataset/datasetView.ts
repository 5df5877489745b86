import { setImmediate } from 'node:timers/promises';
import { Emitter } from '../../core/base/emitter';
import { WindsockError } from '../../core/base/errors';
import type { Disposable } from '../../core/base/disposable';
import { messageText, messagesOf, textsOf, type Example } from '../../core/dataset/example';
import { codesOf, type Finding } from '../../core/dataset/findings/finding';
import { recogniseBytes } from '../../core/dataset/format';
import type { RowId, RowRef } from '../../core/dataset/overlay';
import type { DatasetModel } from './datasetModel';

/** Which rows a view shows. */
export interface ViewFilter {
	readonly rows: 'all' | 'kept' | 'dropped' | 'findings';
	readonly text: string;
}

export interface ViewRow {
	readonly row: RowRef;
	/** Place in the dataset, from 0. */
	readonly position: number;
	readonly bytes: Uint8Array;
}

const portion = 500;

/**
 * The rows of a dataset that pass a filter, for one page. Going through a large file takes a
 * while: rows show up as they are found, and a newer filter stops an older one.
 */
export class DatasetView implements Disposable {
	readonly #changed = new Emitter<void>();
	/** More rows were found, or all of them. */
	readonly onDidChange = this.#changed.event;
	#filter: ViewFilter = { rows: 'all', text: '' };
	/** Rows that were found to pass, deleted ones among them; `undefined` shows all rows. */
	#found: RowId[] | undefined;
	/** Those that are there, in reading order. */
	#shown: RowId[] = [];
	#orderVersion = 0;
	#pass = 0;
	#reading: number;
	readonly #listener: Disposable;
	/** Ends the waiting of a pass that is not wanted any more. */
	#wake: () => void = () => {};
	isFiltering = false;

	constructor(private readonly model: DatasetModel) {
		this.#reading = model.readings;
		this.#listener = model.onDidChange(() => {
			const isMoved = this.#orderVersion !== model.overlay.orderVersion;
			if (this.#reading !== model.readings || (isMoved && this.isFiltering)) {
				this.#orderVersion = model.overlay.orderVersion;
				this.#reading = model.readings;
				void this.setFilter(this.#filter);
			} else if (isMoved) {
				this.#orderAnew();
			}
		});
	}

	get filter(): ViewFilter {
		return this.#filter;
	}

	get count(): number {
		return this.#found ? this.#shown.length : this.model.rowCount;
	}

	/** Shows a row whatever the filter says: one that was added here shall not vanish at once. */
	include(id: RowId): void {
		if (this.#found && !this.#found.includes(id)) {
			this.#found.push(id);
			this.#orderAnew();
			this.#changed.fire();
		}
	}

	/** Rows were added, deleted or moved. */
	#orderAnew(): void {
		const { overlay } = this.model;
		this.#orderVersion = overlay.orderVersion;
		const places = (this.#found ?? []).flatMap(id => {
			const position = overlay.positionOf(id);
			return position === undefined ? [] : [{ id, position }];
		});
		this.#shown = places.sort((a, b) => a.position - b.position).map(({ id }) => id);
	}

	/**
	 * Goes through the rows once what the filter asks for is known of all of them; done when all are
	 * filtered or a newer filter took over. A file that is read anew is filtered anew.
	 */
	async setFilter(filter: ViewFilter): Promise<void> {
		const pass = ++this.#pass;
		this.#wake();
		this.#filter = filter;
		if (filter.rows === 'all' && filter.text === '') {
			this.#found = undefined;
			this.#shown = [];
			this.isFiltering = false;
			this.#changed.fire();
			return;
		}
		this.#found = [];
		this.#shown = [];
		this.isFiltering = true;
		this.#changed.fire();
		await this.#untilKnown(filter, pass);
		try {
			await this.#goThrough(pass, this.#found);
		} catch (error) {
			if (!WindsockError.is(error)) {
				throw error;
			}
			// The file is not what it was; it is read anew once that is noticed.
		}
		if (pass === this.#pass) {
			this.isFiltering = false;
			this.#changed.fire();
		}
	}

	async #goThrough(pass: number, ids: RowId[]): Promise<void> {
		for (let from = 0; from < this.model.rowCount && pass === this.#pass; from += portion) {
			const found = await this.#filterRows(from, Math.min(this.model.rowCount, from + portion));
			if (pass !== this.#pass) {
				return;
			}
			if (found.length > 0) {
				const added = found.map(position => this.model.rowAt(position).id);
				ids.push(...added);
				this.#shown.push(...added);
				this.#changed.fire();
			}
			await setImmediate();
		}
	}

	#untilKnown({ rows }: ViewFilter, pass: number): Promise<void> {
		const { model } = this;
		const isKnown = (): boolean =>
			model.failure !== undefined ||
			(rows === 'all'
				? model.file.isIndexed
				: rows === 'findings' || !model.labels
					? model.file.isScanned
					: model.areLabelsLoaded);
		return new Promise(resolve => {
			const look = (): void => {
				if (isKnown() || pass !== this.#pass) {
					listener.dispose();
					resolve();
				}
			};
			const listener = model.onDidChange(look);
			this.#wake = look;
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
		this.#pass++;
		this.#wake();
		this.#listener.dispose();
		this.#changed.dispose();
	}

	async #filterRows(from: number, to: number): Promise<number[]> {
		const candidates: number[] = [];
		for (let position = from; position < to; position++) {
			if (this.#passesMark(this.model.rowAt(position))) {
				candidates.push(position);
			}
		}
		const needle = this.#filter.text.toLowerCase();
		if (needle === '' || candidates.length === 0) {
			return candidates;
		}
		const rows = candidates.map(position => this.model.rowAt(position));
		const contents = await this.model.readRows(rows);
		return candidates.filter((_, i) => says(contents[i] ?? new Uint8Array(), needle));
	}

	#passesMark(row: RowRef): boolean {
		switch (this.#filter.rows) {
			case 'all':
				return true;
			case 'findings':
				return this.model.findingsOf(row) !== 0;
			case 'kept':
				return this.model.labels?.of(row.id) === 'keep';
			case 'dropped':
				return this.model.labels?.of(row.id) === 'drop';
		}
	}
}

/** Whether an example says the words, in small letters. Keys and ids are not what it says. */
function says(bytes: Uint8Array, needle: string): boolean {
	return textsOf(recogniseBytes(bytes).example).some(text => text.toLowerCase().includes(needle));
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
	return [...own, ...ofFile.map(code => ({ code, detail: model.findingDetail(row, code) }))];
}
