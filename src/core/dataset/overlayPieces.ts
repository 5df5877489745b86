/**
 * Names a row for as long as its dataset is open, over edits, moves and saves. Rows of the file
 * count from 0; added rows from `firstAddedId`, which no file reaches.
 */
export type RowId = number;

/** Rows that follow one another both in the file and in reading order. */
export interface Piece {
	readonly id: RowId;
	/** −1 for an added row. */
	readonly base: number;
	readonly count: number;
}

/** Rows taken out of their pieces, in reading order. */
interface TakenRow {
	readonly id: RowId;
	readonly base: number;
	/** Where it stood before any was taken. */
	readonly position: number;
}

/** Takes many rows out in one pass. Throws when one of them is not there. */
export function takeRows(
	pieces: readonly Piece[],
	ids: readonly RowId[],
): { readonly pieces: Piece[]; readonly taken: TakenRow[] } {
	const wanted = [...new Set(ids)].sort((a, b) => a - b);
	const taken: TakenRow[] = [];
	const rest: Piece[] = [];
	let start = 0;
	for (const piece of pieces) {
		const end = piece.id + piece.count;
		let from = 0;
		for (let i = firstFrom(wanted, piece.id); (wanted[i] ?? end) < end; i++) {
			const offset = (wanted[i] ?? 0) - piece.id;
			const base = piece.base < 0 ? -1 : piece.base + offset;
			taken.push({ id: piece.id + offset, base, position: start + offset });
			rest.push(...split(piece, from, offset));
			from = offset + 1;
		}
		rest.push(...split(piece, from, piece.count));
		start += piece.count;
	}
	if (taken.length < wanted.length) {
		throw new RangeError(`${wanted.length - taken.length} of the rows are not there`);
	}
	return { pieces: rest, taken };
}

/** Puts rows among the others in one pass; positions ascend and are those in the result. */
export function putRows(pieces: readonly Piece[], rows: readonly TakenRow[]): Piece[] {
	const all: Piece[] = [];
	let position = 0;
	let index = 0;
	let offset = 0;
	const copyUpTo = (end: number): void => {
		for (let piece = pieces[index]; piece && position < end; piece = pieces[index]) {
			const to = Math.min(piece.count, offset + end - position);
			all.push(...split(piece, offset, to));
			position += to - offset;
			offset = to;
			if (offset === piece.count) {
				index++;
				offset = 0;
			}
		}
	};
	for (const row of rows) {
		copyUpTo(row.position);
		if (position !== row.position) {
			throw new RangeError(`position ${row.position} of ${position}`);
		}
		all.push({ id: row.id, base: row.base, count: 1 });
		position++;
	}
	copyUpTo(Number.POSITIVE_INFINITY);
	return all;
}

/** Place of the first number that is not below `least`, in a list that ascends. */
export function firstFrom(ascending: readonly number[], least: number): number {
	let low = 0;
	let high = ascending.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((ascending[middle] ?? 0) < least) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/** Rows `from` to `to` of a piece; no piece when there is none. */
export function split(piece: Piece, from: number, to: number): Piece[] {
	if (to <= from) {
		return [];
	}
	const base = piece.base < 0 ? -1 : piece.base + from;
	return [{ id: piece.id + from, base, count: to - from }];
}

/** Neighbours that continue each other become one piece again, so that undo leaves no trace. */
export function joined(pieces: readonly Piece[]): Piece[] {
	const result: Piece[] = [];
	for (const piece of pieces) {
		const last = result.at(-1);
		const continues =
			last &&
			last.base >= 0 &&
			piece.base === last.base + last.count &&
			piece.id === last.id + last.count;
		if (continues) {
			result[result.length - 1] = { ...last, count: last.count + piece.count };
		} else {
			result.push(piece);
		}
	}
	return result;
}
