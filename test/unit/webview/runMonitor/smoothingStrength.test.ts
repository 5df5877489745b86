import { describe, expect, it } from 'vitest';
import { meanPoints, withKind } from '../../../../webview/runMonitor/smoothingStrength';
import { firstView } from '../../../../webview/runMonitor/viewState';

describe('the strength of smoothing', () => {
	it('is of a mean 3 to 201 points, an odd number', () => {
		expect([0.01, 0.5, 0.99].map(meanPoints)).toEqual([3, 53, 201]);
	});

	it('is kept for each kind', () => {
		const average = { ...firstView, smoothing: 0.9 };
		const mean = { ...average, ...withKind(average, 'mean', 400) };
		const wider = { ...mean, smoothing: 0.5 };
		const back = { ...wider, ...withKind(wider, 'ema', 400) };
		expect(back.smoothing).toBe(0.9);
		expect(withKind(back, 'mean', 400).smoothing).toBe(0.5);
	});

	it('takes for a mean at first no more than a quarter of the run', () => {
		const average = { ...firstView, smoothing: 0.75 };
		const first = (points?: number): number =>
			meanPoints(withKind(average, 'mean', points).smoothing);
		expect([4, 35, 44, 10_000].map(first)).toEqual([3, 7, 11, 11]);
		expect(first()).toBe(11);
	});

	it('stays off where nothing was smoothed', () => {
		expect(withKind(firstView, 'mean', 35).smoothing).toBe(0);
	});
});
