import type { Check, CheckedText, Place } from './check';
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

/** Start and end in a text. */
type Range = readonly [start: number, end: number];

function loop({ text, prompt, profile }: CheckedText): Place | undefined {
	const found = wordLoop(text, profile) ?? sentenceLoop(text, profile) ?? letterLoop(text, profile);
	if (found === undefined || (prompt !== undefined && wanted.test(prompt))) {
		return undefined;
	}
	const [start, end] = found;
	return { detail: `“${text.slice(start, Math.min(end, start + 60)).trim()}…”`, start, end };
}

/** A phrase of up to eight words that follows itself at once, several times. */
function wordLoop(text: string, { loopEnd, loopLength }: TextProfile): Range | undefined {
	return loopEnd < 0 ? undefined : prose(text, loopEnd - loopLength, loopEnd);
}

/** One sentence, again and again, with others in between or not. */
function sentenceLoop(text: string, { sentences }: TextProfile): Range | undefined {
	const { mostOften, repeatedLength, start, stop } = sentences;
	return mostOften >= oftenSaid && repeatedLength >= text.length * repeatedPart
		? prose(text, start, stop)
		: undefined;
}

function prose(text: string, start: number, end: number): Range | undefined {
	const part = text.slice(start, Math.min(end, start + 400));
	const wordy = part.match(/[\p{L}\p{M}\s]/gu)?.length ?? 0;
	const isMarkup = /[<>{}|=;\\]/.test(part) || wordy < part.length * wordyPart;
	return isMarkup || isWithin(codeSpans(text), start) ? undefined : [start, end];
}

/** Letters without blanks that come again with a short period: `哈哈哈…`, `aaaa…`, `nonono…`. */
function letterLoop(text: string, { longWords }: TextProfile): Range | undefined {
	for (const end of longWords) {
		const from = Math.max(0, end - 2000);
		for (let period = 1; period <= 12; period++) {
			let run = 0;
			for (let i = end - 1; i - period >= from && text[i] === text[i - period]; i--) {
				run++;
			}
			if (run >= 48) {
				return [end - run, end];
			}
		}
	}
	return undefined;
}
