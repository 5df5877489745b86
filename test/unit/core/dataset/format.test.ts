import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
	messagesOf,
	messageText,
	type Example,
	type FormatName,
} from '../../../../src/core/dataset/example';
import { recognise, recogniseText } from '../../../../src/core/dataset/format';
import { findValue } from '../../../../src/core/dataset/jsonScanner';

const user = { role: 'user', content: 'Hi' };
const reply = { role: 'assistant', content: 'Hello.' };
const other = { role: 'assistant', content: 'Go away.' };
const [human, gpt] = [
	{ from: 'human', value: 'Hi' },
	{ from: 'gpt', value: 'Hello.' },
];

/** One row of each shape, and what is said in it in the order in which it is shown. */
const rows: [FormatName, unknown, string[]][] = [
	['messages', { messages: [user, reply] }, ['Hi', 'Hello.']],
	['messages', { conversation: [user, reply] }, ['Hi', 'Hello.']],
	['sharegpt', { system: 'Be kind.', conversations: [human, gpt] }, ['Be kind.', 'Hi', 'Hello.']],
	[
		'sharegpt-preference',
		{ conversations: [human], chosen: gpt, rejected: { from: 'gpt', value: 'No.' } },
		['Hi', 'Hello.', 'No.'],
	],
	[
		'trl-preference',
		{ prompt: [user], chosen: [reply], rejected: [other] },
		['Hi', 'Hello.', 'Go away.'],
	],
	[
		'trl-preference',
		{ chosen: [user, reply], rejected: [user, other] },
		['Hi', 'Hello.', 'Go away.'],
	],
	['trl-preference', { prompt: 'Hi', chosen: 'Hello.', rejected: 'No.' }, ['Hi', 'Hello.', 'No.']],
	[
		'h4-preference',
		{ prompt: 'Hi', chosen: [user, reply], rejected: [user, other], messages: [user, reply] },
		['Hi', 'Hello.', 'Go away.'],
	],
	[
		'v1-preference',
		{ chosen_messages: [user, reply], rejected_messages: [user, other] },
		['Hi', 'Hello.', 'Go away.'],
	],
	[
		'openai-preference',
		{ input: { messages: [user] }, preferred_output: [reply], non_preferred_output: [other] },
		['Hi', 'Hello.', 'Go away.'],
	],
	[
		'alpaca',
		{ instruction: 'Add', input: '1 2', output: '3', history: [['a', 'b']], system: 's' },
		['s', 'a', 'b', 'Add\n1 2', '3'],
	],
	[
		'alpaca-preference',
		{ instruction: 'Add', input: '', chosen: '3', rejected: '4' },
		['Add', '3', '4'],
	],
	[
		'alpaca-preference',
		{ question: 'Q', chosen: '3', rejected: '4', system: 's' },
		['s', 'Q', '3', '4'],
	],
	['prompt-completion', { prompt: 'Hi', completion: 'Hello.' }, ['Hi', 'Hello.']],
	['prompt-only', { prompt: [user] }, ['Hi']],
	['kto', { prompt: 'Hi', completion: 'No.', label: false }, ['Hi', 'No.']],
	['kto', { messages: [user, reply], label: true }, ['Hi', 'Hello.']],
	['kto', { conversations: [human, gpt], kto_tag: true }, ['Hi', 'Hello.']],
	['ultrachat', { id: '1', data: ['Hi', 'Hello.', 'Bye'] }, ['Hi', 'Hello.', 'Bye']],
];

function said(example: Example): string[] {
	return messagesOf(example).map(messageText);
}

