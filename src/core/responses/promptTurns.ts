import type { ChatMessage } from './promptSet';

/**
 * Splits a prompt into pieces that each end in a user's turn to be answered, as on the host. An
 * assistant's turn that is given stays as it is and is not answered again.
 */
export function promptTurns(messages: readonly ChatMessage[]): readonly (readonly ChatMessage[])[] {
	const pieces: ChatMessage[][] = [];
	let piece: ChatMessage[] = [];
	for (const [index, message] of messages.entries()) {
		piece.push(message);
		if (message.role === 'user' && messages[index + 1]?.role !== 'assistant') {
			pieces.push(piece);
			piece = [];
		}
	}
	return pieces;
}
