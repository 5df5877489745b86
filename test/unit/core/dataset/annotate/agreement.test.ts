import { describe, expect, it } from 'vitest';
import {
	agreements,
	cohensKappa,
	disagreementsWith,
	leastShared,
} from '../../../../../src/core/dataset/annotate/agreement';
import type { SayingEvent } from '../../../../../src/core/dataset/annotate/annotationFold';
import { annotationOf } from '../../../../../src/core/dataset/annotate/annotationFold';
import type { Label } from '../../../../../src/core/dataset/annotation';

function repeated(...counts: readonly (readonly [Label, Label, number])[]) {
	return counts.flatMap(([a, b, n]) => Array.from({ length: n }, () => [a, b] as const));
}

function author(decisions: readonly Label[]) {
	return new Map(
		decisions.map((value, i) => {
			const event: SayingEvent = { kind: 'label', id: `${i}`, value, time: '' };
			return [`${i}`, annotationOf([event])] as const;
		}),
	);
}

/** A small seeded generator (xorshift32), so that the check of coverage is the same every time. */
function random(seed: number): () => number {
	let state = seed;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) / 2 ** 32;
	};
}

describe("Cohen's kappa", () => {
	it('is what the definition gives for a table worked out by hand', () => {
		// Observed 0.7, by chance 0.6 × 0.5 + 0.4 × 0.5 = 0.5.
		const kappa = cohensKappa(
			repeated(
				['keep', 'keep', 20],
				['keep', 'drop', 10],
				['drop', 'keep', 5],
				['drop', 'drop', 15],
			),
		);
		expect(kappa?.value).toBeCloseTo(0.4, 10);
		// Terms of equation 13: 0.4·0.34² + 0.3·0.46², 0.36·(0.2·0.9² + 0.1·1.1²), (0.4 − 0.5·0.6)².
		const differing = 0.36 * (0.2 * 0.9 ** 2 + 0.1 * 1.1 ** 2);
		const variance = (0.4 * 0.34 ** 2 + 0.3 * 0.46 ** 2 + differing - 0.01) / 0.25 / 50;
		expect(kappa?.low).toBeCloseTo(0.4 - 1.959963984540054 * Math.sqrt(variance), 10);
		expect(kappa?.high).toBeCloseTo(0.4 + 1.959963984540054 * Math.sqrt(variance), 10);
	});

	it('does not claim certainty where the two agree on everything', () => {
		const kappa = cohensKappa(repeated(['keep', 'keep', 10], ['drop', 'drop', 10]));
		expect(kappa?.value).toBe(1);
		expect(kappa?.low).toBeGreaterThan(0.5);
		expect(kappa?.low).toBeLessThan(0.8);
	});

	it('has an interval that holds the true value about as often as it says', () => {
		const next = random(11);
		// Both give the true label with probability 0.8, else the other one: kappa is 0.36.
		const draw = (): Label[] => {
			const truth = next() < 0.5;
			const give = (): Label => (next() < 0.8 === truth ? 'keep' : 'drop');
			return [give(), give()];
		};
		let held = 0;
		for (let i = 0; i < 1000; i++) {
			const pairs = Array.from({ length: 100 }, () => draw() as [Label, Label]);
			const kappa = cohensKappa(pairs);
			held += kappa && kappa.low <= 0.36 && kappa.high >= 0.36 ? 1 : 0;
		}
		expect(held).toBeGreaterThan(925);
		expect(held).toBeLessThan(975);
	});
});

describe('agreement', () => {
	const keeps = (n: number): Label[] => Array.from({ length: n }, () => 'keep');

	it('gives no kappa below the least number of shared examples', () => {
		const few = author([...keeps(leastShared - 2), 'drop']);
		const [found] = agreements(
			new Map([
				['ann', few],
				['bob', few],
			]),
		);
		expect(found).toMatchObject({ shared: leastShared - 1, observed: 1, noKappa: 'tooFew' });
		expect(found?.kappa).toBeUndefined();
	});

	it('gives no kappa where both had one answer for everything', () => {
		const same = author(keeps(30));
		const [found] = agreements(
			new Map([
				['ann', same],
				['bob', same],
			]),
		);
		expect(found).toMatchObject({ observed: 1, noKappa: 'oneAnswer' });
	});

	it('is found for every two of several annotators, with what they differ on', () => {
		const answers = new Map([
			['cem', author(['drop', 'keep'])],
			['ann', author(['keep', 'keep'])],
			['bob', author(['keep', 'fix'])],
		]);
		expect(
			agreements(answers).map(({ annotators, disagreements }) => [...annotators, ...disagreements]),
		).toEqual([
			['ann', 'bob', '1'],
			['ann', 'cem', '0'],
			['bob', 'cem', '0', '1'],
		]);
		expect([...disagreementsWith(answers, 'ann')].sort()).toEqual(['0', '1']);
	});
});
