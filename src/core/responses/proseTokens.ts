import { lazy } from '../base/lazy';

/**
 * A text cut into tokens for comparison: words, and punctuation runs of one character. White space
 * belongs to no token. Arrays run in parallel; positions are UTF-16 offsets into `text`.
 */
export interface TokenisedText {
	readonly text: string;
	readonly count: number;
	readonly starts: Int32Array;
	readonly ends: Int32Array;
	/** Equal ids mean equal text, across the texts of one `Vocabulary`. */
	readonly ids: Int32Array;
	/** 1 for a word, 0 for punctuation and symbols. */
	readonly words: Uint8Array;
	/** Number of the sentence that each token stands in, rising from 0 without gaps. */
	readonly sentences: Int32Array;
	/** First token of each sentence, and the token count as a last entry. */
	readonly sentenceStarts: Int32Array;
}

/** Numbers for token texts, shared by the texts that are compared with each other. */
export class Vocabulary {
	readonly #ids = new Map<string, number>();

	get size(): number {
		return this.#ids.size;
	}

	idOf(token: string): number {
		let id = this.#ids.get(token);
		if (id === undefined) {
			id = this.#ids.size;
			this.#ids.set(token, id);
		}
		return id;
	}
}

// Scripts that put no space between words; runs of them are cut by the dictionary of Intl.Segmenter.
const unspaced =
	'\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー々';
const letter = `(?:(?![${unspaced}])[\\p{L}\\p{N}_])`;
const pattern = new RegExp(
	[
		`(?<unspaced>[${unspaced}][${unspaced}\\p{M}]*)`,
		`(?<word>${letter}[\\p{M}]*(?:${letter}|\\p{M}|['’](?=${letter})|(?<=\\p{N})[.,](?=\\p{N}))*)`,
		'(?<emoji>\\p{Extended_Pictographic}(?:\\u200d\\p{Extended_Pictographic}|[\\ufe0f\\u{1f3fb}-\\u{1f3ff}])*)',
		'(?<other>(?<mark>[^\\s])\\k<mark>*\\p{M}*)',
	].join('|'),
	'gu',
);
// A fixed locale: the same texts give the same spans on every machine.
const wordSegmenter = lazy(() => new Intl.Segmenter('en', { granularity: 'word' }));
const sentenceSegmenter = lazy(() => new Intl.Segmenter('en', { granularity: 'sentence' }));

interface Growing {
	readonly starts: number[];
	readonly ends: number[];
	readonly ids: number[];
	readonly words: number[];
}

function collectTokens(text: string, vocabulary: Vocabulary): Growing {
	const tokens: Growing = { starts: [], ends: [], ids: [], words: [] };
	const add = (start: number, part: string, isWord: boolean): void => {
		tokens.starts.push(start);
		tokens.ends.push(start + part.length);
		tokens.ids.push(vocabulary.idOf(part));
		tokens.words.push(isWord ? 1 : 0);
	};
	for (const match of text.matchAll(pattern)) {
		const part = match[0];
		if (match.groups?.['unspaced'] === undefined) {
			add(match.index, part, match.groups?.['word'] !== undefined);
			continue;
		}
		for (const { segment, index } of wordSegmenter().segment(part)) {
			add(match.index + index, segment, true);
		}
	}
	return tokens;
}

/**
 * Where each sentence of a text ends, the last at its end. A line break ends one, so list items and
 * lines of code are sentences of their own.
 */
export function sentenceEnds(text: string): number[] {
	const ends: number[] = [];
	for (const { segment, index } of sentenceSegmenter().segment(text)) {
		// "3. " and "- " belong to what they number; the segmenter cuts them off.
		if (/[\p{L}\n]/u.test(segment) || index + segment.length === text.length) {
			ends.push(index + segment.length);
		}
	}
	return ends;
}

export function tokenise(text: string, vocabulary: Vocabulary): TokenisedText {
	const tokens = collectTokens(text, vocabulary);
	const count = tokens.starts.length;
	const ends = sentenceEnds(text);
	const sentences = new Int32Array(count);
	const sentenceStarts: number[] = [];
	let cursor = 0;
	let cursorOfLast = -1;
	for (const [i, start] of tokens.starts.entries()) {
		while (cursor < ends.length - 1 && start >= (ends[cursor] ?? 0)) {
			cursor++;
		}
		if (cursor !== cursorOfLast) {
			sentenceStarts.push(i);
			cursorOfLast = cursor;
		}
		sentences[i] = sentenceStarts.length - 1;
	}
	sentenceStarts.push(count);
	return {
		text,
		count,
		starts: Int32Array.from(tokens.starts),
		ends: Int32Array.from(tokens.ends),
		ids: Int32Array.from(tokens.ids),
		words: Uint8Array.from(tokens.words),
		sentences,
		sentenceStarts: Int32Array.from(sentenceStarts),
	};
}
