import { describe, expect, it } from 'vitest';
import { emptyRow } from '../../../../../src/core/dataset/edit/emptyRow';
import { rowActions } from '../../../../../src/core/dataset/edit/rowActions';
import { changedRow, type RowChange } from '../../../../../src/core/dataset/edit/rowChange';
import { recognise } from '../../../../../src/core/dataset/format';
import type { RowMapping } from '../../../../../src/core/dataset/rowMapping';
import { decode, encode } from './rowText';

const dialogue = { as: 'dialogue', messages: 'turns', role: 'who', content: 'says' } as const;
const turns =
	'{"n": 1.0, "turns": [{"who": "User", "says": "a\\/b", "t": 3}, {"says": "Hi.", "who": "Bot"}]}';
const pair = { as: 'preference', prompt: 'ask', chosen: 'good', rejected: 'bad' } as const;
const question = { as: 'question', prompt: 'ask', reply: 'say' } as const;

function change(row: string, made: RowChange, mapping: RowMapping): string {
	const result = changedRow(encode(row), made, 'jsonl', mapping);
	return result.ok ? decode(result.value) : String(result.error.details['reason']);
}

describe('a row that is read by a mapping', () => {
	it('takes messages in the names and words of its own', () => {
		const added = change(turns, { kind: 'addMessage', message: 1, where: 'after' }, dialogue);
		expect(added).toBe(
			turns.replace('"who": "Bot"}]', '"who": "Bot"}, {"says": "", "who": "User"}]'),
		);
		expect(change(added, { kind: 'removeMessage', message: 2 }, dialogue)).toBe(turns);
		const moved = change(turns, { kind: 'moveMessage', message: 0, by: 1 }, dialogue);
		expect(moved).toContain(
			'[{"says": "Hi.", "who": "Bot"}, {"who": "User", "says": "a\\/b", "t": 3}]',
		);
		expect(change(turns, { kind: 'setRole', message: 1, role: 'system' }, dialogue)).toBe(
			turns.replace('"Bot"', '"system"'),
		);
	});

	it('is split and merged in the names of its own, as it is spelt', () => {
		const made = { kind: 'splitMessage', message: 0, text: 'a/b', at: 2, role: 'Bot' } as const;
		const split = change(turns, made, dialogue);
		expect(split).toBe(
			turns.replace(
				'{"who": "User", "says": "a\\/b", "t": 3}',
				'{"who": "User", "says": "a\\/", "t": 3}, {"who": "Bot", "says": "b"}',
			),
		);
		expect(change(split, { kind: 'mergeMessages', message: 1 }, dialogue)).toContain(
			'{"who": "Bot", "says": "b\\n\\nHi."}]',
		);
	});

	it('offers nothing that its form has no room for, and says so', () => {
		const row = '{"ask": "Why?", "say": "So."}';
		const { example } = recognise(JSON.parse(row), question);
		const actions = rowActions(JSON.parse(row), example, question);
		expect(actions.messages.map(({ canAddAfter, remove }) => [canAddAfter, remove])).toEqual([
			[false, undefined],
			[false, undefined],
		]);
		expect(change(row, { kind: 'removeMessage', message: 1 }, question)).toContain('no room');
		expect(
			change(
				'{"turns":[{"who":1,"says":"a"}]}',
				{ kind: 'setRole', message: 0, role: 'x' },
				dialogue,
			),
		).toContain('no room');
	});

	it('keeps lists of messages that it holds in fields with other names', () => {
		const row = '{"ask":[{"role":"user","content":"Why?"}],"say":"So."}';
		expect(change(row, { kind: 'addMessage', message: 0, where: 'before' }, question)).toBe(
			row.replace('[{', '[{"role":"system","content":""},{'),
		);
	});

	it('swaps the two replies that were named, and what carries their names', () => {
		const row = '{"ask":"q","good":"x","bad":"y","score_good":1.50,"score_bad":2,"goodness":3}';
		const { example } = recognise(JSON.parse(row), pair);
		expect(rowActions(JSON.parse(row), example, pair).canSwapReplies).toBe(true);
		expect(rowActions(JSON.parse(row), example).canSwapReplies).toBe(false);
		expect(change(row, { kind: 'swapReplies' }, pair)).toBe(
			'{"ask":"q","good":"y","bad":"x","score_good":2,"score_bad":1.50,"goodness":3}',
		);
		const plain = '{"prompt":"q","chosen":"x","rejected":"y"}';
		expect(change(plain, { kind: 'swapReplies' }, pair)).toBe(
			'{"prompt":"q","chosen":"y","rejected":"x"}',
		);
	});

	it('has a neighbour without words that is read the same way', () => {
		const like = encode(turns);
		expect(decode(emptyRow('mapped', like, dialogue))).toBe(
			'{"turns": [{"who": "User", "says": ""}, {"who": "Bot", "says": ""}]}',
		);
		for (const mapping of [pair, question, { as: 'text', text: 'body' }] as const) {
			const blank = JSON.parse(decode(emptyRow('mapped', undefined, mapping)));
			expect(recognise(blank, mapping).format).toBe('mapped');
		}
	});
});
