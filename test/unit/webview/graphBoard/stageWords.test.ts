import { describe, expect, it } from 'vitest';
import type { BoardCard } from '../../../../src/protocol/graphBoard';
import { neighbour } from '../../../../webview/graphBoard/keys';
import {
	factsText,
	fractionDone,
	kindText,
	noteText,
} from '../../../../webview/graphBoard/stageWords';

const card = (more: Partial<BoardCard>): BoardCard => ({
	name: 'dpo',
	kind: 'train',
	method: 'dpo',
	column: 1,
	state: 'ready',
	because: [],
	message: '',
	from: [],
	chosen: '',
	isTaken: false,
	...more,
});

describe('the words on a card', () => {
	it.each([
		[{ state: 'waiting', because: ['sft'] }, 'after sft'],
		[{ state: 'waiting', because: ['a', 'b'] }, 'after a and b'],
		[{ state: 'blocked', because: ['a', 'b', 'c'] }, 'a and 2 more did not finish'],
		[{ state: 'failed', message: 'out of memory' }, 'out of memory'],
		[{ state: 'finished', message: 'Finished.' }, ''],
		[{ state: 'finished', isTaken: true }, 'Taken as it is: an earlier run had the same inputs'],
	] as const)('say why it is where it is: %o', (more, text) => {
		expect(noteText(card(more))).toBe(text);
	});

	it('give steps only while they are being made', () => {
		const steps = { step: 1200, maxSteps: 2400, seconds: 75, hostName: 'gpu1' };
		expect(factsText(card({ state: 'running', ...steps }))).toBe(
			'1,200 / 2,400 · 1 min 15 s · gpu1',
		);
		expect(factsText(card({ state: 'finished', ...steps }))).toBe('1 min 15 s · gpu1');
		expect(fractionDone(card({ state: 'running', ...steps }))).toBe(0.5);
		expect(fractionDone(card({ state: 'failed', ...steps }))).toBeUndefined();
	});

	it('name what a stage does', () => {
		expect([
			kindText(card({})),
			kindText(card({ kind: 'data' })),
			kindText(card({ method: 'script' })),
		]).toEqual(['DPO', 'Data', 'Script']);
	});
});

describe('the arrows on a board', () => {
	const columns = [[{ name: 'raw' }, { name: 'pairs' }, { name: 'c' }], [{ name: 'sft' }]];

	it.each([
		['raw', 'ArrowDown', 'pairs'],
		['raw', 'ArrowUp', undefined],
		['c', 'ArrowRight', 'sft'],
		['sft', 'ArrowRight', undefined],
		['sft', 'ArrowLeft', 'raw'],
		['c', 'Home', 'raw'],
		['raw', 'End', 'sft'],
		['raw', 'x', undefined],
		['gone', 'ArrowDown', undefined],
	])('lead from %s by %s to %s', (from, key, to) => {
		expect(neighbour(columns, from, key)).toBe(to);
	});
});
