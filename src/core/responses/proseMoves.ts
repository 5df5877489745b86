import { ChangeList, type TokenChange } from './changeList';
import type { TokenisedText } from './proseTokens';
import { alignWords, type TokenPairs, type TokenRange } from './wordAlignment';

/** A change of which one side may be an end of a move. */
export interface MovableChange extends TokenChange {
	/** Number of the move; two changes have it, one for each end. */
	readonly move?: number;
	/** What differs inside a moved passage, as tokens of the side that is not empty. */
	readonly inside?: readonly { readonly start: number; readonly end: number }[];
}

/**
 * Cuts passages that moved out of the changes that hold them. A move takes part only whole, and only
 * as long as no more than `limit` marks come of it, the longest first.
 */
export function cutOutMoves(
	a: TokenisedText,
	b: TokenisedText,
	changes: readonly TokenChange[],
	moved: readonly TokenRange[],
	limit: number,
): MovableChange[] {
	const fitting = moved
		.filter(
			move =>
				changes.some(
					change =>
						change.referenceStart <= move.referenceStart &&
						move.referenceEnd <= change.referenceEnd,
				) &&
				changes.some(
					change => change.otherStart <= move.otherStart && move.otherEnd <= change.otherEnd,
				),
		)
		.toSorted((x, y) => lengthOf(y) - lengthOf(x))
		.slice(0, limit);
	let result: MovableChange[] = changes.slice();
	for (const [number, move] of fitting.entries()) {
		const plain = withMove(result, move, number, undefined);
		const full = withMove(result, move, number, insideOf(a, b, move));
		if (marksIn(full) <= limit) {
			result = full;
		} else if (marksIn(plain) <= limit) {
			result = plain;
		}
	}
	return result;
}

function lengthOf(move: TokenRange): number {
	return move.referenceEnd - move.referenceStart + move.otherEnd - move.otherStart;
}

function marksIn(changes: readonly MovableChange[]): number {
	return changes.reduce((sum, change) => sum + 1 + (change.inside?.length ?? 0), 0);
}

/** The words that differ between the two ends of a move. */
function insideOf(a: TokenisedText, b: TokenisedText, move: TokenRange): TokenChange[] {
	const pairs: TokenPairs = { reference: [], other: [] };
	alignWords(a, b, move, pairs);
	const list = new ChangeList(a, b, pairs, move);
	list.joinShortRuns();
	return list.toChanges();
}

function withMove(
	changes: readonly MovableChange[],
	move: TokenRange,
	number: number,
	inside: readonly TokenChange[] | undefined,
): MovableChange[] {
	return changes.flatMap(change =>
		change.move === undefined ? cutChange(change, move, number, inside) : change,
	);
}

/** A change as up to five: before, the end of the move, and behind, on each side that has one. */
function cutChange(
	change: MovableChange,
	move: TokenRange,
	number: number,
	inside: readonly TokenChange[] | undefined,
): MovableChange[] {
	const holdsReference =
		change.referenceStart <= move.referenceStart && move.referenceEnd <= change.referenceEnd;
	const holdsOther = change.otherStart <= move.otherStart && move.otherEnd <= change.otherEnd;
	if (!holdsReference && !holdsOther) {
		return [change];
	}
	const reference = holdsReference
		? cut(change.referenceStart, change.referenceEnd, move.referenceStart, move.referenceEnd)
		: [{ start: change.referenceStart, end: change.referenceEnd, moved: false }];
	const other = holdsOther
		? cut(change.otherStart, change.otherEnd, move.otherStart, move.otherEnd)
		: [{ start: change.otherStart, end: change.otherEnd, moved: false }];
	const result: MovableChange[] = [];
	let r = change.referenceStart;
	let o = change.otherStart;
	const add = (left: Piece | undefined, right: Piece | undefined): void => {
		const referenceEnd = left?.end ?? r;
		const otherEnd = right?.end ?? o;
		const moved = left?.moved === true || right?.moved === true;
		const { wholeSentences } = change;
		if (referenceEnd > r || otherEnd > o) {
			result.push({
				referenceStart: r,
				referenceEnd,
				otherStart: o,
				otherEnd,
				wholeSentences,
				...(moved ? { move: number, inside: insideEnd(inside, left?.moved === true) } : {}),
			});
		}
		[r, o] = [referenceEnd, otherEnd];
	};
	for (let i = 0, j = 0; i < reference.length || j < other.length;) {
		const [left, right] = [reference[i], other[j]];
		if (left?.moved === true) {
			add(left, undefined);
			i++;
		} else if (right?.moved === true) {
			add(undefined, right);
			j++;
		} else {
			add(left, right);
			i++;
			j++;
		}
	}
	return result;
}

interface Piece {
	readonly start: number;
	readonly end: number;
	readonly moved: boolean;
}

function cut(start: number, end: number, from: number, to: number): Piece[] {
	return [
		{ start, end: from, moved: false },
		{ start: from, end: to, moved: true },
		{ start: to, end, moved: false },
	].filter(piece => piece.start < piece.end);
}

function insideEnd(
	inside: readonly TokenChange[] | undefined,
	isReference: boolean,
): MovableChange['inside'] {
	return inside
		?.map(change =>
			isReference
				? { start: change.referenceStart, end: change.referenceEnd }
				: { start: change.otherStart, end: change.otherEnd },
		)
		.filter(range => range.start < range.end);
}
