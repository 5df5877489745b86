import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInShare, randomPlace } from '../../../../../src/core/dataset/annotate/reviewShare';
import { VisitClock } from '../../../../../src/core/dataset/annotate/visitClock';

const key = fc.integer({ min: 0, max: 2 ** 52 - 1 });
const keys = Array.from({ length: 20_000 }, (_, i) => {
	const hash = createHash('sha256').update(`${i}`).digest('hex');
	return Number.parseInt(hash.slice(0, 13), 16);
});

describe('shares of a queue', () => {
	it('give every example to one annotator or to all of them', () => {
		fc.assert(
			fc.property(key, fc.integer({ min: 1, max: 6 }), fc.double({ min: 0, max: 1 }), (k, n, o) => {
				const owners = Array.from({ length: n }, (_, i) => i).filter(annotator =>
					isInShare(k, { annotator, annotators: n, overlap: Number.isNaN(o) ? 0 : o }),
				);
				expect([1, n]).toContain(owners.length);
			}),
			{ seed: 4 },
		);
	});

	it('are as large as they should be: two annotators, 20% for both', () => {
		const shares = [0, 1].map(annotator => ({ annotator, annotators: 2, overlap: 0.2 }));
		const owned = shares.map(share => new Set(keys.filter(one => isInShare(one, share))));
		const both = keys.filter(one => owned.every(own => own.has(one))).length / keys.length;
		expect(both).toBeGreaterThan(0.19);
		expect(both).toBeLessThan(0.21);
		for (const own of owned) {
			expect(own.size / keys.length).toBeGreaterThan(0.58);
			expect(own.size / keys.length).toBeLessThan(0.62);
		}
	});
});

describe('a random queue', () => {
	it('is the same for the same seed, another for another, and even', () => {
		const some = keys.slice(0, 200);
		const order = (seed: number): number[] =>
			[...some].sort((a, b) => randomPlace(a, seed) - randomPlace(b, seed));
		expect(order(1)).toEqual(order(1));
		expect(order(1)).not.toEqual(order(2));
		const mean = keys.reduce((sum, one) => sum + randomPlace(one, 5), 0) / keys.length;
		expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
	});
});

describe('the time of a visit', () => {
	it('counts pauses up to two minutes and nothing while the page is hidden', () => {
		let now = 0;
		const clock = new VisitClock(() => now);
		clock.next();
		now += 5_000;
		clock.active();
		now += 600_000;
		clock.active();
		now += 1_000;
		clock.hidden();
		now += 60_000;
		expect(clock.next()).toBe(126);
		now += 2_400;
		expect(clock.next()).toBe(2.4);
	});
});
