import type { Check, CheckedText, Place } from './check';
import { mayBeginWithPhrase } from './firstWord';
import { beginsWithPhrase, phraseStarts } from './leadIn';
import { beginning } from './personalPreface';
import { comparable } from './phraseList';

export const refusal: Check = {
	code: 'refusal',
	severity: 'warning',
	shortName: 'refusal',
	sentence: detail => `The reply refuses: ${detail ?? ''}.`,
	place: 'replies',
	ofText: refused,
};

/** The user wants a text whose own words may be those of a refusal. */
const drafting =
	/\b(?:write|draft|compose|rewrite|translate|paraphrase|rephrase|summari[sz]e|proofread|edit|improve|correct|reword|convert|complete|generate|create)\b/i;
/** The refusal speaks of what was asked for. */
const ofRequest =
	/\b(?:that|this|such|your|the) (?:request|content|kind|type|topic|task|prompt|question|material|story|essay|article|text|joke|code)|with (?:that|this)\b|\bcontent that\b|\billegal|\bharmful|\bunethical|\binappropriate|\bguidelines|\bas an ai\b|\boffensive|\bexplicit|\bviolat/;

function refused({ text, prompt, phrases }: CheckedText): Place | undefined {
	if (!mayBeginWithPhrase(text, phrases.refusals)) {
		return undefined;
	}
	const plain = comparable(text);
	const found = beginsWithPhrase(phraseStarts(plain), phrases.refusals);
	if (!found || /^[^.!?]{0,40}\benough\b/.test(found.after)) {
		return undefined;
	}
	if (prompt !== undefined && drafting.test(prompt.slice(-2000)) && !ofRequest.test(plain)) {
		return undefined;
	}
	return beginning(text);
}
