import type { Check, CheckedText } from './check';
import { codeSpans, isWithin, type Spans } from './codeSpans';
import { abbreviations, smallNames } from './smallWords';

export const lowerCaseStart: Check = {
	code: 'lowerCaseStart',
	severity: 'warning',
	shortName: 'small letter',
	otherNames: ['casing'],
	sentence: detail => `A sentence begins with a small letter: ${detail ?? ''}.`,
	place: 'replies',
	ofText: ({ text, prompt, profile }: CheckedText) => {
		const starts = profile.smallStarts;
		if (starts.length === 0 && !beginsSmall.test(text)) {
			return undefined;
		}
		const [first] = smallSentenceStarts(text, starts, 1);
		if (first === undefined || (prompt !== undefined && wantsSmall.test(prompt))) {
			return undefined;
		}
		const before = wordBefore(text, first - 1);
		const word = wordAt(text, first);
		const detail = `“${before === '' ? word : `${before} ${word}`}”`;
		return { detail, start: first, end: first + word.length };
	},
};

const beginsSmall = /^\s{0,20}\p{Ll}/u;
const wantsSmall =
	/\blower[- ]?case|\bsmall letters|\bno capital|\bwithout capital|kleinschreib|e\.? ?e\.? cummings/i;
const wordPattern = /\p{Ll}[\p{L}\p{M}'’\d_-]{0,40}/uy;
const plainWord = /^\p{Ll}[\p{Ll}\p{M}'’-]*$/u;

/**
 * Where sentences begin with a small letter though they should not: in prose, with a word that has
 * no capital of its own further on. Code, links, quotations, list items, tables and what follows an
 * abbreviation are left alone.
 *
 * @param candidates places of small letters after `.`, `?` or `!` and a blank
 * @param atMost how many are wanted
 */
export function smallSentenceStarts(
	text: string,
	candidates: readonly number[],
	atMost = Infinity,
): number[] {
	const found: number[] = [];
	let code: Spans | undefined;
	const isProse = (at: number): boolean => {
		code ??= codeSpans(text);
		return !isWithin(code, at) && isProseLine(text, at) && !isQuoted(text, at);
	};
	const first = text.search(/\S/);
	if (first >= 0 && isSmallSentence(text, first) && isProse(first)) {
		found.push(first);
	}
	for (const at of candidates) {
		if (found.length >= atMost) {
			break;
		}
		if (isPlainWord(text, at) && endsSentence(text, at - 1) && isProse(at)) {
			found.push(at);
		}
	}
	return found;
}

/** Whether a whole text begins with a small letter as prose would not: a sentence, no command. */
function isSmallSentence(text: string, at: number): boolean {
	if (!isPlainWord(text, at)) {
		return false;
	}
	const word = wordAt(text, at);
	const after = text.charAt(at + word.length);
	const head = text.slice(at, at + 2000);
	return (after === ' ' || after === ',') && word.length > 1 && /[a-zß-ÿ)][.!?](?:\s|$)/.test(head);
}

/** A word in small letters that a sentence may begin with; no iPhone, no file name, no program. */
function isPlainWord(text: string, at: number): boolean {
	const word = wordAt(text, at);
	const after = text.charAt(at + word.length);
	if (!plainWord.test(word) || smallNames.has(word)) {
		return false;
	}
	// `foo.bar`, `a/b`, `f(x)`, `key=value`, `ns:name` are no words; nor is the letter of a list.
	const next = text.charAt(at + word.length + 1);
	const isJoined =
		/[/(=_@\\<>{}[\]|#&+*]/.test(after) || (/[.:]/.test(after) && /[^\s"”')]/.test(next));
	return !isJoined && (word.length > 1 || word === 'a') && !(word === 'a' && /[.):]/.test(after));
}

/** Whether the stop before the blank at `blank` ends a sentence. */
function endsSentence(text: string, blank: number): boolean {
	const before = wordBefore(text, blank);
	const stop = before.charAt(before.length - 1);
	const word = before.slice(0, -1).replace(/^["“”„«(*[]+/, '');
	const last = word.charAt(word.length - 1);
	if (!/[\p{L}\p{M}\d)%]/u.test(last) && !/[*_]/.test(last)) {
		return false;
	}
	if (stop !== '.') {
		return !smallNames.has(word.toLowerCase());
	}
	const isNumbering = /^\(?(?:\p{L}|\d{1,2}|[ivx]{1,5}|[\d–-]+(?<!\d{4}))\)?$/iu.test(word);
	const isInitials = /^(?:\p{L}{1,3}\.)+\p{L}{0,3}$/u.test(word);
	return !isNumbering && !isInitials && !abbreviations.has(word.toLowerCase());
}

/** The line is prose: no list item, no table, no heading, no quotation, no code. */
function isProseLine(text: string, at: number): boolean {
	const from = lineStart(text, at);
	const head = text.slice(from, Math.min(at, from + 12));
	if (
		/^(?: {4}|\t)|^\s*(?:[-*•+–—·▪>|#$%]|\(?\d{1,3}[.):]|\(?[a-z][.)] |[ivx]{1,4}[.)] )/i.test(head)
	) {
		return false;
	}
	const around = text.slice(Math.max(from, at - 60), at + 60);
	return (
		!/https?:\/\/\S*$/.test(text.slice(Math.max(0, at - 200), at)) &&
		!/[;{}]\s*$|=>|==|\(\)|<\/?\w+>/m.test(around)
	);
}

/** Characters back that a line's start is looked for. */
const longestLook = 4000;

function lineStart(text: string, at: number): number {
	const line = text.lastIndexOf('\n', at - 1) + 1;
	return Math.max(line, at - longestLook);
}

/** Whether a quotation mark is open at a place, counted from the beginning of the line. */
function isQuoted(text: string, at: number): boolean {
	const before = text.slice(lineStart(text, at), at);
	let straight = false;
	let depth = 0;
	for (let i = 0; i < before.length; i++) {
		const mark = before.charCodeAt(i);
		if (mark === 0x22) {
			straight = !straight;
		} else if (mark === 0x201c) {
			depth++;
		} else if (mark === 0x201e || mark === 0xab) {
			depth++;
		} else if (mark === 0x201d || mark === 0xbb) {
			depth = Math.max(0, depth - 1);
		}
	}
	return straight || depth > 0;
}

function wordAt(text: string, at: number): string {
	wordPattern.lastIndex = at;
	return wordPattern.exec(text)?.[0] ?? '';
}

/** The word that ends at `end`; looked for by hand, for a pattern would take quadratic time. */
function wordBefore(text: string, end: number): string {
	let start = Math.max(0, end);
	while (start > 0 && end - start < 40 && !/\s/.test(text.charAt(start - 1))) {
		start--;
	}
	return text.slice(start, Math.max(0, end));
}
