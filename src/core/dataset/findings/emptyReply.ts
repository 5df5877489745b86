import { messagesOf, type RecognisedRow } from '../example';
import type { Check } from './check';
import { isEmptyMessage } from './emptyMessage';
import type { Finding } from './finding';
import { repliesOf } from './replies';

export const emptyReply: Check = {
	code: 'emptyReply',
	severity: 'warning',
	shortName: 'empty reply',
	sentence: () => 'A reply is empty.',
	ofRow: emptyReplies,
};

/** A rejected reply may be as bad as it likes, but one that is empty teaches nothing. */
function emptyReplies({ example }: RecognisedRow): Finding[] {
	const messages = messagesOf(example);
	const judged = repliesOf(example);
	const from =
		example.kind === 'preference' ? example.prompt.length + example.chosen.length : Infinity;
	return messages.flatMap((message, i): Finding[] =>
		(judged.includes(i) || i >= from) && isEmptyMessage(message)
			? [{ code: 'emptyReply', message: i }]
			: [],
	);
}
