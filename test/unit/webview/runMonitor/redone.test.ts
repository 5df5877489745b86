import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redonePlaces } from '../../../../webview/runMonitor/chart/redone';

it('says of each stretch from where later ones went over it again', () => {
	const x = Float64Array.from([1, 2, 3, 4, 2, 3, 4, 5, 4, 5]);
	expect([...redonePlaces({ x, starts: [0, 4, 8] })]).toEqual([2, 4, Infinity]);
});

it('says the same as looking at all later stretches, whatever the places', () => {
	fc.assert(
		fc.property(fc.array(fc.array(fc.integer(), { minLength: 1 })), stretches => {
			const x = Float64Array.from(stretches.flat());
			let start = 0;
			const starts = stretches.map(({ length }) => (start += length) - length);
			expect([...redonePlaces({ x, starts })]).toEqual(
				starts.map((_, n) => Math.min(...starts.slice(n + 1).map(next => x[next] ?? Infinity))),
			);
		}),
		{ seed: 6 },
	);
});

it('takes a log with a stretch for every point, as where a clock wavers', () => {
	const length = 300_000;
	const x = Float64Array.from({ length }, (_, i) => length - i);
	const places = redonePlaces({ x, starts: Array.from(x.keys()) });
	expect(places[0]).toBe(1);
	expect(places.at(-1)).toBe(Infinity);
});
