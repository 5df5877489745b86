import type { TokenisedText } from './proseTokens';

/** Pairs of equal tokens, rising on both sides. Parallel arrays of token indices. */
export interface TokenPairs {
	readonly reference: number[];
	readonly other: number[];
}

export interface TokenRange {
	readonly referenceStart: number;
	readonly referenceEnd: number;
	readonly otherStart: number;
	readonly otherEnd: number;
}

// A match after a match is worth nearly two words alone: readers want runs, not scattered words.
const wordScore = 5;
const markScore = 1;
const runBonus = 4;
/** Cells of one table: 4,000 × 1,000 tokens, about 20 ms and 4 MB. */
const maxCells = 4_000_000;

const fromMatch = 1;
const fromReference = 2;
const matchContinues = 4;

/**
 * Pairs equal tokens inside the range so that long common runs win over scattered words. Exact up
 * to `maxCells`; beyond it both sides are cut into as many proportional parts as fit.
 */
export function alignWords(
	a: TokenisedText,
	b: TokenisedText,
	range: TokenRange,
	pairs: TokenPairs,
): void {
	let { referenceStart, referenceEnd, otherStart, otherEnd } = range;
	while (
		referenceStart < referenceEnd &&
		otherStart < otherEnd &&
		a.ids[referenceStart] === b.ids[otherStart]
	) {
		pairs.reference.push(referenceStart++);
		pairs.other.push(otherStart++);
	}
	let tail = 0;
	while (
		referenceStart < referenceEnd &&
		otherStart < otherEnd &&
		a.ids[referenceEnd - 1] === b.ids[otherEnd - 1]
	) {
		referenceEnd--;
		otherEnd--;
		tail++;
	}
	alignParts(a, b, { referenceStart, referenceEnd, otherStart, otherEnd }, pairs);
	for (let i = 0; i < tail; i++) {
		pairs.reference.push(referenceEnd + i);
		pairs.other.push(otherEnd + i);
	}
}

/**
 * Pairs equal runs that touch a pair, or an end of the texts, but stand outside all ranges: what was
 * cut into sentences at different places still reads as equal. Fewer than `minWords` words are no
 * run, unless nothing differs there.
 */
export function extendPairs(
	a: TokenisedText,
	b: TokenisedText,
	pairs: TokenPairs,
	minWords: number,
): TokenPairs {
	const result: TokenPairs = { reference: [], other: [] };
	const addRun = (reference: number, other: number, length: number, whole: boolean): boolean => {
		let words = 0;
		for (let i = 0; i < length; i++) {
			words += a.words[reference + i] ?? 0;
		}
		if (words < minWords && !whole) {
			return false;
		}
		for (let i = 0; i < length; i++) {
			result.reference.push(reference + i);
			result.other.push(other + i);
		}
		return true;
	};
	let r = 0;
	let o = 0;
	for (let k = 0; k <= pairs.reference.length; k++) {
		const endR = pairs.reference[k] ?? a.count;
		const endO = pairs.other[k] ?? b.count;
		const shorter = Math.min(endR - r, endO - o);
		let head = 0;
		while (head < shorter && a.ids[r + head] === b.ids[o + head]) {
			head++;
		}
		const whole = head === endR - r && head === endO - o;
		const taken = addRun(r, o, head, whole) ? head : 0;
		let tail = 0;
		while (tail < shorter - taken && a.ids[endR - tail - 1] === b.ids[endO - tail - 1]) {
			tail++;
		}
		addRun(endR - tail, endO - tail, tail, false);
		if (k < pairs.reference.length) {
			addRun(endR, endO, 1, true);
		}
		r = endR + 1;
		o = endO + 1;
	}
	return result;
}

function alignParts(
	a: TokenisedText,
	b: TokenisedText,
	range: TokenRange,
	pairs: TokenPairs,
): void {
	const n = range.referenceEnd - range.referenceStart;
	const m = range.otherEnd - range.otherStart;
	if (n === 0 || m === 0) {
		return;
	}
	const parts = Math.min(n, m, Math.ceil((n * m) / maxCells));
	for (let part = 0; part < parts; part++) {
		alignTable(
			a,
			b,
			{
				referenceStart: range.referenceStart + Math.floor((n * part) / parts),
				referenceEnd: range.referenceStart + Math.floor((n * (part + 1)) / parts),
				otherStart: range.otherStart + Math.floor((m * part) / parts),
				otherEnd: range.otherStart + Math.floor((m * (part + 1)) / parts),
			},
			pairs,
		);
	}
}

/** Two-state dynamic programme: best score so far, and best score of an alignment ending in a match. */
function alignTable(
	a: TokenisedText,
	b: TokenisedText,
	range: TokenRange,
	pairs: TokenPairs,
): void {
	const { referenceStart, otherStart } = range;
	const n = range.referenceEnd - referenceStart;
	const m = range.otherEnd - otherStart;
	const width = m + 1;
	const steps = new Uint8Array((n + 1) * width);
	let best = new Int32Array(width);
	let above = new Int32Array(width);
	let ended = new Int32Array(width);
	let endedAbove = new Int32Array(width);
	for (let i = 1; i <= n; i++) {
		[best, above] = [above, best];
		[ended, endedAbove] = [endedAbove, ended];
		const id = a.ids[referenceStart + i - 1];
		const score = a.words[referenceStart + i - 1] === 1 ? wordScore : markScore;
		best[0] = 0;
		ended[0] = 0;
		for (let j = 1; j <= m; j++) {
			const up = above[j] ?? 0;
			const left = best[j - 1] ?? 0;
			let value = left;
			let step = 0;
			if (up > left) {
				value = up;
				step = fromReference;
			}
			let end = 0;
			if (b.ids[otherStart + j - 1] === id) {
				const diagonal = above[j - 1] ?? 0;
				const run = endedAbove[j - 1] ?? 0;
				end = score + diagonal;
				if (run > 0 && run + runBonus >= diagonal) {
					end = score + run + runBonus;
					step |= matchContinues;
				}
				if (end >= value) {
					value = end;
					step = (step & matchContinues) | fromMatch;
				}
			}
			best[j] = value;
			ended[j] = end;
			steps[i * width + j] = step;
		}
	}
	trace(steps, width, n, m, range, pairs);
}

function trace(
	steps: Uint8Array,
	width: number,
	n: number,
	m: number,
	range: TokenRange,
	pairs: TokenPairs,
): void {
	const reference: number[] = [];
	const other: number[] = [];
	let i = n;
	let j = m;
	let inRun = false;
	while (i > 0 && j > 0) {
		const step = steps[i * width + j] ?? 0;
		if (inRun || (step & fromMatch) !== 0) {
			i--;
			j--;
			reference.push(range.referenceStart + i);
			other.push(range.otherStart + j);
			inRun = (step & matchContinues) !== 0;
		} else if ((step & fromReference) !== 0) {
			i--;
		} else {
			j--;
		}
	}
	for (let k = reference.length - 1; k >= 0; k--) {
		pairs.reference.push(reference[k] ?? 0);
		pairs.other.push(other[k] ?? 0);
	}
}
