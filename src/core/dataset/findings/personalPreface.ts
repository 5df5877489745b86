import type { Check, CheckedText, Place } from './check';
import { mayBeginWithPhrase } from './firstWord';
import { beginsWithPhrase, phraseStarts } from './leadIn';
import { isPersonalQuestion } from './personalQuestion';
import { comparable } from './phraseList';

export const personalPreface: Check = {
	code: 'personalPreface',
	severity: 'warning',
	shortName: 'preface',
	otherNames: ['preface'],
	sentence: detail => `The reply begins with the preface ${detail ?? ''}.`,
	place: 'replies',
	ofText: preface,
};

/** As an AI researcher: a person who works on it. */
const isProfession =
	/^ (?:researcher|engineer|expert|specialist|developer|scientist|company|startup|ethicist|enthusiast|student|professional|consultant|artist|safety|policy|lab)/;

function preface({ text, prompt, phrases }: CheckedText): Place | undefined {
	if (!mayBeginWithPhrase(text, phrases.prefaces)) {
		return undefined;
	}
	const found = beginsWithPhrase(phraseStarts(comparable(text)), phrases.prefaces);
	if (
		!found ||
		isProfession.test(found.after) ||
		(prompt !== undefined && isPersonalQuestion(prompt))
	) {
		return undefined;
	}
	return beginning(text);
}

/** The first words of a text as the place of a finding. */
export function beginning(text: string): Place {
	const start = text.search(/\S/);
	const words = /^(?:\S+\s+){0,8}\S+/.exec(text.slice(start, start + 160))?.[0] ?? '';
	return { detail: `“${firstWords(text)} …”`, start, end: start + words.length };
}

/** Up to nine words, as they are written. */
export function firstWords(text: string): string {
	return text.trim().slice(0, 160).split(/\s+/).slice(0, 9).join(' ');
}
