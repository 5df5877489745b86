import { describe, expect, it } from 'vitest';
import type { MonitoredRun } from '../../../../src/protocol/runMonitor';
import { firstPageView } from '../../../../webview/runMonitor/pageView';
import { filterRuns, groupRuns, listRuns } from '../../../../webview/runMonitor/runListModel';
import { monitored } from './builders';

const plain = { ...firstPageView, hiddenRuns: [] };
const named = (...names: string[]): readonly MonitoredRun[] =>
	names.map((name, n) => monitored(`R${n}`, { name }));

describe('the list of runs', () => {
	it('puts pinned runs first and keeps each one’s look', () => {
		const listed = listRuns(named('a', 'b', 'c'), { ...plain, pinnedRuns: ['R2'] });
		expect(listed.map(({ name, slot, isPinned }) => [name, slot, isPinned])).toEqual([
			['c', 2, true],
			['a', 0, false],
			['b', 1, false],
		]);
	});

	it('shows the name and the look that the user gave a run', () => {
		const view = { ...plain, runNames: { R0: 'baseline' }, runSlots: { R0: 13 } };
		expect(listRuns(named('a'), view)).toMatchObject([{ name: 'baseline', slot: 13 }]);
	});

	it('takes no name from the words that every object has', () => {
		const runs = [monitored('constructor', { name: 'a' }), monitored('__proto__', { name: 'b' })];
		expect(listRuns(runs, plain).map(({ name, slot }) => [name, slot])).toEqual([
			['a', 0],
			['b', 1],
		]);
	});

	it('is filtered by all words typed, in name, own name, host, state and method', () => {
		const runs = [
			monitored('A', { name: 'sft lr 1e-4', hostName: 'gpu1' }),
			monitored('B', { name: 'sft lr 2e-5', hostName: 'gpu2', state: 'failed' }),
		];
		const listed = listRuns(runs, { ...plain, runNames: { A: 'best' } });
		const found = (typed: string): string[] => filterRuns(listed, typed).map(({ run }) => run.id);
		expect(found('')).toEqual(['A', 'B']);
		expect(found('LR 2e')).toEqual(['B']);
		expect(found('best')).toEqual(['A']);
		expect(found('sft gpu1')).toEqual(['A']);
		expect(found('failed')).toEqual(['B']);
		expect(found('sft gpu3')).toEqual([]);
	});

	it('is grouped by prefix once it is long, but not where that says nothing', () => {
		const headings = (...names: string[]): string[] =>
			groupRuns(listRuns(named(...names), plain)).map(group => group.heading);
		expect(headings('sft-1', 'sft-2', 'dpo-1', 'dpo-2')).toEqual(['']);
		expect(headings('sft-1', 'sft/2', 'dpo_1', 'dpo 2', 'sft-3', 'alone')).toEqual([
			'',
			'sft',
			'dpo',
		]);
		expect(headings('sft-1', 'sft-2', 'sft-3', 'sft-4', 'sft-5', 'sft-6')).toEqual(['']);
	});

	it('keeps every run exactly once in its groups', () => {
		const names = Array.from({ length: 50 }, (_, n) => `${['sft', 'dpo', 'x'][n % 3]}-${n}`);
		const listed = listRuns(named(...names), { ...plain, pinnedRuns: ['R7'] });
		const grouped = groupRuns(listed).flatMap(group => group.runs);
		expect(grouped).toHaveLength(50);
		expect(new Set(grouped)).toEqual(new Set(listed));
		expect(grouped[0]?.run.id).toBe('R7');
	});
});
