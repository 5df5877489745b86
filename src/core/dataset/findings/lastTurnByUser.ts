import { promptFormats, type RecognisedRow } from '../example';
import type { Check } from './check';
import type { Finding } from './finding';

export const lastTurnByUser: Check = {
	code: 'lastTurnByUser',
	severity: 'warning',
	shortName: 'ends with user',
	otherNames: ['unanswered'],
	sentence: () => 'The dialogue ends with the user.',
	ofRow: unanswered,
};

function unanswered({ example, format }: RecognisedRow): Finding[] {
	return example.kind === 'messages' &&
		!promptFormats.has(format) &&
		example.messages.at(-1)?.role === 'user'
		? [{ code: 'lastTurnByUser', message: example.messages.length - 1 }]
		: [];
}
