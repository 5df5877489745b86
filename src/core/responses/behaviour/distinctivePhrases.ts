import type { Comparison } from '../comparison';
import { Vocabulary, tokenise } from '../proseTokens';

/** A run of words that one model writes more often than the other. */
export interface DistinctivePhrase {
	/** In small letters; a leading `^` stands for the beginning of an answer. */
	readonly phrase: string;
	/** Answers of this model that contain it, and of the reference. */
	readonly answers: number;
	readonly referenceAnswers: number;
	/** Log-odds ratio with an informative Dirichlet prior over its standard error. */
	readonly z: number;
}

export interface PhraseOptions {
	/** Phrases per direction. */
	readonly most: number;
	/** Answers of both models together that have to contain a phrase. */
	readonly fewestAnswers: number;
}

const longest = 4;
/** |z| below this is what two samples of one model differ by. */
const clear = 1.96;
/** The prior's weight as a part of all that was counted. */
const priorShare = 1 / 20;
const separator = ' ';

/**
 * The phrases of one to four words by which two models are told apart, those of `label` first to
 * last by z. Answers are counted, not occurrences, so that one answer in a loop does not stand for
 * its model. Statistic: Monroe, Colaresi & Quinn 2008, “Fightin' Words”, equations 15 to 22, with the
 * counts of both models together as the prior, scaled to a twentieth of their sum: with less, a phrase
 * that one model never says would be lost in the variance of its zero.
 *
 * A phrase is left out when a longer one of nearly as many answers says it already.
 */
export function distinctivePhrases(
	comparison: Comparison,
	label: string,
	reference: string,
	options: PhraseOptions = { most: 12, fewestAnswers: 5 },
): DistinctivePhrase[] {
	const ids = comparison.prompts.map(({ id }) => id);
	const texts = (of: string): string[][] =>
		ids.flatMap(id => {
			const answer = comparison.responses.get(of)?.get(id);
			return answer === undefined || answer.finishReason === 'error'
				? []
				: [wordsOf(answer.response)];
		});
	const counts = countAnswers(texts(label), texts(reference), options.fewestAnswers);
	const totals = { mine: 0, theirs: 0 };
	for (const { mine, theirs } of counts.values()) {
		totals.mine += mine;
		totals.theirs += theirs;
	}
	const scored = [...counts]
		.map(([phrase, { mine, theirs }]): DistinctivePhrase => ({
			phrase,
			answers: mine,
			referenceAnswers: theirs,
			z: logOddsZ(mine, theirs, totals.mine, totals.theirs),
		}))
		.filter(({ z }) => z >= clear)
		.toSorted((a, b) => b.z - a.z || (a.phrase < b.phrase ? -1 : 1));
	return withoutParts(scored).slice(0, options.most);
}

/** Prompts whose answer of a model has the phrase, for each phrase, in the order of the set. */
export function promptsSaying(
	{ prompts, responses }: Comparison,
	label: string,
	phrases: readonly string[],
): string[][] {
	const found = phrases.map((): string[] => []);
	for (const { id } of phrases.length === 0 ? [] : prompts) {
		const answer = responses.get(label)?.get(id);
		if (answer === undefined || answer.finishReason === 'error') {
			continue;
		}
		// What parts phrases is a word that is in none.
		const words = wordsOf(answer.response).map(word => (word === '' ? '\n' : word));
		const text = ` ${words.join(separator)} `;
		for (const [i, phrase] of phrases.entries()) {
			if (text.includes(` ${phrase} `)) {
				found[i]?.push(id);
			}
		}
	}
	return found;
}

/** Words in small letters after a mark of the beginning; punctuation parts phrases. */
function wordsOf(text: string): string[] {
	const vocabulary = new Vocabulary();
	const tokens = tokenise(text.replaceAll('’', "'"), vocabulary);
	const words = ['^'];
	for (let i = 0; i < tokens.count; i++) {
		words.push(
			tokens.words[i] === 1
				? tokens.text.slice(tokens.starts[i], tokens.ends[i]).toLowerCase()
				: '',
		);
	}
	return words;
}

interface Counts {
	mine: number;
	theirs: number;
}

/** Longer phrases are only counted where both of their ends are frequent enough by themselves. */
function countAnswers(
	mine: readonly string[][],
	theirs: readonly string[][],
	fewest: number,
): Map<string, Counts> {
	const all = new Map<string, Counts>();
	let before: ReadonlyMap<string, Counts> | undefined;
	for (let length = 1; length <= longest; length++) {
		const counts = new Map<string, Counts>();
		const add = (texts: readonly string[][], side: keyof Counts): void => {
			for (const words of texts) {
				for (const phrase of phrasesOf(words, length, before)) {
					const entry = counts.get(phrase) ?? { mine: 0, theirs: 0 };
					entry[side]++;
					counts.set(phrase, entry);
				}
			}
		};
		add(mine, 'mine');
		add(theirs, 'theirs');
		for (const [phrase, count] of counts) {
			if (count.mine + count.theirs < fewest) {
				counts.delete(phrase);
			} else if (phrase !== '^') {
				all.set(phrase, count);
			}
		}
		before = counts;
	}
	return all;
}

function phrasesOf(
	words: readonly string[],
	length: number,
	shorter: ReadonlyMap<string, Counts> | undefined,
): Set<string> {
	const found = new Set<string>();
	for (let i = 0; i + length <= words.length; i++) {
		const part = words.slice(i, i + length);
		if (part.includes('')) {
			continue;
		}
		if (
			!shorter ||
			(shorter.has(part.slice(1).join(separator)) && shorter.has(part.slice(0, -1).join(separator)))
		) {
			found.add(part.join(separator));
		}
	}
	return found;
}

function logOddsZ(mine: number, theirs: number, allMine: number, allTheirs: number): number {
	const priorTotal = (allMine + allTheirs) * priorShare;
	const prior = (priorTotal * (mine + theirs)) / (allMine + allTheirs);
	const odds = (count: number, all: number): number =>
		Math.log((count + prior) / (all + priorTotal - count - prior));
	const variance = 1 / (mine + prior) + 1 / (theirs + prior);
	return (odds(mine, allMine) - odds(theirs, allTheirs)) / Math.sqrt(variance);
}

/** Goes from the clearest down; what is a part of a kept phrase, or has one in it, is not said twice. */
function withoutParts(phrases: readonly DistinctivePhrase[]): DistinctivePhrase[] {
	const kept: DistinctivePhrase[] = [];
	const padded = (phrase: string): string => ` ${phrase} `;
	for (const one of phrases) {
		const isSaid = kept.some(
			other =>
				padded(other.phrase).includes(padded(one.phrase)) ||
				padded(one.phrase).includes(padded(other.phrase)),
		);
		if (!isSaid) {
			kept.push(one);
		}
	}
	return kept;
}
