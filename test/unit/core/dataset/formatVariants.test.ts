import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
	messagesOf,
	messageText,
	type EditableText,
	type Example,
	type FormatName,
} from '../../../../src/core/dataset/example';
import { recognise, recogniseText } from '../../../../src/core/dataset/format';
import { valueAt } from '../../../../src/core/dataset/edit/messageAnchors';

const user = { role: 'user', content: 'Hi' };
const reply = { role: 'assistant', content: 'Hello.' };
const other = { role: 'assistant', content: 'Go away.' };
const human = { from: 'human', value: 'Hi' };
const chatMl = '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n';
const hh = (last: string) => `\n\nHuman: Hi\n\nAssistant: ${last}`;

/** A row of each variant that trainers, benchmarks and templates write, and what is read in it. */
const variants: [name: string, format: FormatName, row: unknown, said: string[]][] = [
	[
		'Axolotl chatml.argilla',
		'alpaca-preference',
		{ system: 'S', instruction: 'Hi', chosen_response: 'Hello.', rejected_response: 'No.' },
		['S', 'Hi', 'Hello.', 'No.'],
	],
	[
		'Axolotl chatml.argilla_chat',
		'trl-preference',
		{ chosen: [user, reply], rejected: [user, other] },
		['Hi', 'Hello.', 'Go away.'],
	],
	[
		'Axolotl chatml.icr',
		'alpaca-preference',
		{ system: 'S', input: 'Hi', chosen: 'Hello.', rejected: 'No.' },
		['S', 'Hi', 'Hello.', 'No.'],
	],
	[
		'Axolotl chatml.intel',
		'alpaca-preference',
		{ system: 'S', question: 'Hi', chosen: 'Hello.', rejected: 'No.' },
		['S', 'Hi', 'Hello.', 'No.'],
	],
	[
		'Axolotl chatml.prompt_pairs',
		'trl-preference',
		{ system: 'S', prompt: 'Hi', chosen: 'Hello.', rejected: 'No.' },
		['S', 'Hi', 'Hello.', 'No.'],
	],
	[
		'Axolotl chatml.ultra',
		'h4-preference',
		{ system: 'S', prompt: 'Hi', chosen: [user, reply], rejected: [user, other] },
		['S', 'Hi', 'Hello.', 'Go away.'],
	],
	[
		'Axolotl chat_template.default',
		'axolotl-preference',
		{ messages: [user], chosen: reply, rejected: other },
		['Hi', 'Hello.', 'Go away.'],
	],
	[
		'Axolotl zephyr.nectar',
		'ranked-answers',
		{
			prompt: 'Hi',
			answers: [
				{ answer: 'a', rank: 2 },
				{ answer: 'b', rank: 1 },
			],
		},
		['Hi', 'a', 'b'],
	],
	[
		'Axolotl load_role',
		'sharegpt',
		{
			conversations: [
				{ role: 'user', value: 'Hi' },
				{ role: 'assistant', value: 'Hello.' },
			],
		},
		['Hi', 'Hello.'],
	],
	[
		'OpenAI, Together and Fireworks DPO',
		'openai-preference',
		{
			input: { messages: [user], tools: [], parallel_tool_calls: true },
			preferred_output: [reply],
			non_preferred_output: [other],
		},
		['Hi', 'Hello.', 'Go away.'],
	],
	[
		'prompt and completion as strings',
		'prompt-completion',
		{ prompt: 'a', completion: 'b' },
		['a', 'b'],
	],
	[
		'prompt and completion as lists',
		'prompt-completion',
		{ prompt: [user], completion: [reply] },
		['Hi', 'Hello.'],
	],
	[
		'preference of a prompt list and strings',
		'trl-preference',
		{ prompt: [user], chosen: 'a', rejected: 'b' },
		['Hi', 'a', 'b'],
	],
	[
		'implicit preference of strings',
		'trl-preference',
		{ chosen: 'The sky is blue.', rejected: 'The sky is green.' },
		['The sky is', ' blue.', ' green.'],
	],
	['KTO of TRL', 'kto', { prompt: [user], completion: [reply], label: true }, ['Hi', 'Hello.']],
	['KTO of LLaMA-Factory', 'kto', { conversations: [human], kto_tag: false }, ['Hi']],
	[
		'KTO in Alpaca form',
		'kto',
		{ instruction: 'Hi', output: 'No.', kto_tag: false },
		['Hi', 'No.'],
	],
	[
		'stepwise supervision',
		'stepwise',
		{ prompt: '1 + 2?', completions: ['1 + 2 = 3', 'So 4.'], labels: [true, false] },
		['1 + 2?', '1 + 2 = 3', 'So 4.'],
	],
	['prompt only', 'prompt-only', { prompt: 'Hi' }, ['Hi']],
	[
		'LLaMA-Factory ShareGPT with an observation',
		'sharegpt',
		{
			conversations: [
				human,
				{ from: 'function_call', value: '{"name":"f","arguments":{}}' },
				{ from: 'observation', value: '7' },
				{ from: 'gpt', value: 'It is 7.' },
			],
			tools: '[{"name":"f"}]',
		},
		['Hi', '', '7', 'It is 7.'],
	],
	['Capybara', 'sharegpt', { conversation: [{ input: 'a', output: 'b' }] }, ['a', 'b']],
	['Dolly', 'question-answer', { instruction: 'a', context: 'b', response: 'c' }, ['a\nb', 'c']],
	[
		'OpenOrca',
		'question-answer',
		{ id: '1', system_prompt: 's', question: 'a', response: 'b' },
		['s', 'a', 'b'],
	],
	['HelpSteer', 'question-answer', { prompt: 'a', response: 'b', helpfulness: 3 }, ['a', 'b']],
	[
		'HH',
		'dialogue-text-preference',
		{ chosen: hh('Yes.'), rejected: hh('No.') },
		['Hi', 'Yes.', 'No.'],
	],
	[
		'dialogue by names',
		'dialogue-text',
		{ text: 'Human: Hi\nand so on\nAssistant: Hello.\nHuman: Bye' },
		['Hi\nand so on', 'Hello.', 'Bye'],
	],
	['Guanaco', 'dialogue-text', { text: '### Human: Hi ### Assistant: Hello.' }, ['Hi', 'Hello.']],
	[
		'Alpaca template',
		'dialogue-text',
		{
			text: 'Below is a task.\n\n### Instruction:\nAdd.\n\n### Input:\n1 2\n\n### Response:\n3</s>',
		},
		['Below is a task.', 'Add.\n1 2', '3'],
	],
	[
		'Vicuna',
		'dialogue-text',
		{ text: 'A chat. USER: Hi ASSISTANT: Hello.</s>USER: Bye ASSISTANT: Bye.</s>' },
		['A chat.', 'Hi', 'Hello.', 'Bye', 'Bye.'],
	],
	['ChatML', 'dialogue-text', { text: chatMl }, ['Hi', 'Hello.']],
	[
		'Zephyr',
		'dialogue-text',
		{ text: '<|system|>\nS</s>\n<|user|>\nHi</s>\n<|assistant|>\nHello.</s>\n' },
		['S', 'Hi', 'Hello.'],
	],
	[
		'Llama 2 and Mistral',
		'dialogue-text',
		{
			text: '<s>[INST] <<SYS>>\nS\n<</SYS>>\n\nHi [/INST] Hello. </s><s>[INST] Bye [/INST] Bye.</s>',
		},
		['S', 'Hi', 'Hello.', 'Bye', 'Bye.'],
	],
	[
		'Llama 3',
		'dialogue-text',
		{
			text: '<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|>',
		},
		['Hi', 'Hello.'],
	],
	[
		'Gemma',
		'dialogue-text',
		{
			text: '<bos><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\nHello.<end_of_turn>\n',
		},
		['Hi', 'Hello.'],
	],
	[
		'Harmony',
		'dialogue-text',
		{
			text: '<|start|>user<|message|>Hi<|end|><|start|>assistant<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hello.<|return|>',
		},
		['Hi', 'Hello.'],
	],
	[
		'MT-Bench question',
		'mt-bench-question',
		{ question_id: 81, category: 'writing', turns: ['a', 'b'] },
		['a', 'b'],
	],
	[
		'MT-Bench answer',
		'mt-bench-answer',
		{ question_id: 81, model_id: 'm', choices: [{ index: 0, turns: ['a', 'b'] }] },
		['a', 'b'],
	],
	[
		'AlpacaEval outputs',
		'alpaca-eval-output',
		{ dataset: 'd', instruction: 'a', output: 'b', generator: 'm' },
		['a', 'b'],
	],
	[
		'AlpacaEval annotations',
		'alpaca-eval-annotation',
		{ instruction: 'a', output_1: 'b', output_2: 'c', generator_1: 'm', preference: 2 },
		['a', 'b', 'c'],
	],
	['a line of a session trace', 'session-trace', { type: 'message', message: user }, ['Hi']],
	[
		'bare answers with scores',
		'ranked-answers',
		{ instruction: 'a', generations: ['b', 'c'], ratings: [4, 5], generation_models: ['m', 'n'] },
		['a', 'b', 'c'],
	],
];

