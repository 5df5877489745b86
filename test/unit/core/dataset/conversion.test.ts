import { describe, expect, it } from 'vitest';
import {
	convertRow,
	type ConversionTarget,
	type OutputShape,
} from '../../../../src/core/dataset/conversion';
import { recogniseText } from '../../../../src/core/dataset/format';

function convert(text: string, target: ConversionTarget, shape?: OutputShape) {
	return convertRow(text, recogniseText(text), target, shape);
}
const sft = (value: unknown) => convert(JSON.stringify(value), 'trl-sft');
const dpo = (value: unknown) => convert(JSON.stringify(value), 'trl-dpo');
const user = { role: 'user', content: 'Hi' };
const reply = { role: 'assistant', content: 'Hello.' };
const other = { role: 'assistant', content: 'No.' };

describe('conversion', () => {
	it('keeps the spelling of rows that are in the target form already', () => {
		const row =
			'{ "id": 1.0, "messages": [ {"content":"H\\u0069","role":"user"},{"role":"assistant","content":"x"} ] }';
		expect(convert(row, 'trl-sft')).toEqual({ kind: 'kept', line: row, shape: 'messages' });
		const spread = '[\n  1\n]';
		expect(
			convert(`{"prompt":"a","chosen":"b","rejected":"c","n":\n${spread}}`, 'trl-dpo'),
		).toMatchObject({
			kind: 'kept',
			line: '{"prompt":"a","chosen":"b","rejected":"c","n":[1]}',
		});
	});

	it('carries other fields with their numbers as written', () => {
		const row =
			'{"instruction":"a","input":"","output":"b","score":1.0,"big":12345678901234567890}';
		expect(convert(row, 'trl-sft')).toMatchObject({
			kind: 'changed',
			line: '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"score":1.0,"big":12345678901234567890}',
		});
	});

	it('lists what it does to weights, tool calls, reasoning, images and roles', () => {
		const weighted = sft({
			messages: [
				{ ...user, loss_weight: 0 },
				{ ...reply, loss_weight: 1 },
			],
		});
		expect(weighted).toMatchObject({
			changes: ['loss weights stand in “loss_weights”, which TRL does not read'],
		});
		expect(weighted.kind === 'changed' && JSON.parse(weighted.line)).toEqual({
			messages: [user, reply],
			loss_weights: [0, 1],
		});
		const called = sft({
			conversations: [
				{ from: 'human', value: 'Hi' },
				{ from: 'function_call', value: '{"name":"f","arguments":{"a":1}}' },
				{ from: 'observation', value: '7' },
				{ from: 'gpt', value: 'It is 7.' },
			],
			tools: '[]',
		});
		expect(called.kind === 'changed' && JSON.parse(called.line)).toEqual({
			messages: [
				user,
				{
					role: 'assistant',
					tool_calls: [{ type: 'function', function: { name: 'f', arguments: { a: 1 } } }],
				},
				{ role: 'tool', content: '7' },
				{ role: 'assistant', content: 'It is 7.' },
			],
			tools: '[]',
		});
		const pictured = sft({
			messages: [{ role: 'user', content: '<image>Who?' }, reply],
			images: ['a.png'],
		});
		expect(
			pictured.kind === 'changed' &&
				(JSON.parse(pictured.line) as { messages: unknown[] }).messages[0],
		).toEqual({
			role: 'user',
			content: [{ type: 'image' }, { type: 'text', text: 'Who?' }],
		});
		const thought = sft({
			messages: [
				user,
				{
					role: 'assistant',
					content: [
						{ type: 'reasoning', value: 'Hm.' },
						{ type: 'text', value: 'Hello.' },
					],
				},
			],
		});
		expect(thought.kind === 'changed' && JSON.parse(thought.line)).toEqual({
			messages: [user, { ...reply, reasoning_content: 'Hm.' }],
		});
	});

	it('makes TRL pairs of every kind of preference', () => {
		const wanted = { prompt: [user], chosen: [reply], rejected: [other] };
		for (const row of [
			{ chosen: [user, reply], rejected: [user, other] },
			{ prompt: 'Hi', chosen: [user, reply], rejected: [user, other] },
			{ chosen_messages: [user, reply], rejected_messages: [user, other] },
			{
				conversations: [{ from: 'human', value: 'Hi' }],
				chosen: { from: 'gpt', value: 'Hello.' },
				rejected: { from: 'gpt', value: 'No.' },
			},
			{ input: { messages: [user] }, preferred_output: [reply], non_preferred_output: [other] },
			{ instruction: 'Hi', chosen: 'Hello.', rejected: 'No.' },
		]) {
			const converted = dpo(row);
			expect(converted.kind === 'changed' && JSON.parse(converted.line)).toEqual(wanted);
		}
		expect(dpo(wanted)).toMatchObject({ kind: 'kept' });
	});

	it('renames a field whose name would mean something else to TRL', () => {
		const row = sft({ messages: [user, reply], prompt: 'Something else', text: 't' });
		expect(row.kind === 'changed' && JSON.parse(row.line)).toEqual({
			messages: [user, reply],
			source_prompt: 'Something else',
			source_text: 't',
		});
	});

	it('never lets another key of a message take the place of what was said', () => {
		const human = { from: 'human', value: 'Hi' };
		const gpt = { from: 'gpt', value: 'Hello.', role: 'system', content: 'No.', name: 'bot' };
		expect(sft({ conversations: [human, gpt] })).toMatchObject({
			kind: 'changed',
			line: JSON.stringify({ messages: [user, { ...reply, name: 'bot' }] }),
			changes: expect.arrayContaining([expect.stringContaining('left out')]) as unknown,
		});
	});

	it('gives a reason for each row that it drops', () => {
		const reason = (row: ReturnType<typeof sft>): string =>
			row.kind === 'dropped' ? row.reason : row.kind;
		expect(reason(convert('{', 'trl-sft'))).toContain('not valid JSON');
		expect(reason(dpo({ messages: [user, reply] }))).toBe('not a preference pair');
		expect(reason(dpo({ chosen: [reply], rejected: [other] }))).toBe(
			'chosen and rejected share no prompt',
		);
		expect(reason(sft({ messages: [user] }))).toContain('no reply');
		expect(reason(sft({ prompt: 'a', completion: 'b', label: false }))).toContain('not desirable');
		expect(reason(convert('{"text":"a"}', 'trl-sft', 'messages'))).toBe(
			'plain text in a file of a dialogue',
		);
	});

	it('keeps one shape in one file', () => {
		expect(convert('{"prompt":"a","completion":"b"}', 'trl-sft')).toMatchObject({
			kind: 'kept',
			shape: 'prompt-completion',
		});
		expect(convert('{"prompt":"a","completion":"b"}', 'trl-sft', 'messages')).toMatchObject({
			kind: 'changed',
			shape: 'messages',
		});
	});

	it('takes the best answer of several, and the worst for the other side', () => {
		const answered = (scores: (number | undefined)[]) => ({
			instruction: 'Who?',
			completions: scores.map((score, i) => ({ response: `${i}`, overall_score: score })),
			source: 'x',
		});
		expect(sft(answered([3, 8, 8]))).toMatchObject({
			line: JSON.stringify({
				messages: [
					{ role: 'user', content: 'Who?' },
					{ role: 'assistant', content: '1' },
				],
				source: 'x',
			}),
			changes: ['the best answer is taken, the others are left out'],
		});
		const pair = dpo(answered([3, 8, 1]));
		expect(pair.kind === 'changed' && JSON.parse(pair.line)).toEqual({
			prompt: [{ role: 'user', content: 'Who?' }],
			chosen: [{ role: 'assistant', content: '1' }],
			rejected: [{ role: 'assistant', content: '2' }],
			score_chosen: 8,
			score_rejected: 1,
			source: 'x',
		});
		expect(dpo(answered([3, 3]))).toMatchObject({ reason: 'all its answers are equally good' });
		expect(dpo(answered([undefined, 3]))).toMatchObject({ reason: 'only one answer has a score' });
		expect(sft(answered([undefined, undefined]))).toMatchObject({
			reason: 'several answers without a score',
		});
		const judged = { instruction: 'a', output_1: 'b', output_2: 'c', preference: 2 };
		const preferred = dpo(judged);
		expect(preferred.kind === 'changed' && JSON.parse(preferred.line)).toMatchObject({
			chosen: [{ content: 'c' }],
			rejected: [{ content: 'b' }],
		});
	});

	it('writes dialogues in one string, questions and right solutions as messages', () => {
		const said = [user, reply];
		const written = sft({ text: 'Human: Hi\nAssistant: Hello.' });
		expect(written).toMatchObject({
			changes: ['roles have TRL’s names', 'the dialogue written into one text is now messages'],
		});
		expect(written.kind === 'changed' && JSON.parse(written.line)).toEqual({ messages: said });
		const asked = sft({ question: 'Hi', answer: 'Hello.', id: 1 });
		expect(asked.kind === 'changed' && JSON.parse(asked.line)).toEqual({ messages: said, id: 1 });
		const steps = (last: boolean) => ({
			prompt: 'Hi',
			completions: ['Hel', 'lo.'],
			labels: [true, last],
		});
		const solved = sft(steps(true));
		expect(solved.kind === 'changed' && JSON.parse(solved.line)).toEqual({
			messages: [user, { role: 'assistant', content: 'Hel\nlo.' }],
		});
		expect(sft(steps(false))).toMatchObject({ kind: 'dropped' });
		const pair = dpo({
			chosen: '\n\nHuman: Hi\n\nAssistant: Hello.',
			rejected: '\n\nHuman: Hi\n\nAssistant: No.',
		});
		expect(pair.kind === 'changed' && JSON.parse(pair.line)).toEqual({
			prompt: [user],
			chosen: [reply],
			rejected: [other],
		});
		expect(dpo({ chosen: 'It is blue.', rejected: 'It is green.' })).toMatchObject({
			shape: 'preference-text',
			line: '{"prompt":"It is","chosen":" blue.","rejected":" green."}',
		});
	});

	it('leaves reasoning in tags and the places of images as they are', () => {
		const thinking = {
			messages: [user, { role: 'assistant', content: '<think>\nHm.\n</think>\n\nHello.' }],
		};
		expect(sft(thinking)).toMatchObject({ kind: 'kept' });
		const parts = {
			images: ['a.png'],
			messages: [
				{ role: 'user', content: [{ type: 'image' }, { type: 'text', text: 'Hi' }] },
				reply,
			],
		};
		const written = sft(parts);
		expect(written.kind === 'changed' && JSON.parse(written.line)).toMatchObject({
			messages: [parts.messages[0], { content: [{ type: 'text', text: 'Hello.' }] }],
			images: ['a.png'],
		});
	});
});
