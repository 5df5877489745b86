import { messagesOf, type RecognisedRow } from '../example';
import type { Check } from './check';
import { isEmptyMessage } from './emptyMessage';
import type { Finding } from './finding';

export const emptyTurn: Check = {
	code: 'emptyTurn',
	severity: 'warning',
	shortName: 'empty turn',
	sentence: () => 'A turn of the user or of the system is empty.',
	ofRow: emptyTurns,
};

function emptyTurns({ example }: RecognisedRow): Finding[] {
	return messagesOf(example).flatMap((message, i): Finding[] =>
		message.role !== 'assistant' && message.role !== 'tool' && isEmptyMessage(message)
			? [{ code: 'emptyTurn', message: i }]
			: [],
	);
}
