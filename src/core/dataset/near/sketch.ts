import { mixed } from './wordShingles';

/** Numbers in a sketch. */
export const sketchSize = 256;

const empty = 0x7fffffff;
const golden = 0x9e3779b9 | 0;

/**
 * Writes the MinHash sketch of a set: of two sets, each place holds the same number with the
 * probability of their Jaccard similarity. A shingle is hashed into one place a round, and places
 * that stay empty are filled by further rounds, so that long sets cost one hash a shingle instead
 * of one a place. After Dahlgaard, Knudsen and Thorup, “Fast Similarity Sketching”, FOCS 2017.
 *
 * @param shingles not empty; repeated ones do not matter
 */
export function sketchInto(shingles: Int32Array, sketch: Int32Array): void {
	sketch.fill(empty);
	let left = firstRound(shingles, sketch);
	for (let round = 1; left > 0 && round < sketchSize; round++) {
		left -= fillRound(shingles, sketch, round);
	}
	for (let at = 0; left > 0 && at < sketchSize; at++) {
		if (filledIn[at] === 0) {
			fillPlace(shingles, sketch, at);
			left--;
		}
	}
}

/** The round in which each place was filled, from 1; 0 for none. */
const filledIn = new Uint16Array(sketchSize);

/** The same as a round over no filled place, in the tightest loop; tells how many stay empty. */
function firstRound(shingles: Int32Array, sketch: Int32Array): number {
	for (let i = 0; i < shingles.length; i++) {
		const hash = mixed(shingles[i] ?? 0);
		const at = hash & (sketchSize - 1);
		if (hash < (sketch[at] ?? 0)) {
			sketch[at] = hash;
		}
	}
	let left = 0;
	for (let at = 0; at < sketchSize; at++) {
		const isEmpty = sketch[at] === empty;
		filledIn[at] = isEmpty ? 0 : 1;
		left += isEmpty ? 1 : 0;
	}
	return left;
}

/** Fills places that are empty so far, each with the least hash of this round; tells how many. */
function fillRound(shingles: Int32Array, sketch: Int32Array, round: number): number {
	const seed = Math.imul(round, golden);
	const now = round + 1;
	let count = 0;
	for (let i = 0; i < shingles.length; i++) {
		const hash = mixed((shingles[i] ?? 0) + seed);
		const at = hash & (sketchSize - 1);
		const was = filledIn[at] ?? 0;
		if (was === 0) {
			filledIn[at] = now;
			sketch[at] = hash;
			count++;
		} else if (was === now && hash < (sketch[at] ?? 0)) {
			sketch[at] = hash;
		}
	}
	return count;
}

function fillPlace(shingles: Int32Array, sketch: Int32Array, at: number): void {
	const seed = Math.imul(sketchSize + at, golden);
	for (let i = 0; i < shingles.length; i++) {
		const hash = mixed((shingles[i] ?? 0) + seed);
		if (hash < (sketch[at] ?? 0)) {
			sketch[at] = hash;
		}
	}
}
