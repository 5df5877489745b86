import type { Check, CheckedText } from './check';

export const lowerCaseStart: Check = {
	code: 'lowerCaseStart',
	severity: 'warning',
	shortName: 'small letter',
	otherNames: ['casing'],
	sentence: detail => `A sentence begins with a small letter: ${detail ?? ''}.`,
	place: 'replies',
	ofText: ({ text }: CheckedText) => {
		const small = smallStart(text);
		return small === undefined ? undefined : `“${small}”`;
	},
};

const codePattern = /```[\s\S]*?(?:```|$)|`[^`\n]*`|https?:\/\/\S+/g;
// A sentence ends, a space follows, and the next word has small letters only. Abbreviations,
// ellipses, initials, numbered items and quotations inside a sentence end no sentence.
const sentencePattern = /[\p{L}\d)][.?] (a|\p{Ll}[\p{Ll}'’-]+)(?=[\s.,;:!?]|$)/gu;
const abbreviationPattern =
	/^["“(]*(?:etc|vs|cf|approx|ca|dr|mr|mrs|ms|prof|st|no|inc|ltd|co|fig|vol|al|jr|sr|dept|est|min|max|ex|eds?|pp|lbs?|oz|ft|sq|tel|ext|[ivx]+|\p{L}+\.\p{L}+|\(?(?:\p{L}|\d+)\)?|[\d–-]+)\.$/iu;

/** The first sentence start in small letters, with the words around it; code and links are left out. */
function smallStart(text: string): string | undefined {
	const prose = text.replaceAll(codePattern, '·');
	const start = /^\s*(\p{Ll}[\p{Ll}'’-]*)[ ,]/u.exec(prose);
	if (start && /[.!?]/.test(prose)) {
		return start[1];
	}
	for (const match of prose.matchAll(sentencePattern)) {
		const before = wordBefore(prose, match.index + match[0].indexOf(' '));
		if (!abbreviationPattern.test(before)) {
			return `${before} ${match[1] ?? ''}`;
		}
	}
	return undefined;
}

/** The word that ends at `end`; looked for by hand, for a pattern would take quadratic time. */
function wordBefore(text: string, end: number): string {
	let start = end;
	while (start > 0 && end - start < 40 && !/\s/.test(text.charAt(start - 1))) {
		start--;
	}
	return text.slice(start, end);
}
