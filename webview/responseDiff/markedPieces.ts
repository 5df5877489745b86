import type { TextMark } from '../../src/core/responses/answerMarks';

/** A piece of a text that is shown in one way. */
export interface Piece {
	/** Place in the whole answer. */
	readonly start: number;
	/** Empty for a mark of what is not here. */
	readonly text: string;
	readonly mark?: TextMark;
}

/**
 * A part of an answer cut by the marks that touch it. The texts joined are the part.
 *
 * @param from place of the part in the answer that the marks are about
 * @param marks in order, never overlapping
 */
export function markedPieces(text: string, from: number, marks: readonly TextMark[]): Piece[] {
	const to = from + text.length;
	const pieces: Piece[] = [];
	let position = from;
	const plainUpTo = (end: number): void => {
		if (end > position) {
			pieces.push({ start: position, text: text.slice(position - from, end - from) });
			position = end;
		}
	};
	for (const mark of marks) {
		const isHere =
			mark.start === mark.end
				? mark.start >= from && (mark.start < to || (mark.start === to && text !== ''))
				: mark.start < to && mark.end > from;
		if (!isHere) {
			continue;
		}
		plainUpTo(Math.max(from, mark.start));
		const end = Math.min(to, mark.end);
		pieces.push({ start: position, text: text.slice(position - from, end - from), mark });
		position = Math.max(position, end);
	}
	plainUpTo(to);
	return pieces;
}
