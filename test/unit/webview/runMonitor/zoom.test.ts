import { describe, expect, it } from 'vitest';
import { movedEdge, pan, reveal, within, zoomAround } from '../../../../webview/runMonitor/zoom';

const whole = { min: 0, max: 100 };

describe('the zoom', () => {
	it('keeps a place where it is while more or less is shown around it', () => {
		const closer = zoomAround(whole, whole, 25, 3);
		const share = closer && (25 - closer.min) / (closer.max - closer.min);
		expect(share).toBeCloseTo(0.25, 9);
		expect(closer && closer.max - closer.min).toBeCloseTo(100 / 1.25 ** 3, 9);
	});

	it('is none when it would show all, so that a live run goes on', () => {
		expect(zoomAround({ min: 10, max: 90 }, whole, 50, -3)).toBeUndefined();
		expect(within({ min: -5, max: 300 }, whole)).toBeUndefined();
	});

	it('stops at the ends of the axis and moves no further', () => {
		expect(pan({ min: 10, max: 30 }, whole, -1)).toEqual({ min: 0, max: 20 });
		expect(pan({ min: 10, max: 30 }, whole, 9)).toEqual({ min: 80, max: 100 });
	});

	it('moves one end up to near the other, and is none when that shows all', () => {
		const range = { min: 40, max: 60 };
		expect(movedEdge(range, whole, 'min', 10)).toEqual({ min: 10, max: 60 });
		expect(movedEdge(range, whole, 'min', 99)).toEqual({ min: 59.5, max: 60 });
		expect(movedEdge(range, whole, 'max', 500)).toEqual({ min: 40, max: 100 });
		expect(movedEdge({ min: 0, max: 60 }, whole, 'max', 100)).toBeUndefined();
	});

	it('moves just so far that a place is shown', () => {
		const range = { min: 40, max: 60 };
		expect(reveal(range, whole, 50)).toBe(range);
		expect(reveal(range, whole, 65)).toEqual({ min: 45, max: 65 });
		expect(reveal(range, whole, 30)).toEqual({ min: 30, max: 50 });
	});
});
