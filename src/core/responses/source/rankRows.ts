import { decodePostings, listOfPair, listOfWord } from './postings';

/** Words of a phrase that count; what a person marks is rarely longer. */
export const longestPhrase = 64;
/** BM25's usual constants (Robertson & Zaragoza 2009, section 3.5). */
const saturation = 1.2;
const lengthPart = 0.75;
/** A term in more of the rows tells too little to be worth reading its list. */
const commonPart = 0.25;

/** One term of a phrase, with its list of each segment in their order. */
export interface TermPostings {
	readonly lists: readonly Uint8Array[];
}

/** Numbers of the lists that a phrase asks for: its words and its pairs of neighbours, each once. */
export function listsOfPhrase(words: Int32Array): number[] {
	const found = new Set<number>();
	const count = Math.min(words.length, longestPhrase);
	for (let i = 0; i < count; i++) {
		found.add(listOfWord(words[i] ?? 0));
		if (i > 0) {
			found.add(listOfPair(words[i - 1] ?? 0, words[i] ?? 0));
		}
	}
	return [...found];
}

/**
 * The rows that say most of a phrase by BM25 over words and pairs of words, best first. Terms that
 * stand in a quarter of the rows are passed over where the phrase has rarer ones.
 *
 * @param lengths words of the rows, by segment
 * @returns rows counted over all segments
 */
export function rankRows(
	terms: readonly TermPostings[],
	lengths: readonly Uint16Array[],
	most: number,
): { readonly row: number; readonly score: number }[] {
	const rows = lengths.reduce((sum, { length }) => sum + length, 0);
	const words = lengths.reduce((sum, part) => sum + part.reduce((s, n) => s + n, 0), 0);
	const mean = Math.max(1, words / Math.max(1, rows));
	const counted = terms
		.map(term => ({
			...term,
			rows: term.lists.reduce((sum, bytes) => sum + decodePostings(bytes, () => undefined), 0),
		}))
		.filter(term => term.rows > 0);
	const rare = counted.filter(term => term.rows <= Math.max(rows * commonPart, 50));
	const scores = new Float64Array(rows);
	for (const term of rare.length > 0 ? rare : counted) {
		const weight = Math.log(1 + (rows - term.rows + 0.5) / (term.rows + 0.5));
		let first = 0;
		for (const [segment, part] of lengths.entries()) {
			const from = first;
			decodePostings(term.lists[segment] ?? new Uint8Array(), (row, times) => {
				const relative = (part[row] ?? 0) / mean;
				const norm = saturation * (1 - lengthPart + lengthPart * relative);
				const at = from + row;
				scores[at] = (scores[at] ?? 0) + (weight * times * (saturation + 1)) / (times + norm);
			});
			first += part.length;
		}
	}
	return bestOf(scores, most);
}

function bestOf(
	scores: Float64Array,
	most: number,
): { readonly row: number; readonly score: number }[] {
	const kept: { row: number; score: number }[] = [];
	let least = 0;
	for (let row = 0; row < scores.length; row++) {
		const score = scores[row] ?? 0;
		if (score > least) {
			kept.push({ row, score });
			if (kept.length >= 4 * most) {
				kept.sort(byScore);
				kept.length = most;
				least = kept.at(-1)?.score ?? 0;
			}
		}
	}
	return kept.sort(byScore).slice(0, most);
}

function byScore(
	a: { readonly row: number; readonly score: number },
	b: { readonly row: number; readonly score: number },
): number {
	return b.score - a.score || a.row - b.row;
}

/**
 * The longest run of words that stands in both: its length and where it begins in each. Quadratic,
 * for a phrase on one side.
 */
export function longestSharedRun(
	phrase: Int32Array,
	words: Int32Array,
): { readonly length: number; readonly inPhrase: number; readonly inWords: number } {
	let best = { length: 0, inPhrase: 0, inWords: 0 };
	let before = new Uint16Array(phrase.length + 1);
	let row = new Uint16Array(phrase.length + 1);
	for (let i = 0; i < words.length; i++) {
		for (let j = 0; j < phrase.length; j++) {
			const length = phrase[j] === words[i] ? (before[j] ?? 0) + 1 : 0;
			row[j + 1] = length;
			if (length > best.length) {
				best = { length, inPhrase: j - length + 1, inWords: i - length + 1 };
			}
		}
		[before, row] = [row, before];
	}
	return best;
}
