import { describe, expect, test } from 'vitest';
import {
	foldVotes,
	laneOrder,
	parseVoteEvent,
	type VoteEvent,
} from '../../../../src/core/responses/vote';

let next = 0;
function event(kind: VoteEvent['kind'], promptId: string, label = 'base'): VoteEvent {
	const base = {
		schemaVersion: 1,
		id: `v${next++}`,
		time: '2026-11-22T10:00:00Z',
		voter: 'ada',
		promptId,
		order: ['base', 'sft', 'dpo'],
		blind: true,
		answers: { base: '1', sft: '2', dpo: '3' },
	} as const;
	return kind === 'best' || kind === 'worst' ? { ...base, kind, label } : { ...base, kind };
}

describe('folding events', () => {
	test('the last vote on a prompt stands and undo brings back the one before', () => {
		const events = [event('best', 'p', 'base'), event('best', 'p', 'sft')];
		expect(foldVotes(events)).toMatchObject([{ promptId: 'p', best: 'sft' }]);
		events.push(event('undo', 'p'));
		expect(foldVotes(events)).toMatchObject([{ best: 'base' }]);
		events.push(event('undo', 'p'), event('undo', 'p'));
		expect(foldVotes(events)).toEqual([]);
	});

	test('worst adds to the best that stands and goes first when undone', () => {
		const events = [event('worst', 'p', 'dpo'), event('best', 'p', 'sft')];
		expect(foldVotes(events)[0]?.worst).toBeUndefined();
		events.push(event('worst', 'p', 'base'));
		expect(foldVotes(events)).toMatchObject([{ best: 'sft', worst: 'base' }]);
		events.push(event('undo', 'p'));
		expect(foldVotes(events)[0]).not.toHaveProperty('worst');
	});

	test('a tie and both bad are votes without a best', () => {
		expect(foldVotes([event('tie', 'p'), event('bothBad', 'q')])).toMatchObject([
			{ promptId: 'p', verdict: 'tie' },
			{ promptId: 'q', verdict: 'bothBad' },
		]);
	});
});

test('the order of lanes is fixed per prompt and voter and differs between prompts', () => {
	const labels = ['base', 'sft', 'dpo'];
	const orders = Array.from({ length: 60 }, (_, i) => laneOrder(labels, 'c', `p${i}`, 'ada'));
	expect(laneOrder(labels.toReversed(), 'c', 'p0', 'ada')).toEqual(orders[0]);
	expect(new Set(orders.map(order => order.join())).size).toBe(6);
	for (const label of labels) {
		const first = orders.filter(order => order[0] === label).length;
		expect(first).toBeGreaterThan(10);
	}
});

test('a line of a votes file reads back, and a wrong one says why', () => {
	const good = event('best', 'p', 'sft');
	expect(parseVoteEvent(JSON.stringify(good))).toEqual(good);
	expect(parseVoteEvent(JSON.stringify({ ...good, label: 'other' }))).toContain('label');
	expect(parseVoteEvent(JSON.stringify({ ...good, schemaVersion: 2 }))).toContain('newer');
	expect(parseVoteEvent('{')).toContain('JSON');
});
