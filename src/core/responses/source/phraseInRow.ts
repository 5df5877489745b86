import { messagesOf, messageText, textsOf, type Example } from '../../dataset/example';
import type { ShingleReader } from '../../dataset/near/wordShingles';
import { longestSharedRun } from './rankRows';

/** Where in a row a phrase, or the longest part of it, stands. */
export interface PhraseInRow {
	/** Words of the phrase that follow each other in the row as well. */
	readonly sharedWords: number;
	readonly phraseWords: number;
	/** `chosen` and `rejected` in a preference pair, the message's role elsewhere. */
	readonly place: string;
	/** Number of the message as it is shown, from 0, where it stands in one. */
	readonly message?: number;
	/** The words around it, on one line. */
	readonly excerpt: string;
}

const excerptWords = 30;

/** Undefined when not one word of the phrase stands in the row. */
export function phraseIn(
	example: Example,
	phrase: Int32Array,
	reader: ShingleReader,
): PhraseInRow | undefined {
	let best: PhraseInRow | undefined;
	for (const { text, place, message } of placesOf(example)) {
		const words = reader.readWords(text);
		const run = longestSharedRun(phrase, words);
		if (run.length > (best?.sharedWords ?? 0)) {
			best = {
				sharedWords: run.length,
				phraseWords: phrase.length,
				place,
				...(message === undefined ? {} : { message }),
				excerpt: excerptOf(text, run.inWords / Math.max(1, words.length)),
			};
		}
	}
	return best;
}

function placesOf(
	example: Example,
): { readonly text: string; readonly place: string; readonly message?: number }[] {
	const messages = messagesOf(example);
	if (messages.length === 0) {
		return textsOf(example).map(text => ({ text, place: 'text' }));
	}
	const prompts = example.kind === 'preference' ? example.prompt.length : 0;
	const replies = example.kind === 'preference' ? prompts + example.chosen.length : 0;
	return messages.map((message, i) => ({
		text: messageText(message),
		message: i,
		place:
			example.kind === 'preference' && i >= prompts
				? i < replies
					? 'chosen'
					: 'rejected'
				: message.role,
	}));
}

/** Some words from a little before a place, given as a part of the text's words. */
function excerptOf(text: string, part: number): string {
	const words = text.split(/\s+/).filter(word => word !== '');
	const from = Math.max(0, Math.round(part * words.length) - 6);
	const shown = words
		.slice(from, from + excerptWords)
		.join(' ')
		.slice(0, 300);
	return `${from > 0 ? '… ' : ''}${shown}${from + excerptWords < words.length ? ' …' : ''}`;
}
