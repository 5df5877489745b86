import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFaultAt } from '../../../../../src/core/dataset/edit/jsonFault';
import { rowActions } from '../../../../../src/core/dataset/edit/rowActions';
import { changedRow, type RowChange } from '../../../../../src/core/dataset/edit/rowChange';
import { messagesOf, messageText } from '../../../../../src/core/dataset/example';
import { recognise, recogniseText } from '../../../../../src/core/dataset/format';
import { beyond, decode, encode, hands, rows, tokensOf, written } from './rowText';

function change(row: string, made: RowChange): string {
	const result = changedRow(encode(row), made, 'jsonl');
	if (!result.ok) {
		throw new Error(String(result.error.details['reason']));
	}
	return decode(result.value);
}

const chat =
	'{"id": 1.0, "messages": [{"role": "user", "content": "a\\/b"}, {"content": "Hi.", "role": "assistant", "weight": 0}], "big": 12345678901234567890}';

describe('a change of one message', () => {
	it('sets a role and nothing else', () => {
		expect(change(chat, { kind: 'setRole', message: 1, role: 'tool' })).toBe(
			chat.replace('assistant', 'tool'),
		);
	});

	it('adds a message that is written like its neighbour, and takes it away again', () => {
		const added = change(chat, { kind: 'addMessage', message: 1, where: 'after' });
		expect(added).toBe(
			chat.replace('"weight": 0}]', '"weight": 0}, {"content": "", "role": "user"}]'),
		);
		expect(change(added, { kind: 'removeMessage', message: 2 })).toBe(chat);
		const first = change(chat, { kind: 'addMessage', message: 0, where: 'before' });
		expect(first).toBe(chat.replace('[{', '[{"role": "system", "content": ""}, {'));
		expect(change(first, { kind: 'removeMessage', message: 0 })).toBe(chat);
	});

	it('moves a message with every key it has', () => {
		const moved = change(chat, { kind: 'moveMessage', message: 1, by: -1 });
		expect(moved).toBe(
			'{"id": 1.0, "messages": [{"content": "Hi.", "role": "assistant", "weight": 0}, {"role": "user", "content": "a\\/b"}], "big": 12345678901234567890}',
		);
		expect(change(moved, { kind: 'moveMessage', message: 0, by: 1 })).toBe(chat);
	});

	it('splits a message at the cursor, and keeps how each half is spelt', () => {
		const row =
			'{"messages":[{"role":"user","content":"caf\\u00e9 \\/ \\n\\nthe r\\u00e9st","name":"ann"}]}';
		const text = 'café / \n\nthe rést';
		expect(change(row, { kind: 'splitMessage', message: 0, text, at: 7, role: 'assistant' })).toBe(
			'{"messages":[{"role":"user","content":"caf\\u00e9 \\/","name":"ann"},{"role":"assistant","content":"the r\\u00e9st"}]}',
		);
		expect(change(row, { kind: 'splitMessage', message: 0, text, at: 9, role: 'user' })).toContain(
			'{"role":"user","content":"the r\\u00e9st","name":"ann"}',
		);
	});

	it('takes the typed text over with the split, also into copies of it', () => {
		const row = '{"prompt": "Hi", "messages": [{"role": "user", "content": "Hi"}]}';
		const split = change(row, {
			kind: 'splitMessage',
			message: 0,
			text: 'Hi\nHello.',
			at: 3,
			role: 'assistant',
		});
		expect(split).toBe(
			'{"prompt": "Hi", "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]}',
		);
	});

	it('merges a message with the next, each as it was spelt', () => {
		const row =
			'{"conversations": [{"from": "human", "value": "caf\\u00e9"}, {"from": "human", "value": "r\\u00e9st"}]}';
		expect(change(row, { kind: 'mergeMessages', message: 0 })).toBe(
			'{"conversations": [{"from": "human", "value": "caf\\u00e9\\n\\nr\\u00e9st"}]}',
		);
	});

	it('reaches a shared prompt in both dialogues and in the copies', () => {
		const shared = '{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}';
		const more = '{"role": "user", "content": "Q2"}';
		const reply = (text: string): string => `{"role": "assistant", "content": "${text}"}`;
		const chosen = `[${shared}, ${more}, ${reply('c')}]`;
		const row = (prompt: string, list: string, other: string): string =>
			`{"prompt": "${prompt}", "chosen": ${list}, "rejected": ${other}, "messages": ${list}}`;
		const before = row('Q', chosen, `[${shared}, ${more}, ${reply('r')}]`);
		const second = change(before, { kind: 'removeMessage', message: 0 });
		const first = change(second, { kind: 'removeMessage', message: 0 });
		expect(first).toBe(row('Q2', `[${more}, ${reply('c')}]`, `[${more}, ${reply('r')}]`));
		const roles = change(first, { kind: 'setRole', message: 0, role: 'system' });
		expect(roles.match(/"system"/g)).toHaveLength(3);
	});

	it('keeps to the places of speakers that only the order tells', () => {
		const row = '{"id":"1","data":["Q","A","Q2"]}';
		const added = change(row, { kind: 'addMessage', message: 2, where: 'after' });
		expect(added).toBe('{"id":"1","data":["Q","A","Q2",""]}');
		expect(change(row, { kind: 'removeMessage', message: 0 })).toBe('{"id":"1","data":["Q2"]}');
		expect(() => change(row, { kind: 'removeMessage', message: 1 })).toThrow(/no room/);
		const history = '{"instruction":"i","output":"o","history":[["a","b"],["c","d"]]}';
		expect(change(history, { kind: 'removeMessage', message: 1 })).toBe(
			'{"instruction":"i","output":"o","history":[["c","d"]]}',
		);
		expect(change(history, { kind: 'addMessage', message: 1, where: 'after' })).toBe(
			'{"instruction":"i","output":"o","history":[["a","b"],["",""],["c","d"]]}',
		);
	});

	it('offers the words for roles that the row itself uses', () => {
		const rolesOf = (row: unknown): readonly string[] =>
			rowActions(row, recognise(row).example).messages[0]?.roles ?? [];
		expect(rolesOf({ conversations: [{ from: 'human', value: '' }] })).toEqual([
			'system',
			'human',
			'gpt',
			'observation',
			'function_call',
		]);
		expect(rolesOf({ conversations: [{ from: 'user', value: '' }] })).toEqual([
			'system',
			'user',
			'assistant',
			'tool',
		]);
		expect(rolesOf({ messages: [{ role: 'bot', content: '' }] })).toContain('human');
		expect(rolesOf({ prompt: 'p', chosen: 'a', rejected: 'b' })).toEqual([]);
	});

	it('keeps parts parts, and pretty printing pretty', () => {
		const row =
			'{\n  "messages": [\n    {\n      "role": "user",\n      "content": [{"type": "text", "text": "x"}]\n    }\n  ]\n}';
		const added = change(row, { kind: 'addMessage', message: 0, where: 'after' });
		expect(added).toBe(
			'{\n  "messages": [\n    {\n      "role": "user",\n      "content": [{"type": "text", "text": "x"}]\n    },\n    {\n      "role": "assistant",\n      "content": [{"type": "text", "text": ""}]\n    }\n  ]\n}',
		);
	});
});

