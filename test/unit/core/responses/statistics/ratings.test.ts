import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ComparisonGroup } from '../../../../../src/core/responses/statistics/comparisonGroups';
import { ratings } from '../../../../../src/core/responses/statistics/ratings';
import { statisticsReferences } from '../../../../support/statisticsReferences';

type Battle = readonly [winner: number, loser: number, tie: number];

const one = ([winner, loser, tie]: Battle): ComparisonGroup =>
	tie === 1
		? [
				{ winner, loser, weight: 0.5 },
				{ winner: loser, loser: winner, weight: 0.5 },
			]
		: [{ winner, loser, weight: 1 }];

const names = (models: number): string[] => Array.from({ length: models }, (_, i) => `m${i}`);

test.each(statisticsReferences.ratings)(
	'ratings of $models models are those of LMSYS’s loss under scipy’s L-BFGS to half a point',
	({ models, battles, ratings: expected, low, high }) => {
		const found = ratings(battles.map(one), names(models));
		for (const [i, rating] of found.entries()) {
			expect(Math.abs((rating.rating ?? 0) - (expected[i] ?? 0))).toBeLessThan(0.5);
			// Two bootstraps of 1,000 rounds differ in their ends by a part of the width.
			const width = (high[i] ?? 0) - (low[i] ?? 0);
			expect(Math.abs((rating.interval?.low ?? 0) - (low[i] ?? 0))).toBeLessThan(0.1 * width);
			expect(Math.abs((rating.interval?.high ?? 0) - (high[i] ?? 0))).toBeLessThan(0.1 * width);
			const above = low.filter(other => other > (high[i] ?? 0)).length;
			expect(rating.rank).toBe(1 + above);
		}
	},
);

test('two models are as far apart as the odds of their wins say', () => {
	const groups = [...Array.from({ length: 10 }, () => one([0, 1, 0])), one([1, 0, 0])];
	const [a, b] = ratings(groups, ['a', 'b']);
	expect((a?.rating ?? 0) - (b?.rating ?? 0)).toBeCloseTo(400, 6);
	expect((a?.rating ?? 0) + (b?.rating ?? 0)).toBeCloseTo(2000, 6);
	// One loss in eleven is missing from a third of the resamples: nothing bounds the winner above.
	expect(a?.interval?.high).toBeUndefined();
	expect(a?.interval?.low).toBeLessThan(a?.rating ?? 0);
	expect(b?.interval?.low).toBeUndefined();
});

test('an unbeaten, a winless, an unlinked and an unseen model have a word and no rating', () => {
	const linked: Battle[] = [
		[0, 1, 0],
		[1, 0, 0],
		[0, 1, 1],
	];
	const others: Battle[] = [
		[2, 0, 0],
		[1, 3, 0],
		[5, 6, 0],
		[6, 5, 0],
	];
	const found = ratings([...linked, ...others].map(one), names(7));
	expect(found.map(({ notEstimable }) => notEstimable)).toEqual([
		undefined,
		undefined,
		'unbeaten',
		'winless',
		'noVotes',
		'unconnected',
		'unconnected',
	]);
	expect(found[0]?.rating).toBeCloseTo(1000, 6);
	expect(found[2]).toEqual({ label: 'm2', notEstimable: 'unbeaten' });
	expect(ratings([one([0, 1, 0])], ['a', 'b'])).toEqual([
		{ label: 'a', notEstimable: 'unbeaten' },
		{ label: 'b', notEstimable: 'winless' },
	]);
	expect(ratings([], ['a'])).toEqual([{ label: 'a', notEstimable: 'noVotes' }]);
});

test('an anchor has its rating and moves the others along', () => {
	const { battles, models } = statisticsReferences.ratings[0] ?? { battles: [], models: 0 };
	const plain = ratings(battles.map(one), names(models));
	const anchored = ratings(battles.map(one), names(models), {
		rounds: 100,
		seed: 1,
		anchor: { label: 'm1', rating: 1114 },
	});
	expect(anchored[1]?.rating).toBeCloseTo(1114, 9);
	expect(anchored[1]?.interval?.low).toBeCloseTo(1114, 9);
	expect((anchored[2]?.rating ?? 0) - (anchored[0]?.rating ?? 0)).toBeCloseTo(
		(plain[2]?.rating ?? 0) - (plain[0]?.rating ?? 0),
		6,
	);
});

test('prompts with several comparisons widen the interval as single ones would not', () => {
	const single = Array.from({ length: 60 }, (_, i) =>
		one([i % 3 === 0 ? 1 : 0, i % 3 === 0 ? 0 : 1, 0]),
	);
	const repeated = single.map(group => Array.from({ length: 4 }, () => group).flat());
	const flat = repeated.flat().map(win => [win]);
	const width = (groups: ComparisonGroup[]): number => {
		const { low, high } = ratings(groups, ['a', 'b'])[0]?.interval ?? {};
		return (high ?? 0) - (low ?? 0);
	};
	expect(width(repeated)).toBeCloseTo(width(single), 6);
	expect(width(flat)).toBeLessThan(0.6 * width(repeated));
});

const battle = fc
	.record({ a: fc.nat(4), step: fc.integer({ min: 1, max: 4 }), tie: fc.nat(3) })
	.map(({ a, step, tie }): Battle => [a, (a + step) % 5, tie === 0 ? 1 : 0]);

test('the fit leaves no slope, does not know the order of models, and stays within its interval', () => {
	fc.assert(
		fc.property(fc.array(battle, { minLength: 1, maxLength: 60 }), battles => {
			const options = { rounds: 50, seed: 3 };
			const found = ratings(battles.map(one), names(5), options);
			const turned = ratings(
				battles.map(([a, b, tie]) => one([4 - a, 4 - b, tie])),
				names(5),
				options,
			);
			const rated = found.flatMap(({ rating }, i) => (rating === undefined ? [] : [i]));
			for (const i of rated) {
				const sameSize = turned.filter(({ rating }) => rating !== undefined).length;
				expect(sameSize).toBe(rated.length);
				// Wins less expected wins among the rated models is zero at the top.
				let slope = 0;
				for (const [winner, loser, tie] of battles) {
					if (rated.includes(winner) && rated.includes(loser) && (winner === i || loser === i)) {
						const other = winner === i ? loser : winner;
						const gap = ((found[other]?.rating ?? 0) - (found[i]?.rating ?? 0)) / 400;
						slope += (tie === 1 ? 0.5 : winner === i ? 1 : 0) - 1 / (1 + 10 ** gap);
					}
				}
				expect(Math.abs(slope)).toBeLessThan(1e-6);
				const { low = -Infinity, high = Infinity } = found[i]?.interval ?? {};
				expect(low).toBeLessThanOrEqual(high);
			}
			// Ties of the largest group are broken by order, so only a lone largest one has to agree.
			if (rated.length > 2) {
				for (const i of rated) {
					expect(turned[4 - i]?.rating ?? Number.NaN).toBeCloseTo(found[i]?.rating ?? 0, 4);
				}
			}
		}),
		{ seed: 5, numRuns: 200 },
	);
});

test('the same seed gives the same intervals, another one others', () => {
	const groups = (statisticsReferences.ratings[0]?.battles ?? []).map(one);
	const with_ = (seed: number): unknown => ratings(groups, names(3), { rounds: 50, seed });
	expect(with_(4)).toEqual(with_(4));
	expect(with_(4)).not.toEqual(with_(5));
});
