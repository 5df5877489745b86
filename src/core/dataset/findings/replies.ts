import type { Example } from '../example';

/**
 * Numbers of the messages that a model is pulled towards: the assistant's, without rejected and
 * undesirable ones.
 */
export function repliesOf(example: Example): readonly number[] {
	const found: number[] = [];
	if (example.kind === 'messages' && example.desirable !== false) {
		example.messages.forEach((message, i) => message.role === 'assistant' && found.push(i));
	} else if (example.kind === 'preference') {
		const from = example.prompt.length;
		example.chosen.forEach((message, i) => message.role === 'assistant' && found.push(from + i));
	}
	return found;
}
