import { checkReplyText } from '../findings/checkRow';
import { firstSentenceEnd, smallSentenceStarts } from './sentences';

/**
 * Says whether a reply that begins with this sentence has a preface (“As an AI …”): the finding's
 * own judgement. Asked something personal, “I don't have personal …” is an answer and no preface.
 */
export type PrefaceTest = (sentence: string, prompt: string | undefined) => boolean;

export const isPreface: PrefaceTest = (sentence, prompt) =>
	checkReplyText(sentence, prompt).some(({ code }) => code === 'personalPreface');

/** “hi. how are you?” → “Hi. How are you?” */
export function truecase(text: string): string {
	let result = '';
	let from = 0;
	for (const at of smallSentenceStarts(text)) {
		result += text.slice(from, at) + capital(text.charAt(at));
		from = at + 1;
	}
	return result + text.slice(from);
}

/** Without white space at either end. */
export function trim(text: string): string {
	return text.trim();
}

/** What only made sense after the sentence that is gone. */
const connective =
	/^(?:however|but|still|instead|nevertheless|nonetheless|(?:that|with that|having) (?:being )?said|even so|on the other hand)\b,?\s+/i;
/** An apology that leads up to a preface. */
const apology = /^(?:i['’]?m|i am) (?:so |very )?sorry\b|^(?:sorry|i apologi[sz]e)\b/i;
const mostSentences = 4;

/**
 * The text without the prefaces it begins with. Whole sentences go, with their “but I can …”: half
 * a sentence is worse than the preface was.
 *
 * @returns `undefined` when nothing that stands by itself would be left
 */
export function stripPreface(
	text: string,
	prompt?: string,
	test: PrefaceTest = isPreface,
): string | undefined {
	let rest = text.trimStart();
	const lead = text.slice(0, text.length - rest.length);
	let removed = 0;
	while (removed < mostSentences) {
		const length = prefaceLength(rest, sentence => test(sentence, prompt));
		if (length === 0) {
			break;
		}
		rest = rest.slice(length).trimStart();
		removed++;
	}
	if (removed === 0) {
		return text;
	}
	const alone = rest.replace(connective, '');
	return /[\p{L}\p{N}]/u.test(alone) ? lead + capital(alone.charAt(0)) + alone.slice(1) : undefined;
}

/** Length of the preface that the text begins with, with an apology before it; 0 without one. */
function prefaceLength(text: string, isPreface: (sentence: string) => boolean): number {
	const first = firstSentenceEnd(text);
	if (isPreface(text.slice(0, first))) {
		return first;
	}
	if (!apology.test(text)) {
		return 0;
	}
	const after = text.slice(first);
	const second = after.trimStart();
	const gap = after.length - second.length;
	const end = firstSentenceEnd(second);
	return isPreface(second.slice(0, end)) ? first + gap + end : 0;
}

/** Letters whose capital is longer (ß) stay. */
function capital(letter: string): string {
	const upper = letter.toUpperCase();
	return upper.length === letter.length ? upper : letter;
}