describe('the format of a row', () => {
	it.each(rows)('is %s for %j', (format, value, texts) => {
		const row = recognise(value);
		expect(row.format).toBe(format);
		expect(said(row.example)).toEqual(texts);
	});

	it('is text, unknown or broken where there is no dialogue', () => {
		expect(recognise({ text: 'x', url: 'y' })).toMatchObject({
			format: 'text',
			example: { body: { text: 'x', paths: [['text']] }, fields: [{ name: 'url', value: 'y' }] },
		});
		for (const value of [{ turns: ['x'] }, [], 3, null, { messages: 'x' }, { messages: [] }]) {
			expect(recognise(value).format).toBe('json');
		}
		expect(recogniseText('{"messages": [')).toMatchObject({
			format: 'broken',
			example: { text: '{"messages": [' },
		});
	});

	it('keeps reasoning, tool calls, images, weights and unknown keys apart from the text', () => {
		const { example } = recognise({
			messages: [
				{
					role: 'user',
					content: [
						{ type: 'image', image: 'a.png' },
						{ type: 'text', text: 'What?' },
					],
				},
				{
					role: 'assistant',
					content: [
						{ type: 'reasoning', value: 'Hm.' },
						{ type: 'tool_call', value: '{"name":"look","arguments":{"at":"a.png"}}' },
					],
					loss_weight: 0.5,
				},
				{
					role: 'assistant',
					content: null,
					thinking: 'Aha.',
					tool_calls: [{ id: '1', function: { name: 'f', arguments: '{}' } }],
					train: false,
				},
				{ role: 'tool', name: 'f', content: '7', tool_call_id: '1' },
			],
		});
		expect(messagesOf(example)).toMatchObject([
			{
				blocks: [
					{ kind: 'image', source: 'a.png' },
					{ kind: 'text', text: 'What?' },
				],
			},
			{ weight: 0.5, blocks: [{ kind: 'reasoning' }, { kind: 'toolCall', name: 'look' }] },
			{
				weight: 0,
				blocks: [
					{ kind: 'reasoning', text: 'Aha.' },
					{ kind: 'toolCall', name: 'f' },
				],
			},
			{ name: 'f', extra: { tool_call_id: '1' } },
		]);
	});

	it('knows every place of a text that stands in the row more than once', () => {
		const h4 = {
			prompt: 'Hi',
			chosen: [user, reply],
			rejected: [user, other],
			messages: [user, reply],
		};
		const { example } = recognise(h4);
		const paths = messagesOf(example).map(message =>
			message.blocks.flatMap(block =>
				'paths' in block ? block.paths.map(path => path.join('.')) : [],
			),
		);
		expect(paths).toEqual([
			['chosen.0.content', 'rejected.0.content', 'prompt', 'messages.0.content'],
			['chosen.1.content', 'messages.1.content'],
			['rejected.1.content'],
		]);
	});

	it('does not take dialogues apart in which only the beginning is the same', () => {
		const { example } = recognise({
			chosen: [user, reply, user, reply],
			rejected: [user, other, user, other],
		});
		expect(example).toMatchObject({
			prompt: { length: 1 },
			chosen: { length: 3 },
			rejected: { length: 3 },
		});
	});
});

const shared = '../shared/data/llama-factory';

describe.runIf(existsSync(shared))('published files (../shared/data, when present)', () => {
	const expected: Record<string, FormatName> = {
		'alpaca_en_demo.json': 'alpaca',
		'alpaca_zh_demo.json': 'alpaca',
		'c4_demo.jsonl': 'text',
		'dpo_en_demo.json': 'sharegpt-preference',
		'glaive_toolcall_en_demo.json': 'sharegpt',
		'identity.json': 'alpaca',
		'kto_en_demo.json': 'kto',
		'mllm_demo.json': 'messages',
		'reason_tool_use_demo_50.jsonl': 'messages',
		'v1_dpo_demo.jsonl': 'v1-preference',
		'v1_sft_demo.jsonl': 'messages',
	};
	const names = existsSync(shared)
		? readdirSync(shared).filter(name => /\.jsonl?$/.test(name))
		: [];

	it.each(names)('%s is recognised in every row, and each text is where it is said to be', name => {
		const text = readFileSync(`${shared}/${name}`, 'utf8');
		const values = name.endsWith('.jsonl')
			? text.trim().split('\n')
			: (JSON.parse(text) as unknown[]).map(value => JSON.stringify(value));
		for (const value of values) {
			const row = recogniseText(value);
			expect(row.format).toBe(expected[name]);
			const bytes = new TextEncoder().encode(value);
			for (const block of messagesOf(row.example).flatMap(message => message.blocks)) {
				for (const path of 'paths' in block ? block.paths : []) {
					const range = findValue(bytes, path);
					expect(range).toBeDefined();
					const token = new TextDecoder().decode(bytes.subarray(range?.start, range?.end));
					const whole = String(JSON.parse(token));
					const part = 'range' in block ? block.range : undefined;
					expect(part ? whole.slice(part.start, part.end) : whole).toBe(
						'text' in block ? block.text : '',
					);
				}
			}
		}
	});
});