describe('chosen and rejected', () => {
	it('change places with their scores and whatever else names them', () => {
		const row =
			'{"prompt":"p","chosen":"a","rejected":"b","score_chosen":8.50,"score_rejected":1e0,"chosen_model":"m"}';
		const swapped = change(row, { kind: 'swapReplies' });
		expect(swapped).toBe(
			'{"prompt":"p","chosen":"b","rejected":"a","score_chosen":1e0,"score_rejected":8.50,"chosen_model":"m"}',
		);
		expect(change(swapped, { kind: 'swapReplies' })).toBe(row);
	});

	it('of OpenAI’s form too, and the copy of chosen follows', () => {
		const m = (text: string): string =>
			`[{"role":"user","content":"p"},{"role":"assistant","content":"${text}"}]`;
		const row = `{"prompt":"p","chosen":${m('a')},"rejected":${m('b')},"messages":${m('a')}}`;
		expect(change(row, { kind: 'swapReplies' })).toBe(
			`{"prompt":"p","chosen":${m('b')},"rejected":${m('a')},"messages":${m('b')}}`,
		);
		const openAi = `{"input":{"messages":[{"role":"user","content":"p"}]},"preferred_output":[{"role":"assistant","content":"a"}],"non_preferred_output":[{"role":"assistant","content":"b"}]}`;
		expect(JSON.parse(change(openAi, { kind: 'swapReplies' }))).toMatchObject({
			preferred_output: [{ content: 'b' }],
			non_preferred_output: [{ content: 'a' }],
		});
	});
});

