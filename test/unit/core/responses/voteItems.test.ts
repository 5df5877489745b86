import { expect, test } from 'vitest';
import {
	drawnPairs,
	itemsWithRepeats,
	orderAgain,
	plainItems,
} from '../../../../src/core/responses/voteItems';

const ids = (size: number): string[] => Array.from({ length: size }, (_, i) => `prompt ${i}`);

test('one prompt in twenty comes again, a third of the set later or more, once each', () => {
	for (let seed = 0; seed < 50; seed++) {
		const items = itemsWithRepeats(ids(100), `seed ${seed}`);
		expect(items.filter(({ repeat }) => !repeat)).toEqual(plainItems(ids(100)));
		const repeats = items.filter(({ repeat }) => repeat);
		expect(repeats).toHaveLength(5);
		expect(new Set(items.map(({ id }) => id)).size).toBe(105);
		for (const repeat of repeats) {
			const first = items.findIndex(item => item.id === repeat.promptId);
			expect(items.indexOf(repeat) - first).toBeGreaterThanOrEqual(34);
			expect(repeat.id).not.toContain(repeat.promptId);
		}
	}
});

test('which come again depends on the seed only, and is another for another voter', () => {
	const [one, again, other] = ['ada', 'ada', 'bob'].map(seed => itemsWithRepeats(ids(60), seed));
	expect(again).toEqual(one);
	expect(other).not.toEqual(one);
	expect(itemsWithRepeats(ids(9), 'ada')).toEqual(plainItems(ids(9)));
	expect(itemsWithRepeats([], 'ada')).toEqual([]);
});

test('an arena draws every two models equally often, to one', () => {
	const labels = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
	const drawn = drawnPairs(labels, 100, 'seed');
	expect(drawn).toHaveLength(100);
	const counts = new Map<string, number>();
	for (const pair of drawn) {
		counts.set(pair.toSorted().join(), (counts.get(pair.toSorted().join()) ?? 0) + 1);
	}
	expect(counts.size).toBe(21);
	expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBe(1);
	expect(drawnPairs(labels, 100, 'seed')).toEqual(drawn);
	expect(drawnPairs(labels, 100, 'other')).not.toEqual(drawn);
	expect(drawnPairs(['a'], 3, 'seed')).toEqual([]);
});

test('a prompt that comes again has another order', () => {
	for (const order of [['a', 'b'], ['b', 'a'], [...'abc'], [...'abcdef']]) {
		for (let seed = 0; seed < 20; seed++) {
			const again = orderAgain(order, `${seed}`);
			expect(again).not.toEqual(order);
			expect(again.toSorted()).toEqual(order.toSorted());
		}
	}
});
