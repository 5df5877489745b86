import type { TokenisedText } from './proseTokens';
import type { TokenRange } from './wordAlignment';

/** Weighted token counts of one sentence, as sorted parallel arrays. */
interface Bag {
	readonly counts: ReadonlyMap<number, number>;
	readonly weight: number;
}

interface SentenceLink {
	referenceStart: number;
	referenceEnd: number;
	otherStart: number;
	otherEnd: number;
}

/** Sentences are alike from this share of common weight (Dice) on. */
const alike = 0.34;
/** Cells of the sentence table; 1,000 × 1,000 sentences. */
const maxCells = 1_000_000;
const maxAbsorbed = 3;

/**
 * Aligns the sentences of two texts in order. Returns ranges of tokens inside which words are worth
 * comparing: one sentence against one, or against the few it was split into or joined from. What
 * is in no range has no counterpart.
 */
export function alignSentences(a: TokenisedText, b: TokenisedText): TokenRange[] {
	const weights = tokenWeights(a, b);
	const bagsA = bags(a, weights);
	const bagsB = bags(b, weights);
	const links: SentenceLink[] = [];
	const linkEqual = (i: number, j: number): void => {
		links.push({ referenceStart: i, referenceEnd: i + 1, otherStart: j, otherEnd: j + 1 });
	};
	let start = 0;
	let endA = bagsA.length;
	let endB = bagsB.length;
	while (start < endA && start < endB && sameSentence(a, start, b, start)) {
		linkEqual(start, start);
		start++;
	}
	let tail = 0;
	while (endA > start && endB > start && sameSentence(a, endA - 1, b, endB - 1)) {
		endA--;
		endB--;
		tail++;
	}
	links.push(...alignMiddle(bagsA, bagsB, start, endA, endB, weights));
	for (let i = 0; i < tail; i++) {
		linkEqual(endA + i, endB + i);
	}
	absorbNeighbours(links, bagsA, bagsB, weights);
	return links.map(link => ({
		referenceStart: a.sentenceStarts[link.referenceStart] ?? 0,
		referenceEnd: a.sentenceStarts[link.referenceEnd] ?? a.count,
		otherStart: b.sentenceStarts[link.otherStart] ?? 0,
		otherEnd: b.sentenceStarts[link.otherEnd] ?? b.count,
	}));
}

function sameSentence(a: TokenisedText, i: number, b: TokenisedText, j: number): boolean {
	const startA = a.sentenceStarts[i] ?? 0;
	const startB = b.sentenceStarts[j] ?? 0;
	const length = (a.sentenceStarts[i + 1] ?? startA) - startA;
	if (length !== (b.sentenceStarts[j + 1] ?? startB) - startB) {
		return false;
	}
	for (let k = 0; k < length; k++) {
		if (a.ids[startA + k] !== b.ids[startB + k]) {
			return false;
		}
	}
	return true;
}

/** A rare word says more about what a sentence is than "the" does; punctuation says little. */
function tokenWeights(a: TokenisedText, b: TokenisedText): Float64Array {
	const size = Math.max(maximum(a.ids), maximum(b.ids)) + 1;
	const countA = new Int32Array(size);
	const countB = new Int32Array(size);
	const weights = new Float64Array(size);
	for (const [text, counts] of [
		[a, countA],
		[b, countB],
	] as const) {
		for (let i = 0; i < text.count; i++) {
			const id = text.ids[i] ?? 0;
			counts[id] = (counts[id] ?? 0) + 1;
			weights[id] = text.words[i] === 1 ? 1 : 0.1;
		}
	}
	for (let id = 0; id < size; id++) {
		const frequency = Math.max(countA[id] ?? 0, countB[id] ?? 0, 1);
		weights[id] = (weights[id] ?? 0) / Math.sqrt(frequency);
	}
	return weights;
}

function maximum(ids: Int32Array): number {
	let result = -1;
	for (const id of ids) {
		result = Math.max(result, id);
	}
	return result;
}

function bags(text: TokenisedText, weights: Float64Array): Bag[] {
	const result: Bag[] = [];
	for (let s = 0; s + 1 < text.sentenceStarts.length; s++) {
		const counts = new Map<number, number>();
		let weight = 0;
		const end = text.sentenceStarts[s + 1] ?? text.count;
		for (let i = text.sentenceStarts[s] ?? 0; i < end; i++) {
			const id = text.ids[i] ?? 0;
			counts.set(id, (counts.get(id) ?? 0) + 1);
			weight += weights[id] ?? 0;
		}
		result.push({ counts, weight });
	}
	return result;
}

/**
 * The in-order pairing with the most common weight. Too many sentences for a table: none is paired
 * here, so that part shows as replaced as a whole, which is coarse but never wrong.
 */