describe('a field', () => {
	it('takes a number as it is typed, and refuses what is none', () => {
		const row = '{"n": 1.0, "s": "x", "b": true, "deep": [{"k": null}]}';
		const set = (path: (string | number)[], typed: string): string =>
			change(row, { kind: 'setScalar', path, typed });
		expect(set(['n'], '12345678901234567890.0')).toBe(row.replace('1.0', '12345678901234567890.0'));
		expect(set(['s'], 'true')).toBe(row.replace('"x"', '"true"'));
		expect(set(['deep', 0, 'k'], '"a"')).toBe(row.replace('null', '"a"'));
		expect(() => set(['n'], '1,5')).toThrow(/takes a number/);
		expect(() => set(['n'], '[1]')).toThrow(/takes a number/);
		expect(() => set(['deep'], '1')).toThrow(/no such value/);
	});

	it('is added at the end and removed with its separator', () => {
		const row = '{ "a" : 1 , "b" : 2 }';
		const added = change(row, { kind: 'addField', path: [], name: 'c', typed: '3.0' });
		expect(added).toBe('{ "a" : 1 , "b" : 2 , "c" : 3.0 }');
		expect(change(added, { kind: 'removeField', path: ['c'] })).toBe(row);
		expect(change(row, { kind: 'removeField', path: ['a'] })).toBe('{ "b" : 2 }');
		expect(() => change(row, { kind: 'addField', path: [], name: 'a', typed: '' })).toThrow(
			/already/,
		);
		expect(change('{}', { kind: 'addField', path: [], name: 'a', typed: 'some words' })).toBe(
			'{"a": "some words"}',
		);
	});

	it('that is repeated goes with all its repeats', () => {
		expect(change('{"a":1,"b":2,"a":3}', { kind: 'removeField', path: ['a'] })).toBe('{"b":2}');
	});
});

describe('a row as raw text', () => {
	it('is checked, and joined where it was typed over several lines', () => {
		const typed = '{\n  "a": 1.0,\n  "b": "x y"\n}\n';
		const set = (text: string, allowBroken = false): string =>
			change('{"a": 1}', { kind: 'setRaw', text, allowBroken });
		expect(set(typed)).toBe('{"a": 1.0,"b": "x y"}');
		expect(() => set('{"a": }')).toThrow(/line 1, column 7/);
		expect(set('{"a": }', true)).toBe('{"a": }');
		expect(() => set('{"a":\n }', true)).toThrow(/one line/);
		expect(() => set(' ', true)).toThrow(/empty/);
		const inArray = changedRow(
			encode('1'),
			{ kind: 'setRaw', text: '{', allowBroken: true },
			'jsonArray',
		);
		expect(inArray.ok).toBe(false);
	});

	it('keeps bytes that are no UTF-8 where they were not touched', () => {
		const row = new Uint8Array([...encode('{"a":"'), 0xff, 0xe2, 0x82, ...encode('é😀 x"}')]);
		const result = changedRow(
			row,
			{ kind: 'setRaw', text: decode(row).replace('x', 'y'), allowBroken: false },
			'jsonl',
		);
		const wanted = Uint8Array.from(row);
		wanted[wanted.lastIndexOf(120)] = 121;
		expect(result).toEqual({ ok: true, value: wanted });
	});
});

describe('the place of a fault', () => {
	it('is where the text stops being JSON', () => {
		const places: [string, number | undefined][] = [
			['{"a": }', 6],
			['{"a": 1', 7],
			['[1, 2', 5],
			['[1 2]', 3],
			['{"a" 1}', 5],
			['{"a": "x\\q"}', 8],
			['{"a": tru}', 6],
			['[1,]', 3],
			['{} x', 3],
			['', 0],
			[' {"a": [1.0, {}, [], "é"]} ', undefined],
		];
		for (const [text, at] of places) {
			expect(jsonFaultAt(text), text).toBe(at);
		}
	});

	it('exists exactly where the parser finds one', () => {
		const json = fc.jsonValue({ maxDepth: 3 }).map(value => JSON.stringify(value, null, 1));
		fc.assert(
			fc.property(
				json,
				fc.nat(),
				fc.constantFrom('', ',', '"', '}', '\\', '1', 'x'),
				(text, pick, put) => {
					const at = pick % (text.length + 1);
					const broken = text.slice(0, at) + put + text.slice(at + 1);
					let isWhole = true;
					try {
						JSON.parse(broken);
					} catch {
						isWhole = false;
					}
					expect(jsonFaultAt(broken) === undefined).toBe(isWhole);
				},
			),
			{ seed: 8, numRuns: 2000 },
		);
	});
});

