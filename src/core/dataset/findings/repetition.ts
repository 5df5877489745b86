import type { Check, CheckedText } from './check';
import { codeSpans, isWithin } from './codeSpans';
import type { TextProfile } from './textProfile';

export const repetition: Check = {
	code: 'repetition',
	severity: 'warning',
	shortName: 'repetition',
	otherNames: ['loop'],
	sentence: detail => `The text goes round in a loop: ${detail ?? ''}.`,
	place: 'learnt',
	ofText: loop,
};

/** The user asked for the same words again and again. */
const wanted =
	/\b(?:repeat|\d+ times|(?:hundred|ten|twenty|fifty|many|several|five|six) times|over and over|lyrics|song|poem|chorus|refrain|mantra|chant|lorem ipsum|nursery rhyme|hymn|litany|prayer)\b/i;
/** Times that one sentence stands there, and the part of the text that has been said before. */
const oftenSaid = 4;
const repeatedPart = 0.25;
/** Part of a loop that has to be letters and blanks; below it is markup or a table. */
const wordyPart = 0.75;

function loop({ text, prompt, profile }: CheckedText): string | undefined {
	const found = wordLoop(text, profile) ?? sentenceLoop(text, profile) ?? letterLoop(text, profile);
	return found === undefined || (prompt !== undefined && wanted.test(prompt))
		? undefined
		: `“${found.slice(0, 60).trim()}…”`;
}

/** A phrase of up to eight words that follows itself at once, several times. */
function wordLoop(text: string, { loopEnd, loopLength }: TextProfile): string | undefined {
	return loopEnd < 0 ? undefined : prose(text, loopEnd - loopLength, loopEnd);
}

/** One sentence, again and again, with others in between or not. */
function sentenceLoop(text: string, { sentences }: TextProfile): string | undefined {
	const { mostOften, repeatedLength, start, stop } = sentences;
	return mostOften >= oftenSaid && repeatedLength >= text.length * repeatedPart
		? prose(text, start, stop)
		: undefined;
}

function prose(text: string, start: number, end: number): string | undefined {
	const part = text.slice(start, Math.min(end, start + 400));
	const wordy = part.match(/[\p{L}\p{M}\s]/gu)?.length ?? 0;
	const isMarkup = /[<>{}|=;\\]/.test(part) || wordy < part.length * wordyPart;
	return isMarkup || isWithin(codeSpans(text), start) ? undefined : part;
}

/** Letters without blanks that come again with a short period: `哈哈哈…`, `aaaa…`, `nonono…`. */
function letterLoop(text: string, { longWords }: TextProfile): string | undefined {
	for (const end of longWords) {
		const from = Math.max(0, end - 2000);
		for (let period = 1; period <= 12; period++) {
			let run = 0;
			for (let i = end - 1; i - period >= from && text[i] === text[i - period]; i--) {
				run++;
			}
			if (run >= 48) {
				return text.slice(end - run, end);
			}
		}
	}
	return undefined;
}