function everyText(example: Example): EditableText[] {
	const own = messagesOf(example).flatMap(({ blocks }) =>
		blocks.flatMap(block => ('paths' in block ? [block] : [])),
	);
	return example.kind === 'completions'
		? [...own, ...example.completions.flatMap(({ critique }) => (critique ? [critique] : []))]
		: own;
}

function expectPlaces(row: unknown, example: Example): void {
	for (const { text, paths, range } of everyText(example)) {
		for (const path of paths) {
			const whole = String(valueAt(row, path));
			expect(range ? whole.slice(range.start, range.end) : whole).toBe(text);
		}
	}
}

describe('variants of the formats', () => {
	it.each(variants)('%s is %s', (_name, format, row, said) => {
		const { example, ...found } = recognise(row);
		expect(found.format).toBe(format);
		expect(messagesOf(example).map(messageText)).toEqual(said);
		expect(everyText(example).every(({ paths }) => paths.length > 0)).toBe(true);
		expectPlaces(row, example);
	});

	it.each([
		'The Human: Assistant: protocol is old.',
		'I said: “Human: hi”.\nAssistant: none',
		'### Instruction:\nOnly this',
		'Question: what?',
		'User: who?\nUser: me.',
	])('a text that only looks like a dialogue stays a text: %j', text => {
		expect(recognise({ text }).format).toBe('text');
	});
});

