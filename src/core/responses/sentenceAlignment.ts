import type { TokenisedText } from './proseTokens';
import {
	commonWeights,
	likeness,
	sentenceBags,
	tokenWeights,
	type SentenceBag,
	type SentenceLink,
	type TokenWeights,
} from './sentenceBags';
import { findMoves } from './sentenceMoves';
import type { TokenRange } from './wordAlignment';

/** Sentences are alike from this share of common weight (Dice) on. */
const alike = 0.34;
/** Cells of the sentence table; 1,000 × 1,000 sentences. */
const maxCells = 1_000_000;
const maxAbsorbed = 3;

/** Ranges of tokens inside which words are worth comparing. What is in none has no counterpart. */
export interface SentenceAlignment {
	/** In the order of both texts. */
	readonly inOrder: readonly TokenRange[];
	/** Whole sentences that stand at another place, in the order of the reference. */
	readonly moved: readonly TokenRange[];
}

/** Aligns the sentences of two texts: in order first, then those that are left over. */
export function alignSentences(a: TokenisedText, b: TokenisedText): SentenceAlignment {
	const weights = tokenWeights([a, b]);
	const bagsA = sentenceBags(a, weights);
	const bagsB = sentenceBags(b, weights);
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
	const tokens = (link: SentenceLink): TokenRange => ({
		referenceStart: a.sentenceStarts[link.referenceStart] ?? 0,
		referenceEnd: a.sentenceStarts[link.referenceEnd] ?? a.count,
		otherStart: b.sentenceStarts[link.otherStart] ?? 0,
		otherEnd: b.sentenceStarts[link.otherEnd] ?? b.count,
	});
	return {
		inOrder: links.map(tokens),
		moved: findMoves(links, bagsA, bagsB, weights).map(tokens),
	};
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

/**
 * The in-order pairing with the most common weight. Too many sentences for a table: none is paired
 * here, so that part shows as replaced as a whole, which is coarse but never wrong.
 */
function alignMiddle(
	bagsA: readonly SentenceBag[],
	bagsB: readonly SentenceBag[],
	start: number,
	endA: number,
	endB: number,
	weights: TokenWeights,
): SentenceLink[] {
	const n = endA - start;
	const m = endB - start;
	if (n === 0 || m === 0 || n * m > maxCells) {
		return [];
	}
	const gains = gainsOfPairing(bagsA.slice(start, endA), bagsB.slice(start, endB), weights);
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
function gainsOfPairing(
	bagsA: readonly SentenceBag[],
	bagsB: readonly SentenceBag[],
	weights: TokenWeights,
): Float64Array {
	const gains = commonWeights(bagsA, bagsB, weights);
	for (const [i, a] of bagsA.entries()) {
		for (const [j, b] of bagsB.entries()) {
			const cell = i * bagsB.length + j;
			const common = gains[cell] ?? 0;
			const share = likeness(a, b, common);
			gains[cell] = share >= alike ? common * share : 0;
		}
	}
	return gains;
}

/** A sentence that was split in two, or joined from two: its halves come into the same range. */
function absorbNeighbours(
	links: SentenceLink[],
	bagsA: readonly SentenceBag[],
	bagsB: readonly SentenceBag[],
	weights: TokenWeights,
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
	theirs: readonly SentenceBag[],
	theirStart: number,
	theirEnd: number,
	mine: readonly SentenceBag[],
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
	sentence: SentenceBag | undefined,
	weights: TokenWeights,
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
