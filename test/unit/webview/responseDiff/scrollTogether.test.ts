import { expect, test } from 'vitest';
import { placeAcross } from '../../../../webview/responseDiff/scrollTogether';

const here = {
	length: 100,
	aligned: [
		[10, 40],
		[60, 60],
	],
} as const;
const reference = { length: 80, aligned: [] } as const;

test('a lane follows to the sentence that belongs to the one at the top', () => {
	expect(placeAcross(10, here, reference, 80)).toBe(40);
	expect(placeAcross(35, here, reference, 80)).toBe(50);
	expect(placeAcross(40, reference, here, 80)).toBe(10);
	expect(placeAcross(0, here, reference, 80)).toBe(0);
	expect(placeAcross(100, here, reference, 80)).toBe(80);
});

test('two lanes meet by way of the reference', () => {
	const there = { length: 300, aligned: [[200, 40]] } as const;
	expect(placeAcross(10, here, there, 80)).toBe(200);
	expect(placeAcross(100, here, there, 80)).toBe(300);
});

test('texts without a common sentence go by their length', () => {
	const long = { length: 1000, aligned: [] } as const;
	expect(placeAcross(500, long, reference, 80)).toBe(40);
	expect(placeAcross(5, { length: 0, aligned: [] }, reference, 80)).toBe(80);
});
