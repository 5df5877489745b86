import { messageSaying, type Message, type RecognisedRow } from '../example';
import type { Check } from './check';
import type { Finding } from './finding';

export const chosenEqualsRejected: Check = {
	code: 'chosenEqualsRejected',
	severity: 'warning',
	shortName: 'chosen = rejected',
	otherNames: ['same'],
	sentence: () => 'Chosen and rejected are the same.',
	ofRow: samePair,
};

function samePair({ example }: RecognisedRow): Finding[] {
	return example.kind === 'preference' && saying(example.chosen) === saying(example.rejected)
		? [{ code: 'chosenEqualsRejected' }]
		: [];
}

function saying(messages: readonly Message[]): string {
	return JSON.stringify(messages.map(messageSaying));
}
