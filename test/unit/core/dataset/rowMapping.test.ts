import { describe, expect, it } from 'vitest';
import { messagesOf, messageText } from '../../../../src/core/dataset/example';
import { recognise } from '../../../../src/core/dataset/format';
import { parseMapping, type RowMapping } from '../../../../src/core/dataset/rowMapping';

const said = (row: unknown, mapping: RowMapping): string[] => {
	const { format, example } = recognise(row, mapping);
	const texts = messagesOf(example).map(message => `${message.role}: ${messageText(message)}`);
	return [format, example.kind, ...texts];
};

describe('a row that is read as a person said', () => {
	it('is a dialogue of turns with names of their own', () => {
		const mapping = { as: 'dialogue', messages: 'turns', role: 'who', content: 'says' } as const;
		const row = {
			n: 1,
			turns: [
				{ who: 'User', says: 'a' },
				{ who: 'bot', says: 'b' },
			],
		};
		expect(said(row, mapping)).toEqual([
			'mapped',
			'messages',
			'user: a',
			expect.stringMatching(/: b$/),
		]);
		const { example } = recognise(row, mapping);
		expect(messagesOf(example)[1]).toMatchObject({
			writtenRole: 'bot',
			blocks: [{ paths: [['turns', 1, 'says']] }],
		});
		expect(messagesOf(example)[1]).toMatchObject({
			places: [['turns', 1]],
			keys: { role: 'who', text: 'says' },
		});
		expect(example).toMatchObject({ fields: [{ name: 'n', value: 1 }] });
	});

	it('is a question, a pair, a text or JSON', () => {
		const row = { a: 'x', b: 'y', c: 'z', messages: [{ role: 'user', content: 'q' }] };
		expect(said(row, { as: 'question', prompt: 'messages', reply: 'b', system: 'c' })).toEqual([
			'mapped',
			'messages',
			'system: z',
			'user: q',
			'assistant: y',
		]);
		expect(said(row, { as: 'preference', prompt: 'a', chosen: 'b', rejected: 'c' })).toEqual([
			'mapped',
			'preference',
			'user: x',
			'assistant: y',
			'assistant: z',
		]);
		expect(said(row, { as: 'text', text: 'c' })).toEqual(['mapped', 'text']);
		expect(said(row, { as: 'json' })).toEqual(['mapped', 'json']);
	});

	it('speaks for itself where it has not the fields', () => {
		const row = { messages: [{ role: 'user', content: 'q' }] };
		const mappings: RowMapping[] = [
			{ as: 'text', text: 'text' },
			{ as: 'dialogue', messages: 'messages', role: 'role', content: 'text' },
			{ as: 'question', prompt: 'messages', reply: 'x' },
			{ as: 'preference', prompt: 'messages', chosen: 'x', rejected: 'y' },
		];
		for (const mapping of mappings) {
			expect(said(row, mapping)).toEqual(['messages', 'messages', 'user: q']);
		}
	});

	it.each([
		[
			{ as: 'text', text: 'body', more: 1 },
			{ as: 'text', text: 'body' },
		],
		[
			{ as: 'question', prompt: 'a', reply: 'b' },
			{ as: 'question', prompt: 'a', reply: 'b' },
		],
		[{ as: 'text' }, undefined],
		[{ as: 'toString' }, undefined],
		[{ as: 'dialogue', messages: 'a', role: 1, content: 'b' }, undefined],
		['text', undefined],
		[null, undefined],
	])('is noted in a file as %j', (value, mapping) => {
		expect(parseMapping(value)).toEqual(mapping);
	});
});
