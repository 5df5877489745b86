import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScrollSpace } from '../../../../webview/shared/scrollSpace';

const rowHeight = 26;
const view = 600;

describe('the scroll space of a list', () => {
	it('is as tall as its rows while that fits an element', () => {
		const space = new ScrollSpace(1000, rowHeight, view);
		expect(space.elementHeight).toBe(26_000);
		expect(space.scrolled({ scrollTop: 0, offset: 0 }, 5_000)).toEqual({
			scrollTop: 5_000,
			offset: 0,
		});
	});

	it('reaches both ends of millions of rows', () => {
		const space = new ScrollSpace(5_000_000, rowHeight, view);
		const end = space.scrolled({ scrollTop: 0, offset: 0 }, space.elementHeight - view);
		expect(end.scrollTop + end.offset).toBeCloseTo(5_000_000 * rowHeight - view);
		const start = space.scrolled(end, 0);
		expect(start.scrollTop + start.offset).toBe(0);
	});

	it('moves small steps by exact pixels, wherever it is', () => {
		fc.assert(
			fc.property(
				fc.nat(5_000_000 - 100),
				fc.array(fc.integer({ min: -200, max: 200 })),
				(row, steps) => {
					const space = new ScrollSpace(5_000_000, rowHeight, view);
					let state = space.at(row * rowHeight);
					for (const step of steps) {
						const before = state.scrollTop + state.offset;
						const scrollTop = state.scrollTop + step;
						if (scrollTop <= 0 || scrollTop >= space.elementHeight - view) {
							return;
						}
						state = space.scrolled(state, scrollTop);
						expect(state.scrollTop + state.offset).toBeCloseTo(before + step, 5);
					}
				},
			),
			{ seed: 5 },
		);
	});

	it('reveals any row with the least movement', () => {
		fc.assert(
			fc.property(fc.nat(4_999_999), fc.nat(4_999_999), (from, to) => {
				const space = new ScrollSpace(5_000_000, rowHeight, view);
				const state = space.reveal(space.at(from * rowHeight), to);
				const top = state.scrollTop + state.offset;
				expect(top).toBeLessThanOrEqual(to * rowHeight + 1);
				expect(top + view).toBeGreaterThanOrEqual((to + 1) * rowHeight - 1);
				expect(space.reveal(state, to)).toEqual(state);
			}),
			{ seed: 6 },
		);
	});
});