describe('reasoning', () => {
	it.each([
		['<think>\nHm.\n</think>\n\nYes.', 'Hm.', 'Yes.'],
		['Hm.\n</think>\nYes.', 'Hm.', 'Yes.'],
		['<think></think>Yes.', '', 'Yes.'],
	])('in the tags of a reply is taken out of it: %j', (content, thought, said) => {
		const row = { messages: [user, { role: 'assistant', content }] };
		const { example } = recognise(row);
		expect(messagesOf(example)[1]?.blocks).toMatchObject([
			{ kind: 'reasoning', text: thought },
			{ kind: 'text', text: said },
		]);
		expectPlaces(row, example);
	});

	it('is found under every name that has been seen, and left alone where it is only quoted', () => {
		for (const key of ['thinking', 'reasoning', 'reasoning_content', 'reasoningContent']) {
			const { example } = recognise({ messages: [user, { ...reply, [key]: 'Hm.' }] });
			expect(messagesOf(example)[1]?.blocks[0]).toMatchObject({ kind: 'reasoning', text: 'Hm.' });
		}
		const quoted = { role: 'assistant', content: 'Write <think> and </think>.' };
		const asked = { role: 'user', content: '<think>a</think>b' };
		const { example } = recognise({ messages: [asked, quoted] });
		expect(messagesOf(example).map(({ blocks }) => blocks.length)).toEqual([1, 1]);
	});
});

