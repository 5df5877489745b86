/** First words of what `leadIn` allows before a phrase. */
const leadWords = new Set(
	'sorry my apologies unfortunately fortunately regrettably as thank thanks that what a an great good interesting excellent hello hi hey sure of certainly absolutely oh ah haha well however while although though but and so since because to honestly please note no yes'.split(
		' ',
	),
);
/** Words that `comparable` may write in another way: `cannot` as `can't`, `I am` as `I'm`. */
const rewrittenWords = new Set(['i', 'can', 'cannot', 'do', 'will', 'it', 'would']);
/** Longer than any word; `comparable` looks at a few hundred characters only. */
const longestWord = 60;

const wordsOfPhrases = new WeakMap<readonly string[], ReadonlySet<string>>();

/**
 * False when no phrase can stand at the beginning of a text, or after polite words there: told from
 * the first word alone, since most replies begin with another. Whatever is not plain is looked at.
 *
 * @param phrases in the form of `comparable`
 */
export function mayBeginWithPhrase(text: string, phrases: readonly string[]): boolean {
	let start = 0;
	while (start < text.length && isAsciiBlank(text.charCodeAt(start))) {
		start++;
	}
	let end = start;
	while (end < text.length && isAsciiLetter(text.charCodeAt(end))) {
		end++;
	}
	const next = end < text.length ? text.charCodeAt(end) : 0;
	const isPlain = next < 128 && end - start <= longestWord;
	if (!isPlain || (end === start && isRewrittenMark(next))) {
		return true;
	}
	const word = text.slice(start, end).toLowerCase();
	return leadWords.has(word) || rewrittenWords.has(word) || firstWordsOf(phrases).has(word);
}

/** The letters that each phrase begins with; '' for one that begins with another character. */
function firstWordsOf(phrases: readonly string[]): ReadonlySet<string> {
	let words = wordsOfPhrases.get(phrases);
	if (!words) {
		words = new Set(phrases.map(phrase => /^[a-z]*/.exec(phrase)?.[0] ?? ''));
		wordsOfPhrases.set(phrases, words);
	}
	return words;
}

function isAsciiBlank(code: number): boolean {
	return code === 32 || (code >= 9 && code <= 13);
}

function isAsciiLetter(code: number): boolean {
	return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}

/** `*`, `_` and the grave accent, which `comparable` writes as a space or an apostrophe. */
function isRewrittenMark(code: number): boolean {
	return code === 0x2a || code === 0x5f || code === 0x60;
}
