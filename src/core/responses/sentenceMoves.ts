import {
	commonWeights,
	likeness,
	type SentenceBag,
	type SentenceLink,
	type TokenWeights,
} from './sentenceBags';

/** A sentence is taken for the same at another place from this likeness on; a chance is rarer then. */
const same = 0.6;
/** Shorter ones, such as "Sure!", are everywhere. */
const minWords = 3;
const maxCells = 1_000_000;

/**
 * Sentences outside all links that are each other's likeness best, neighbours taken together. They
 * cross a link, or the alignment in order would have them.
 */
export function findMoves(
	links: readonly SentenceLink[],
	bagsA: readonly SentenceBag[],
	bagsB: readonly SentenceBag[],
	weights: TokenWeights,
): SentenceLink[] {
	const freeA = freeSentences(bagsA, links, 'referenceStart', 'referenceEnd');
	const freeB = freeSentences(bagsB, links, 'otherStart', 'otherEnd');
	if (freeA.length === 0 || freeB.length === 0 || freeA.length * freeB.length > maxCells) {
		return [];
	}
	const pairs = bestPairs(
		freeA.map(({ bag }) => bag),
		freeB.map(({ bag }) => bag),
		weights,
	);
	const moves: SentenceLink[] = [];
	for (const [i, j] of pairs) {
		const [reference, other] = [freeA[i]?.index ?? 0, freeB[j]?.index ?? 0];
		const last = moves.at(-1);
		if (last?.referenceEnd === reference && last.otherEnd === other) {
			last.referenceEnd++;
			last.otherEnd++;
		} else {
			moves.push({
				referenceStart: reference,
				referenceEnd: reference + 1,
				otherStart: other,
				otherEnd: other + 1,
			});
		}
	}
	return moves;
}

interface FreeSentence {
	readonly index: number;
	readonly bag: SentenceBag;
}

function freeSentences(
	bags: readonly SentenceBag[],
	links: readonly SentenceLink[],
	start: 'referenceStart' | 'otherStart',
	end: 'referenceEnd' | 'otherEnd',
): FreeSentence[] {
	const free: FreeSentence[] = [];
	let next = 0;
	const take = (to: number): void => {
		for (let index = next; index < to; index++) {
			const bag = bags[index];
			if (bag && bag.words >= minWords) {
				free.push({ index, bag });
			}
		}
	};
	for (const link of links) {
		take(link[start]);
		next = link[end];
	}
	take(bags.length);
	return free;
}

/** Pairs that prefer each other to all others, by the place of the first. */
function bestPairs(
	bagsA: readonly SentenceBag[],
	bagsB: readonly SentenceBag[],
	weights: TokenWeights,
): [number, number][] {
	const common = commonWeights(bagsA, bagsB, weights);
	const bestOfA = new Int32Array(bagsA.length).fill(-1);
	const bestOfB = new Int32Array(bagsB.length).fill(-1);
	const shareOfA = new Float64Array(bagsA.length);
	const shareOfB = new Float64Array(bagsB.length);
	for (const [i, a] of bagsA.entries()) {
		for (const [j, b] of bagsB.entries()) {
			const share = likeness(a, b, common[i * bagsB.length + j] ?? 0);
			if (share < same) {
				continue;
			}
			if (share > (shareOfA[i] ?? 0)) {
				shareOfA[i] = share;
				bestOfA[i] = j;
			}
			if (share > (shareOfB[j] ?? 0)) {
				shareOfB[j] = share;
				bestOfB[j] = i;
			}
		}
	}
	const pairs: [number, number][] = [];
	for (const [i, j] of bestOfA.entries()) {
		if (j >= 0 && bestOfB[j] === i) {
			pairs.push([i, j]);
		}
	}
	return pairs;
}
