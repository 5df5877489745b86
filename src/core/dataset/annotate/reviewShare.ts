import { mixed } from '../near/wordShingles';
/** How the examples of a dataset are shared out among annotators. */
export interface ReviewShare {
	/** This annotator's place among them, from 0. */
	readonly annotator: number;
	readonly annotators: number;
	/** Part of the examples that all of them get, 0 to 1. */
	readonly overlap: number;
}

const overlapSeed = 0x6f7665;
const ownerSeed = 0x6f776e;

/**
 * Whether an example belongs to an annotator's share. It follows from the example alone, so that
 * every clone shares out alike and a new example moves no other.
 *
 * @param key number that stands for the example's name (`ScanTable.nameKeyOf`)
 */
export function isInShare(key: number, share: ReviewShare): boolean {
	return (
		unitOf(key, overlapSeed) < share.overlap ||
		Math.floor(unitOf(key, ownerSeed) * share.annotators) === share.annotator
	);
}

/**
 * A number that an example is sorted by in a random queue: the same seed gives the same order, and
 * new examples come in between without moving the others.
 */
export function randomPlace(key: number, seed: number): number {
	return unitOf(key, seed);
}

/** Spreads a key of up to 52 bits evenly over [0, 1). */
function unitOf(key: number, seed: number): number {
	const low = key % 2 ** 26;
	const high = Math.floor(key / 2 ** 26);
	const first = mixed(mixed(low ^ Math.imul(seed | 0, 0x9e3779b1)) ^ high);
	const second = mixed(first ^ low ^ 0x5bd1e995);
	return ((first >>> 0) * 2 ** 20 + ((second >>> 0) & 0xfffff)) / 2 ** 52;
}
