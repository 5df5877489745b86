import type { Message } from '../example';

/** Whether a message says nothing: no words, no call, no image. */
export function isEmptyMessage(message: Message): boolean {
	return message.blocks.every(
		block => (block.kind === 'text' || block.kind === 'reasoning') && block.text.trim() === '',
	);
}
