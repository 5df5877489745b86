import type { TokensSide } from '../contract/runFiles.generated';

/** Tokens of a part of a sequence. */
export interface TokenCount {
	readonly tokens: number;
	/** Of those, the ones that the cut leaves. */
	readonly kept: number;
	/** Of the kept ones, those with loss. */
	readonly trained: number;
}

export interface MessageCount extends TokenCount {
	readonly role: string;
}

/** Counts of the whole sequence. */
export function countsOfSide(side: TokensSide): TokenCount {
	return countsBetween(side, 0, side.ids.length);
}

/** Counts of each of its messages, in order. */
export function countsOfMessages(side: TokensSide): MessageCount[] {
	return side.messages.map(({ role, start, stop }) => ({
		role,
		...countsBetween(side, start, stop),
	}));
}

function countsBetween(side: TokensSide, from: number, to: number): TokenCount {
	const first = Math.max(from, side.start);
	const last = Math.min(to, side.stop);
	const trained = side.loss.reduce(
		(sum, [start, stop]) => sum + Math.max(0, Math.min(stop, last) - Math.max(start, first)),
		0,
	);
	return { tokens: to - from, kept: Math.max(0, last - first), trained };
}