describe('any change of any row', () => {
	it('leaves every token alone that it is not about', () => {
		fc.assert(
			fc.property(rows, hands, fc.nat(), fc.nat(), fc.nat(12), (value, hand, pick, which, at) => {
				const before = written(value, hand);
				const parsed: unknown = JSON.parse(before);
				const { example } = recogniseText(before);
				const messages = messagesOf(example);
				const message = messages.length === 0 ? 0 : pick % messages.length;
				const text = messages[message] ? messageText(messages[message]) : '';
				const actions = rowActions(parsed, example).messages[message];
				const choices: (RowChange | undefined)[] = [
					actions?.roles[0] === undefined
						? undefined
						: { kind: 'setRole', message, role: actions.roles[at % actions.roles.length] ?? '' },
					actions?.canAddAfter ? { kind: 'addMessage', message, where: 'after' } : undefined,
					actions?.canAddBefore ? { kind: 'addMessage', message, where: 'before' } : undefined,
					actions?.remove ? { kind: 'removeMessage', message } : undefined,
					actions?.canMoveUp ? { kind: 'moveMessage', message, by: -1 } : undefined,
					actions?.canMoveDown ? { kind: 'moveMessage', message, by: 1 } : undefined,
					actions?.splitRoles[0] === undefined
						? undefined
						: { kind: 'splitMessage', message, text, at, role: actions.splitRoles[0] },
					actions?.canMerge ? { kind: 'mergeMessages', message } : undefined,
					rowActions(parsed, example).canSwapReplies ? { kind: 'swapReplies' } : undefined,
				];
				const made = choices[which % choices.length];
				if (!made) {
					return;
				}
				const after = change(before, made);
				const [gone, come] = [
					beyond(tokensOf(before), tokensOf(after)),
					beyond(tokensOf(after), tokensOf(before)),
				];
				if (made.kind !== 'swapReplies' || !('messages' in value)) {
					expectOnlyItsOwn(made, gone, come);
				}
				expect(unknownKeys(JSON.parse(after))).toEqual(unknownKeys(parsed));
				if (made.kind === 'moveMessage' || made.kind === 'swapReplies') {
					const back: RowChange =
						made.kind === 'swapReplies'
							? made
							: { ...made, message: message + made.by, by: made.by < 0 ? 1 : -1 };
					expect(change(after, back)).toBe(before);
				}
				if (made.kind === 'addMessage' && 'messages' in value) {
					const place = made.where === 'before' ? message : message + 1;
					expect(change(after, { kind: 'removeMessage', message: place })).toBe(before);
				}
			}),
			{ seed: 5, numRuns: 1500 },
		);
	});
});

/** Tokens that a change takes away and brings, for the kinds where that is known. */
function expectOnlyItsOwn(made: RowChange, gone: readonly string[], come: readonly string[]): void {
	switch (made.kind) {
		case 'moveMessage':
			// The copy in `prompt` may become another message’s text.
			expect([gone.length <= 1, come.length <= 1]).toEqual([true, true]);
			return;
		case 'swapReplies':
			expect([gone, come]).toEqual([[], []]);
			return;
		case 'setRole':
			expect(gone.length).toBeLessThanOrEqual(4);
			expect(come.filter(token => token !== JSON.stringify(made.role)).length).toBeLessThanOrEqual(
				1,
			);
			return;
		case 'addMessage':
			expect(gone.length).toBeLessThanOrEqual(1);
			return;
		case 'removeMessage':
			expect(come.length).toBeLessThanOrEqual(1);
			return;
		default:
			// Two texts, their roles and keys, in three places at most.
			expect(gone.length).toBeLessThanOrEqual(24);
			expect(come.length).toBeLessThanOrEqual(24);
	}
}

/** What no change of messages may touch. */
function unknownKeys(row: unknown): unknown {
	const { id, n, source, meta } = row as Record<string, unknown>;
	return { id, n, source, meta, key: (row as Record<string, unknown>)['ключ'] };
}
