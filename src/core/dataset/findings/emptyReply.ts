import { messagesOf, type Example, type RecognisedRow } from '../example';
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
	const from = otherRepliesFrom(example);
	return messages.flatMap((message, i): Finding[] =>
		(judged.includes(i) || i >= from) && isEmptyMessage(message)
			? [{ code: 'emptyReply', message: i }]
			: [],
	);
}

/** Number of the first reply that nothing is learnt from as it stands: rejected, or one of several. */
function otherRepliesFrom(example: Example): number {
	switch (example.kind) {
		case 'preference':
			return example.prompt.length + example.chosen.length;
		case 'completions':
		case 'stepwise':
			return example.prompt.length;
		default:
			return Infinity;
	}
}
