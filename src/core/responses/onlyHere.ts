import type { TextRange } from './proseDiff';
import { tokenise, Vocabulary, type TokenisedText } from './proseTokens';
import {
	likeness,
	sentenceBags,
	tokenWeights,
	type SentenceBag,
	type TokenWeights,
} from './sentenceBags';

/** A sentence has a counterpart from this likeness on; the same as when sentences are aligned. */
const alike = 0.34;
/** Words in more sentences than this tell none apart, and would cost their square. */
const commonest = 200;
/** Sentences with the most rare words in common that are looked at in full. */
const candidates = 8;
const minWords = 3;

/**
 * For each text the sentences that say what no other text says: none of theirs is alike, wherever it
 * stands. Neighbouring sentences are one range. With no other text there is nothing to be alone in.
 */
export function onlyHere(texts: readonly (string | undefined)[]): TextRange[][] {
	const vocabulary = new Vocabulary();
	const tokens = texts.map(text => tokenise(text ?? '', vocabulary));
	const weights = tokenWeights(tokens);
	const bags = tokens.map(text => sentenceBags(text, weights));
	const postings = bags.map(list => postingsOf(list));
	const present = texts.filter(text => text !== undefined).length;
	return tokens.map((text, lane) => {
		const alone = (bags[lane] ?? []).map(
			bag =>
				bag.words >= minWords &&
				bags.every(
					(theirs, other) =>
						other === lane || !hasCounterpart(bag, theirs, postings[other] ?? new Map(), weights),
				),
		);
		return texts[lane] === undefined || present < 2 ? [] : rangesOf(text, alone);
	});
}

type Postings = ReadonlyMap<number, readonly number[]>;

function postingsOf(bags: readonly SentenceBag[]): Postings {
	const postings = new Map<number, number[]>();
	for (const [sentence, bag] of bags.entries()) {
		for (const id of bag.counts.keys()) {
			const list = postings.get(id);
			if (list) {
				list.push(sentence);
			} else {
				postings.set(id, [sentence]);
			}
		}
	}
	return postings;
}

function hasCounterpart(
	bag: SentenceBag,
	theirs: readonly SentenceBag[],
	postings: Postings,
	weights: TokenWeights,
): boolean {
	const rare = new Map<number, number>();
	for (const id of bag.counts.keys()) {
		const list = postings.get(id) ?? [];
		for (const sentence of list.length > commonest ? [] : list) {
			rare.set(sentence, (rare.get(sentence) ?? 0) + (weights[id] ?? 0));
		}
	}
	return [...rare]
		.toSorted((x, y) => y[1] - x[1])
		.slice(0, candidates)
		.some(([sentence]) => {
			const other = theirs[sentence];
			return other !== undefined && likeness(bag, other, commonOf(bag, other, weights)) >= alike;
		});
}

function commonOf(a: SentenceBag, b: SentenceBag, weights: TokenWeights): number {
	let common = 0;
	for (const [id, count] of a.counts) {
		common += (weights[id] ?? 0) * Math.min(count, b.counts.get(id) ?? 0);
	}
	return common;
}

function rangesOf(text: TokenisedText, alone: readonly boolean[]): TextRange[] {
	const ranges: { start: number; end: number }[] = [];
	for (const [sentence, isAlone] of alone.entries()) {
		if (!isAlone) {
			continue;
		}
		const start = text.starts[text.sentenceStarts[sentence] ?? 0] ?? 0;
		const end = text.ends[(text.sentenceStarts[sentence + 1] ?? 0) - 1] ?? start;
		const last = ranges.at(-1);
		if (last && alone[sentence - 1] === true) {
			last.end = end;
		} else {
			ranges.push({ start, end });
		}
	}
	return ranges;
}