describe('what stands beside the text', () => {
	it('is read whichever way calls and their arguments are written', () => {
		const call = (value: unknown) => ({ id: '1', function: { name: 'f', arguments: value } });
		const rows = [[call({ a: 1 })], [call('{"a":1}')], JSON.stringify([call({ a: 1 })])].map(
			calls => ({ role: 'assistant', content: null, tool_calls: calls }),
		);
		for (const message of [
			...rows,
			{ role: 'assistant', function_call: call({ a: 1 }).function },
		]) {
			const { example } = recognise({ messages: [user, message] });
			const [block] = messagesOf(example)[1]?.blocks ?? [];
			expect(block).toMatchObject({ kind: 'toolCall', name: 'f' });
			expect(JSON.parse(block?.kind === 'toolCall' ? block.arguments : '')).toEqual({ a: 1 });
		}
	});

	it('is not invented where Parquet filled a struct with nulls', () => {
		const { example } = recognise({
			messages: [{ ...user, tool_calls: null, name: null, reasoning_content: null }, reply],
			tools: null,
		});
		expect(messagesOf(example)[0]).toEqual({
			role: 'user',
			writtenRole: 'user',
			blocks: [{ kind: 'text', text: 'Hi', paths: [['messages', 0, 'content']] }],
			places: [['messages', 0]],
		});
		expect(example).toMatchObject({ fields: [] });
	});

	it('are the weights of a message, of its parts and of ranges in it', () => {
		const { example } = recognise({
			messages: [
				{ ...user, train: false },
				{ ...reply, weight: 1 },
				{ role: 'assistant', content: [{ type: 'text', text: 'a', train: true }] },
				{
					...reply,
					train_detail: [
						{ begin_offset: 0, end_offset: 2, train: false },
						{ begin_offset: 3, end_offset: 5, train: true },
					],
				},
			],
		});
		expect(messagesOf(example)).toMatchObject([
			{ weight: 0 },
			{ weight: 1 },
			{ blocks: [{ weight: 1 }] },
			{
				trainedParts: [
					{ start: 0, end: 3, isTrained: false },
					{ start: 3, end: 6, isTrained: true },
				],
			},
		]);
	});

	it('are the images of a field, in their places or before the first turn', () => {
		const images = ['a.png', { path: 'b.png' }];
		const parts = { role: 'user', content: [{ type: 'image' }, { type: 'text', text: 'What?' }] };
		const tokens = { role: 'user', content: '<image>What?<image>' };
		const blocks = (message: unknown, more: object) => {
			const row = { messages: [message, reply], ...more };
			const { example } = recognise(row);
			expectPlaces(row, example);
			return messagesOf(example)[0]?.blocks;
		};
		const text = { kind: 'text', text: 'What?' };
		const image = (source: string, place: string) => ({ kind: 'image', source, place });
		expect(blocks(tokens, { images })).toMatchObject([
			image('a.png', 'token'),
			text,
			image('b.png', 'token'),
		]);
		expect(blocks(parts, { image: 'a.png' })).toMatchObject([image('a.png', 'slot'), text]);
		expect(blocks(user, { images })).toMatchObject([
			image('a.png', 'field'),
			image('b.png', 'field'),
			{ kind: 'text', text: 'Hi' },
		]);
	});
});

describe('raw UltraFeedback', () => {
	const completion = (model: string, score: number, rating: string) => ({
		model,
		principle: 'honesty',
		custom_system_prompt: 'Be honest.',
		response: `I am ${model}.`,
		critique: 'Fine.',
		overall_score: score,
		'fine-grained_score': 4.25,
		annotations: {
			honesty: { Rating: rating, Rationale: 'It is sure.' },
			truthfulness: {
				Type: ['1'],
				Rationale: 'No fault.',
				Rating: '5',
				'Rationale For Rating': 'All true.',
			},
		},
	});
	const row = {
		source: 'evol_instruct',
		instruction: 'Who are you?',
		models: ['a', 'b'],
		correct_answers: ['None'],
		completions: [completion('a', 8.5, 'N/A'), completion('b', 7, '4')],
	};

	it('shows all completions with their aspects, score and critique', () => {
		const { format, example } = recognise(row);
		expect(format).toBe('ultrafeedback');
		expect(example).toMatchObject({
			kind: 'completions',
			prompt: [{ role: 'user' }],
			completions: [
				{
					name: 'a',
					score: 8.5,
					critique: { text: 'Fine.', paths: [['completions', 0, 'critique']] },
					ratings: [
						{ aspect: 'honesty', rating: 'N/A', rationale: 'It is sure.' },
						{
							aspect: 'truthfulness',
							rating: '5',
							rationale: 'All true.',
							types: ['1'],
							typesRationale: 'No fault.',
						},
					],
				},
				{ name: 'b', score: 7 },
			],
		});
		expectPlaces(row, example);
	});
});

const shared = '../shared/data';

describe.runIf(existsSync(shared))('published files (../shared/data, when present)', () => {
	it.each([
		['alpaca-eval/llama-2-7b-chat-hf.model_outputs.json', 'alpaca-eval-output', 805],
		['alpaca-eval/llama-2-7b-chat-hf.annotations.json', 'alpaca-eval-annotation', 805],
		['mt-bench/question.jsonl', 'mt-bench-question', 80],
		['mt-bench/reference_answer.gpt-4.jsonl', 'mt-bench-answer', 30],
	])('%s is %s in every row', (name, format, count) => {
		const text = readFileSync(`${shared}/${name}`, 'utf8');
		const rows = name.endsWith('.jsonl')
			? text.trim().split('\n')
			: (JSON.parse(text) as unknown[]).map(value => JSON.stringify(value));
		expect(rows).toHaveLength(count);
		for (const row of rows) {
			const found = recogniseText(row);
			expect(found.format).toBe(format);
			expectPlaces(JSON.parse(row), found.example);
		}
	});
});
