import {
	firstFrom,
	joined,
	putRows,
	split,
	takeRows,
	type Piece,
	type RowId,
} from './overlayPieces';
import { equalBytes } from './rowPatch';

export type { RowId } from './overlayPieces';

/** Ids of added rows begin here; no file reaches so far. */
export const firstAddedId = 2 ** 40;

/** Where a row's content is: a row of the file, or bytes in memory. */
export interface RowRef {
	readonly id: RowId;
	/** Row of the file as it was last read or saved; `undefined` for an added row. */
	readonly base: number | undefined;
	/** The content, when it is not the file's. */
	readonly bytes: Uint8Array | undefined;
}

/** One change. Positions are in reading order at the time when it is applied. */
export type RowEdit =
	| {
			readonly kind: 'replace';
			readonly id: RowId;
			readonly before: Uint8Array;
			readonly after: Uint8Array;
	  }
	| { readonly kind: 'insert'; readonly position: number; readonly bytes: Uint8Array }
	/** Puts a deleted row back. */
	| { readonly kind: 'restore'; readonly id: RowId; readonly position: number }
	| { readonly kind: 'delete'; readonly id: RowId }
	/** Many at once, in one pass over the rows. */
	| { readonly kind: 'deleteRows'; readonly ids: readonly RowId[] }
	/** Puts many deleted rows back; positions ascend and are those after the last one is back. */
	| {
			readonly kind: 'restoreRows';
			readonly rows: readonly { readonly id: RowId; readonly position: number }[];
	  }
	| { readonly kind: 'move'; readonly id: RowId; readonly position: number }
	/** Applied in order; one undo step. */
	| { readonly kind: 'group'; readonly edits: readonly RowEdit[] };

/** Everything that differs from the file, for hot exit. Its size follows the edits, not the file. */
export interface OverlayState {
	readonly baseCount: number;
	readonly pieces: readonly (readonly [id: number, base: number, count: number])[];
	/** Content of changed and added rows; `original` is what the file had. */
	readonly contents: readonly {
		readonly id: RowId;
		readonly bytes: Uint8Array;
		readonly original?: Uint8Array;
	}[];
	/** Deleted rows that undo may want back. */
	readonly deleted: readonly (readonly [id: number, base: number])[];
	readonly nextId: number;
}

/** A stretch of rows as a save reads them; `to` is exclusive. */
export type OverlayRun =
	| { readonly kind: 'base'; readonly id: RowId; readonly from: number; readonly to: number }
	| {
			readonly kind: 'own';
			readonly id: RowId;
			readonly base: number | undefined;
			readonly bytes: Uint8Array;
	  };

interface Content {
	readonly bytes: Uint8Array;
	/** What the file has; absent for an added row. */
	readonly original: Uint8Array | undefined;
}

/**
 * The rows of a file with edits laid over them. Nothing is copied until it is edited, and every
 * edit answers its inverse.
 */
export class Overlay {
	#pieces: Piece[] = [];
	#contents = new Map<RowId, Content>();
	#deleted = new Map<RowId, number>();
	#nextId = firstAddedId;
	#baseCount = 0;
	/** Position of the first row of each piece; made when needed. */
	#starts: number[] | undefined;
	/** Numbers of the pieces, by the ids of their rows; made when needed. */
	#byId: number[] | undefined;
	#count = 0;
	/** Grows with every edit. */
	version = 0;
	/** Grows with every edit that adds, removes or moves rows. */
	orderVersion = 0;

	constructor(baseCount = 0) {
		this.growBase(baseCount);
	}

	get count(): number {
		return this.#count;
	}

	/** Whether a save would write anything else than the file already has. */
	get isChanged(): boolean {
		return !this.#isUntouchedOrder() || this.changedIds().length > 0;
	}

