import type { Block, Example, ImagePlace, Message } from './example';
import { isObject, type JsonObject } from './messageShapes';

/** The image of a field as a path, an address or a `data:` URI; empty when it is bytes. */
function sourceOf(value: unknown): string {
	const source = isObject(value) ? (value['path'] ?? value['url'] ?? value['src']) : value;
	return typeof source === 'string' ? source : '';
}

function imagesOf(row: JsonObject): readonly unknown[] {
	const { images, image } = row;
	if (Array.isArray(images)) {
		return images;
	}
	const single = image ?? images;
	return typeof single === 'string' || isObject(single) ? [single] : [];
}

/**
 * Puts the images that a row holds in a field where its messages have a place for them: the parts
 * without an image of their own and the `<image>` in texts, in order. Those without a place come
 * first in the first turn of the user, as TRL's trainers do it.
 */
export function withImages(example: Example, row: JsonObject): Example {
	const waiting = [...imagesOf(row)];
	if (waiting.length === 0) {
		return example;
	}
	const place = (messages: readonly Message[]): readonly Message[] =>
		messages.map(message => ({
			...message,
			blocks: message.blocks.flatMap(block => placed(block, waiting)),
		}));
	switch (example.kind) {
		case 'messages':
			return { ...example, messages: withRest(place(example.messages), waiting) };
		case 'preference': {
			const prompt = place(example.prompt);
			const parts = { chosen: place(example.chosen), rejected: place(example.rejected) };
			return { ...example, ...parts, prompt: withRest(prompt, waiting) };
		}
		default:
			return example;
	}
}

function placed(block: Block, waiting: unknown[]): Block[] {
	if (block.kind === 'image' && block.place === 'slot' && waiting.length > 0) {
		return [{ ...block, source: sourceOf(waiting.shift()) }];
	}
	return block.kind === 'text' && block.text.includes('<image>') && waiting.length > 0
		? split(block, waiting)
		: [block];
}

/** The text around each `<image>` and the image between. */
function split(block: Extract<Block, { kind: 'text' }>, waiting: unknown[]): Block[] {
	const blocks: Block[] = [];
	const offset = block.range?.start ?? 0;
	let at = 0;
	for (const match of block.text.matchAll(/<image>/g)) {
		if (match.index > at) {
			blocks.push(part(block, offset, at, match.index));
		}
		blocks.push(imageBlock(waiting.shift(), 'token'));
		at = match.index + match[0].length;
	}
	return at < block.text.length ? [...blocks, part(block, offset, at, block.text.length)] : blocks;
}

function part(
	block: Extract<Block, { kind: 'text' }>,
	offset: number,
	start: number,
	end: number,
): Block {
	const range = { start: offset + start, end: offset + end };
	return { ...block, text: block.text.slice(start, end), range };
}

function imageBlock(raw: unknown, place: ImagePlace): Block {
	return { kind: 'image', source: sourceOf(raw), place, raw };
}

function withRest(messages: readonly Message[], waiting: readonly unknown[]): readonly Message[] {
	const first = messages.findIndex(({ role }) => role === 'user');
	return waiting.length === 0 || first < 0
		? messages
		: messages.map((message, i) =>
				i === first
					? {
							...message,
							blocks: [...waiting.map(raw => imageBlock(raw, 'field')), ...message.blocks],
						}
					: message,
			);
}
