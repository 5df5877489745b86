import type { Block, Message } from './example';
import { parseRow } from './parseRow';

/** A message as TRL and chat templates read it. */
export type TrlMessage = Readonly<Record<string, unknown>> & { readonly role: string };

/**
 * Writes messages in TRL's form and adds to `changes` what is not as it was.
 *
 * @param withImages whether `<image>` in a text stands for an image of the row's `images` or `image`
 */
export function toTrlMessages(
	messages: readonly Message[],
	withImages: boolean,
	changes: Set<string>,
): TrlMessage[] {
	const inParts = withImages || messages.some(hasImage);
	return messages.map(message => toTrlMessage(message, inParts, withImages, changes));
}

function toTrlMessage(
	message: Message,
	inParts: boolean,
	withImages: boolean,
	changes: Set<string>,
): TrlMessage {
	const role = message.role === 'unknown' ? message.writtenRole : message.role;
	if (role !== message.writtenRole) {
		changes.add('roles have TRL’s names');
	}
	// Reasoning in tags inside the reply stays there, as the model writes it.
	const reasoning = message.blocks.flatMap(block =>
		block.kind === 'reasoning' && block.written === undefined ? [block] : [],
	);
	const calls = message.blocks.flatMap(block => (block.kind === 'toolCall' ? [block] : []));
	const isThinking = reasoning.some(block => block.paths[0]?.at(-1) === 'thinking');
	noteMoves(message, changes);
	const content = inParts
		? contentParts(message.blocks, withImages, changes)
		: contentText(message.blocks, changes);
	const own = {
		role,
		...(message.name === undefined ? {} : { name: message.name }),
		...(content === '' && calls.length > 0 ? {} : { content }),
		...(reasoning.length === 0
			? {}
			: { [isThinking ? 'thinking' : 'reasoning_content']: reasoning.map(r => r.text).join('\n') }),
		...(calls.length === 0 ? {} : { tool_calls: calls.map(call => toolCall(call, changes)) }),
	};
	// A ShareGPT turn may have a `role` or `content` of its own beside what was said.
	const extra = Object.entries(message.extra ?? {});
	const carried = extra.filter(([key]) => !Object.hasOwn(own, key));
	if (carried.length < extra.length) {
		changes.add('keys of a message that TRL would read as what was said are left out');
	}
	return { ...own, ...Object.fromEntries(carried) };
}

function noteMoves(message: Message, changes: Set<string>): void {
	for (const block of message.blocks) {
		const key = 'paths' in block ? block.paths[0]?.at(-1) : undefined;
		const isInText = block.kind === 'reasoning' && block.written !== undefined;
		if (
			block.kind === 'reasoning' &&
			!isInText &&
			key !== 'thinking' &&
			key !== 'reasoning_content'
		) {
			changes.add('reasoning stands in “reasoning_content”');
		}
		if (block.kind === 'text' && key === 'value' && message.blocks.every(isText)) {
			changes.add('texts stand in “content”');
		}
	}
}

function isText(block: Block): boolean {
	return block.kind === 'text' || (block.kind === 'reasoning' && block.written !== undefined);
}

function contentText(blocks: readonly Block[], changes: Set<string>): string {
	const texts = textParts(blocks);
	if (blocks.some(block => block.kind === 'other')) {
		changes.add('content of an unknown kind is left out');
	}
	if (texts.length > 1) {
		changes.add('text parts are joined by a line break');
	}
	return texts.join('\n');
}

/** The texts of a message; a reply with its reasoning in tags is one of them. */
function textParts(blocks: readonly Block[]): string[] {
	const texts: string[] = [];
	let thought: string | undefined;
	for (const block of blocks) {
		if (block.kind === 'reasoning' && block.written !== undefined) {
			thought = (thought ?? '') + block.written;
		} else if (block.kind === 'text') {
			texts.push((thought ?? '') + block.text);
			thought = undefined;
		}
	}
	return thought === undefined ? texts : [...texts, thought];
}

function contentParts(
	blocks: readonly Block[],
	withImages: boolean,
	changes: Set<string>,
): Readonly<Record<string, unknown>>[] {
	changes.add('content is in parts, since the row has images');
	return blocks.flatMap(block => {
		if (block.kind === 'image') {
			return imagePart(block);
		}
		const text = block.kind === 'reasoning' ? block.written : undefined;
		if (block.kind !== 'text' && text === undefined) {
			return [];
		}
		const whole = block.kind === 'text' ? block.text : (text ?? '');
		const pieces = withImages ? whole.split(/(<image>)/) : [whole];
		return pieces
			.filter(piece => piece !== '')
			.map(piece => (piece === '<image>' ? { type: 'image' } : { type: 'text', text: piece }));
	});
}

/** An image that the row holds in `images` needs its place only, or none where TRL finds one. */
function imagePart(block: Extract<Block, { kind: 'image' }>): Readonly<Record<string, unknown>>[] {
	switch (block.place) {
		case 'field':
			return [];
		case 'part':
			return [{ type: 'image', image: block.source }];
		default:
			return [{ type: 'image' }];
	}
}

function toolCall(call: Extract<Block, { kind: 'toolCall' }>, changes: Set<string>): unknown {
	const { raw } = call;
	if (typeof raw === 'object' && raw !== null && 'function' in raw) {
		return raw;
	}
	changes.add('tool calls stand in “tool_calls”');
	return { type: 'function', function: { name: call.name, arguments: parsed(call.arguments) } };
}

function parsed(text: string): unknown {
	try {
		return parseRow(text);
	} catch {
		return text;
	}
}

function hasImage(message: Message): boolean {
	return message.blocks.some(block => block.kind === 'image' && block.place !== 'field');
}