	/** Takes in rows that the index has found since. They follow the file's last known row. */
	growBase(baseCount: number): void {
		const added = baseCount - this.#baseCount;
		if (added <= 0) {
			return;
		}
		const from = this.#baseCount;
		this.#baseCount = baseCount;
		const last = this.#pieces.findIndex(
			piece => piece.base >= 0 && piece.base + piece.count === from,
		);
		const at = last < 0 ? this.#pieces.length : last + 1;
		this.#replacePieces(at, 0, [{ id: from, base: from, count: added }]);
	}

	rowAt(position: number): RowRef {
		const { index, offset } = this.#locate(position);
		const piece = this.#pieces[index];
		if (!piece || offset >= piece.count) {
			throw new RangeError(`row ${position} of ${this.#count}`);
		}
		return this.#ref(piece.id + offset, piece.base < 0 ? undefined : piece.base + offset);
	}

	/** The row by its name, or `undefined` when it is deleted or never was. */
	row(id: RowId): RowRef | undefined {
		const position = this.positionOf(id);
		return position === undefined ? undefined : this.rowAt(position);
	}

	positionOf(id: RowId): number | undefined {
		const index = this.#pieceOf(id);
		const piece = index === undefined ? undefined : this.#pieces[index];
		return piece && (this.#pieceStarts()[index ?? 0] ?? 0) + id - piece.id;
	}

	/** Names of the present rows whose content is not the file's. */
	changedIds(): RowId[] {
		return [...this.#contents.keys()].filter(id => !this.#deleted.has(id));
	}

	/** All rows in reading order, as runs of untouched file rows and single rows with own content. */
	*runs(): Generator<OverlayRun> {
		const changed = [...this.#contents.keys()].sort((a, b) => a - b);
		for (const piece of this.#pieces) {
			let from = 0;
			for (let i = firstFrom(changed, piece.id); i < changed.length; i++) {
				const id = changed[i] ?? 0;
				if (id >= piece.id + piece.count) {
					break;
				}
				const bytes = this.#contents.get(id)?.bytes;
				if (bytes) {
					const offset = id - piece.id;
					yield* baseRun(piece, from, offset);
					yield { kind: 'own', id, base: piece.base < 0 ? undefined : piece.base + offset, bytes };
					from = offset + 1;
				}
			}
			yield* baseRun(piece, from, piece.count);
		}
	}

	/** The present rows whose content is not the file's, in reading order. */
	*changedRows(): Generator<RowRef> {
		for (const run of this.runs()) {
			if (run.kind === 'own') {
				yield { id: run.id, base: run.base, bytes: run.bytes };
			}
		}
	}

	/** Whether undo can bring the row back. */
	isDeleted(id: RowId): boolean {
		return this.#deleted.has(id);
	}

	/** Rows of the file that are deleted, by their number there. */
	deletedBases(): number[] {
		return [...this.#deleted.values()].filter(base => base >= 0);
	}

	/** What the file has for a changed row; `undefined` for an added one. */
	originalOf(id: RowId): Uint8Array | undefined {
		return this.#contents.get(id)?.original;
	}

	/** Rows deleted since the last save that undo may want back, with their place in the file. */
	deletedRows(): { readonly id: RowId; readonly base: number }[] {
		return [...this.#deleted]
			.filter(([id]) => !this.#contents.has(id))
			.map(([id, base]) => ({ id, base }));
	}

	/** Makes the edit and answers the one that undoes it. */
	apply(edit: RowEdit): RowEdit {
		this.version++;
		if (edit.kind !== 'replace' && edit.kind !== 'group') {
			this.orderVersion++;
		}
		switch (edit.kind) {
			case 'replace':
				this.#replace(edit.id, edit.before, edit.after);
				return { ...edit, before: edit.after, after: edit.before };
			case 'insert': {
				const id = this.#nextId++;
				this.#contents.set(id, { bytes: edit.bytes, original: undefined });
				this.#insert(edit.position, { id, base: -1, count: 1 });
				return { kind: 'delete', id };
			}
			case 'restore': {
				const base = this.#deleted.get(edit.id);
				if (base === undefined) {
					throw new RangeError(`row ${edit.id} is not deleted`);
				}
				this.#deleted.delete(edit.id);
				this.#insert(edit.position, { id: edit.id, base, count: 1 });
				return { kind: 'delete', id: edit.id };
			}
			case 'delete': {
				const { position, base } = this.#take(edit.id);
				this.#deleted.set(edit.id, base);
				return { kind: 'restore', id: edit.id, position };
			}
			case 'move': {
				const { position, base } = this.#take(edit.id);
				this.#insert(edit.position, { id: edit.id, base, count: 1 });
				return { kind: 'move', id: edit.id, position };
			}
			case 'deleteRows': {
				const { pieces, taken } = takeRows(this.#pieces, edit.ids);
				for (const { id, base } of taken) {
					this.#deleted.set(id, base);
				}
				this.#replacePieces(0, this.#pieces.length, pieces);
				return { kind: 'restoreRows', rows: taken.map(({ id, position }) => ({ id, position })) };
			}
			case 'restoreRows':
				this.#putBack(edit.rows);
				return { kind: 'deleteRows', ids: edit.rows.map(({ id }) => id) };
			case 'group':
				return {
					kind: 'group',
					edits: edit.edits.map(one => this.apply(one)).toReversed(),
				};
		}
	}

	/**
	 * The file now holds exactly these rows in this order. Names stay, so earlier edits can still be
	 * undone; what only the old file held has to be given.
	 */
	saved(contentsOfDeleted: ReadonlyMap<RowId, Uint8Array>): void {
		const kept = new Map<RowId, Content>();
		for (const id of this.#deleted.keys()) {
			const bytes = contentsOfDeleted.get(id) ?? this.#contents.get(id)?.bytes;
			if (bytes) {
				kept.set(id, { bytes, original: undefined });
				this.#deleted.set(id, -1);
			} else {
				this.#deleted.delete(id);
			}
		}
		let base = 0;
		this.#pieces = this.#pieces.map(piece => {
			const moved = { ...piece, base };
			base += piece.count;
			return moved;
		});
		this.#contents = kept;
		this.#baseCount = base;
	}

	state(): OverlayState {
		return {
			baseCount: this.#baseCount,
			pieces: this.#pieces.map(piece => [piece.id, piece.base, piece.count]),
			contents: [...this.#contents].map(([id, content]) => ({ id, ...content })),
			deleted: [...this.#deleted],
			nextId: this.#nextId,
		};
	}

	static from(state: OverlayState): Overlay {
		const overlay = new Overlay();
		overlay.#baseCount = state.baseCount;
		overlay.#replacePieces(
			0,
			0,
			state.pieces.map(([id, base, count]) => ({ id, base, count })),
		);
		overlay.#contents = new Map(
			state.contents.map(({ id, bytes, original }) => [id, { bytes, original }]),
		);
		overlay.#deleted = new Map(state.deleted);
		overlay.#nextId = state.nextId;
		return overlay;
	}

	#isUntouchedOrder(): boolean {
		let base = 0;
		for (const piece of this.#pieces) {
			if (piece.base !== base) {
				return false;
			}
			base += piece.count;
		}
		return base === this.#baseCount;
	}

	#ref(id: RowId, base: number | undefined): RowRef {
		return { id, base, bytes: this.#contents.get(id)?.bytes };
	}

	#replace(id: RowId, before: Uint8Array, after: Uint8Array): void {
		const content = this.#contents.get(id);
		const isAdded = this.row(id)?.base === undefined;
		const original = isAdded ? undefined : (content?.original ?? before);
		if (original && equalBytes(original, after)) {
			this.#contents.delete(id);
		} else {
			this.#contents.set(id, { bytes: after, original });
		}
	}

	#take(id: RowId): { position: number; base: number } {
		const position = this.positionOf(id);
		if (position === undefined) {
			throw new RangeError(`no row ${id}`);
		}
		const { index, offset } = this.#locate(position);
		const piece = this.#pieces[index] as Piece;
		this.#replacePieces(index, 1, [
			...split(piece, 0, offset),
			...split(piece, offset + 1, piece.count),
		]);
		return { position, base: piece.base < 0 ? -1 : piece.base + offset };
	}

	#putBack(rows: readonly { readonly id: RowId; readonly position: number }[]): void {
		const placed = rows.map(row => {
			const base = this.#deleted.get(row.id);
			if (base === undefined) {
				throw new RangeError(`row ${row.id} is not deleted`);
			}
			return { ...row, base };
		});
		this.#replacePieces(0, this.#pieces.length, putRows(this.#pieces, placed));
		for (const { id } of rows) {
			this.#deleted.delete(id);
		}
	}

	#insert(position: number, piece: Piece): void {
		if (position < 0 || position > this.#count) {
			throw new RangeError(`position ${position} of ${this.#count}`);
		}
		if (position === this.#count) {
			this.#replacePieces(this.#pieces.length, 0, [piece]);
			return;
		}
		const { index, offset } = this.#locate(position);
		const around = this.#pieces[index] as Piece;
		this.#replacePieces(index, 1, [
			...split(around, 0, offset),
			piece,
			...split(around, offset, around.count),
		]);
	}

	#replacePieces(at: number, remove: number, pieces: readonly Piece[]): void {
		const next = [...this.#pieces];
		next.splice(at, remove, ...pieces);
		this.#pieces = joined(next);
		this.#starts = undefined;
		this.#byId = undefined;
		this.#count = this.#pieces.reduce((sum, piece) => sum + piece.count, 0);
	}

	/** Number of the piece that has the row. */
	#pieceOf(id: RowId): number | undefined {
		this.#byId ??= this.#pieces
			.map((_, i) => i)
			.sort((a, b) => this.#firstId(a) - this.#firstId(b));
		let low = 0;
		let high = this.#byId.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#firstId(this.#byId[middle] ?? 0) <= id) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		const index = this.#byId[low - 1];
		const piece = index === undefined ? undefined : this.#pieces[index];
		return piece && id < piece.id + piece.count ? index : undefined;
	}

	#firstId(piece: number): RowId {
		return this.#pieces[piece]?.id ?? 0;
	}

	#pieceStarts(): number[] {
		if (!this.#starts) {
			let start = 0;
			this.#starts = this.#pieces.map(piece => {
				const own = start;
				start += piece.count;
				return own;
			});
		}
		return this.#starts;
	}

	#locate(position: number): { index: number; offset: number } {
		const starts = this.#pieceStarts();
		let low = 0;
		let high = starts.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((starts[middle] ?? 0) <= position) {
				low = middle;
			} else {
				high = middle - 1;
			}
		}
		return { index: low, offset: position - (starts[low] ?? 0) };
	}
}

function* baseRun(piece: Piece, from: number, to: number): Generator<OverlayRun> {
	if (to > from && piece.base >= 0) {
		yield { kind: 'base', id: piece.id + from, from: piece.base + from, to: piece.base + to };
	}
}