function alignMiddle(
	bagsA: readonly Bag[],
	bagsB: readonly Bag[],
	start: number,
	endA: number,
	endB: number,
	weights: Float64Array,
): SentenceLink[] {
	const n = endA - start;
	const m = endB - start;
	if (n === 0 || m === 0 || n * m > maxCells) {
		return [];
	}
	const gains = commonWeights(bagsA, bagsB, start, n, m, weights);
	const width = m + 1;
	const best = new Float64Array((n + 1) * width);
	for (let i = n - 1; i >= 0; i--) {
		for (let j = m - 1; j >= 0; j--) {
			const cell = i * width + j;
			best[cell] = Math.max(
				best[cell + width] ?? 0,
				best[cell + 1] ?? 0,
				(gains[i * m + j] ?? 0) > 0 ? (gains[i * m + j] ?? 0) + (best[cell + width + 1] ?? 0) : 0,
			);
		}
	}
	const links: SentenceLink[] = [];
	let i = 0;
	let j = 0;
	while (i < n && j < m) {
		const cell = i * width + j;
		const gain = gains[i * m + j] ?? 0;
		if (gain > 0 && best[cell] === gain + (best[cell + width + 1] ?? 0)) {
			links.push({
				referenceStart: start + i,
				referenceEnd: start + i + 1,
				otherStart: start + j,
				otherEnd: start + j + 1,
			});
			i++;
			j++;
		} else if (best[cell] === best[cell + width]) {
			i++;
		} else {
			j++;
		}
	}
	return links;
}

/** Gain of pairing each two sentences; 0 where they are not alike. */
function commonWeights(
	bagsA: readonly Bag[],
	bagsB: readonly Bag[],
	start: number,
	n: number,
	m: number,
	weights: Float64Array,
): Float64Array {
	const postings = new Map<number, { sentence: number; count: number }[]>();
	for (let j = 0; j < m; j++) {
		for (const [id, count] of bagsB[start + j]?.counts ?? []) {
			const list = postings.get(id);
			if (list) {
				list.push({ sentence: j, count });
			} else {
				postings.set(id, [{ sentence: j, count }]);
			}
		}
	}
	const gains = new Float64Array(n * m);
	for (let i = 0; i < n; i++) {
		const row = i * m;
		for (const [id, count] of bagsA[start + i]?.counts ?? []) {
			const weight = weights[id] ?? 0;
			for (const posting of postings.get(id) ?? []) {
				const cell = row + posting.sentence;
				gains[cell] = (gains[cell] ?? 0) + weight * Math.min(count, posting.count);
			}
		}
		const weightA = bagsA[start + i]?.weight ?? 0;
		for (let j = 0; j < m; j++) {
			const common = gains[row + j] ?? 0;
			const share = (2 * common) / (weightA + (bagsB[start + j]?.weight ?? 0));
			gains[row + j] = share >= alike ? common * share : 0;
		}
	}
	return gains;
}

/** A sentence that was split in two, or joined from two: its halves come into the same range. */
function absorbNeighbours(
	links: SentenceLink[],
	bagsA: readonly Bag[],
	bagsB: readonly Bag[],
	weights: Float64Array,
): void {
	for (const [k, link] of links.entries()) {
		const previous = links[k - 1];
		const next = links[k + 1];
		const lowA = previous?.referenceEnd ?? 0;
		const lowB = previous?.otherEnd ?? 0;
		const highA = next?.referenceStart ?? bagsA.length;
		const highB = next?.otherStart ?? bagsB.length;
		const fits = (side: 'reference' | 'other', sentence: number): boolean => {
			const mine = side === 'reference' ? bagsA : bagsB;
			const theirs = side === 'reference' ? bagsB : bagsA;
			const [mineStart, mineEnd, theirStart, theirEnd] =
				side === 'reference'
					? [link.referenceStart, link.referenceEnd, link.otherStart, link.otherEnd]
					: [link.otherStart, link.otherEnd, link.referenceStart, link.referenceEnd];
			const rest = remainder(theirs, theirStart, theirEnd, mine, mineStart, mineEnd);
			return restCovers(rest, mine[sentence], weights);
		};
		for (let i = 0; i < maxAbsorbed; i++) {
			if (link.referenceEnd < highA && fits('reference', link.referenceEnd)) {
				link.referenceEnd++;
			} else if (link.otherEnd < highB && fits('other', link.otherEnd)) {
				link.otherEnd++;
			} else if (link.referenceStart > lowA && fits('reference', link.referenceStart - 1)) {
				link.referenceStart--;
			} else if (link.otherStart > lowB && fits('other', link.otherStart - 1)) {
				link.otherStart--;
			} else {
				break;
			}
		}
	}
}

/** What `theirs` has left over after `mine` took its share. */
function remainder(
	theirs: readonly Bag[],
	theirStart: number,
	theirEnd: number,
	mine: readonly Bag[],
	mineStart: number,
	mineEnd: number,
): Map<number, number> {
	const rest = new Map<number, number>();
	for (const bag of theirs.slice(theirStart, theirEnd)) {
		for (const [id, count] of bag.counts) {
			rest.set(id, (rest.get(id) ?? 0) + count);
		}
	}
	for (const bag of mine.slice(mineStart, mineEnd)) {
		for (const [id, count] of bag.counts) {
			rest.set(id, (rest.get(id) ?? 0) - count);
		}
	}
	return rest;
}

function restCovers(
	rest: ReadonlyMap<number, number>,
	sentence: Bag | undefined,
	weights: Float64Array,
): boolean {
	if (!sentence || sentence.counts.size < 2) {
		return false;
	}
	let common = 0;
	for (const [id, count] of sentence.counts) {
		common += (weights[id] ?? 0) * Math.max(0, Math.min(count, rest.get(id) ?? 0));
	}
	return common >= 0.5 * sentence.weight;
}
