import { expect, test } from 'vitest';
import {
	intervalWords,
	placeOn,
	ratingAxis,
	winsWords,
} from '../../../../webview/responseDiff/ratingAxis';

test('the axis holds every rating and every bound, and has a width where there is one value', () => {
	const axis = ratingAxis([
		{ label: 'a', rating: 1100, interval: { low: 1000, high: 1250 } },
		{ label: 'b', rating: 900, interval: { high: 1010 } },
		{ label: 'c', notEstimable: 'unbeaten' },
	]);
	expect(axis[0]).toBeLessThan(900);
	expect(axis[1]).toBeGreaterThan(1250);
	expect(placeOn(axis, axis[0])).toBe(0);
	expect(placeOn(axis, axis[1])).toBe(1);
	expect(placeOn(ratingAxis([{ label: 'a', rating: 1000 }]), 1000)).toBe(0.5);
	expect(ratingAxis([])).toEqual([0, 1]);
});

test('an open end is said in words', () => {
	expect(intervalWords({ low: 980.4, high: 1110.6 })).toBe('980–1111');
	expect(intervalWords({ low: 980.4 })).toBe('At least 980');
	expect(intervalWords({ high: 1110.6 })).toBe('At most 1111');
	expect(intervalWords({})).toBe('Too few votes');
});

test('prompts won are whole unless voters differ', () => {
	expect(winsWords({ wins: 3, decided: 7 })).toBe('3 of 7');
	expect(winsWords({ wins: 1.5, decided: 2 })).toBe('1.5 of 2');
});
