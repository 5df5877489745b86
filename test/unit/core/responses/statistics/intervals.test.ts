import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../../../src/core/responses/shuffle';
import { anytimeInterval } from '../../../../../src/core/responses/statistics/anytimeInterval';
import {
	lengthControlledShare,
	noLengthControl,
} from '../../../../../src/core/responses/statistics/lengthControl';
import { meanScore } from '../../../../../src/core/responses/statistics/meanScore';
import {
	normalQuantile,
	normalShareBelow,
} from '../../../../../src/core/responses/statistics/normal';
import { percentile } from '../../../../../src/core/responses/statistics/percentile';
import { referenceDifference } from '../../../../../src/core/responses/statistics/promptBootstrap';
import {
	morePrompts,
	plannedPrompts,
} from '../../../../../src/core/responses/statistics/promptsNeeded';
import { wilsonInterval } from '../../../../../src/core/responses/wilson';
import { statisticsReferences } from '../../../../support/statisticsReferences';

const { normal, wilson, standardError, lengths, anytime, planned } = statisticsReferences;

test('quantiles of the normal distribution are scipy’s', () => {
	for (const [share, value] of normal) {
		expect(normalQuantile(share)).toBeCloseTo(value, 9);
		expect(normalShareBelow(value)).toBeCloseTo(share, 12);
	}
});

test('Wilson intervals are scipy’s', () => {
	for (const [wins, trials, low, high] of wilson) {
		const found = wilsonInterval(wins, trials);
		expect(found?.low).toBeCloseTo(low, 7);
		expect(found?.high).toBeCloseTo(high, 7);
	}
});

test('standard errors of means are scipy’s', () => {
	for (const { scores, value } of standardError) {
		expect(meanScore(scores)?.standardError).toBeCloseTo(value, 12);
	}
	expect(meanScore([1])).toEqual({ mean: 1, prompts: 1 });
	expect(meanScore([])).toBeUndefined();
});

const published = join('..', 'shared/data/alpaca-eval/llama-2-7b-chat-hf.annotations.json');

test.skipIf(!existsSync(published))(
	'a published file of annotations gives its published win rate and standard error',
	() => {
		const rows = JSON.parse(readFileSync(published, 'utf8')) as Record<string, string>[];
		// 0 is a draw there.
		const scores = rows.map(row => (Number(row['preference']) || 1.5) - 1);
		const found = meanScore(scores);
		expect((100 * (found?.mean ?? 0)).toFixed(3)).toBe('71.366');
		expect((100 * (found?.standardError ?? 0)).toFixed(3)).toBe('1.593');
		expect([1, 0, 0.5].map(score => scores.filter(one => one === score).length)).toEqual([
			574, 230, 1,
		]);
	},
);

test('a length-controlled share is scikit-learn’s, with the Wald interval of statsmodels', () => {
	for (const { rows, sklearn, weight, value, low, high } of lengths) {
		const found = lengthControlledShare(
			rows.map(([score, firstLength, secondLength]) => ({ score, firstLength, secondLength })),
		);
		expect(found?.value).toBeCloseTo(value, 7);
		expect(found?.value).toBeCloseTo(sklearn, 3);
		expect(found?.lengthWeight).toBeCloseTo(weight, 6);
		expect(found?.low).toBeCloseTo(low, 6);
		expect(found?.high).toBeCloseTo(high, 6);
	}
});

test('without lengths that differ the controlled share is the plain one, and none where lengths decide', () => {
	const row = (
		score: number,
		firstLength: number,
	): Parameters<typeof lengthControlledShare>[0][0] => ({
		score,
		firstLength,
		secondLength: 100,
	});
	const plain = [1, 1, 1, 0].map(score => row(score, 100));
	expect(lengthControlledShare(plain)?.value).toBeCloseTo(0.75, 9);
	expect(lengthControlledShare([row(1, 200), row(1, 150), row(0, 50), row(0, 90)])).toBeUndefined();
	expect(lengthControlledShare([row(1, 200), row(1, 20)])).toBeUndefined();
	expect(lengthControlledShare([])).toBeUndefined();
	expect(noLengthControl([row(1, 200), row(1, 150), row(0, 50), row(0, 90)])).toBe('lengthsPart');
	expect(noLengthControl([row(1, 200), row(1, 20)])).toBe('neverLost');
	expect(noLengthControl([row(0, 200), row(0, 20)])).toBe('neverWon');
	expect(noLengthControl([row(1, 200)])).toBe('fewPrompts');
	expect(noLengthControl(plain)).toBeUndefined();
});

test('turning the models round turns a length-controlled share round', () => {
	const rows = fc.array(
		fc.record({
			score: fc.constantFrom(0, 0.5, 1),
			firstLength: fc.nat(5000),
			secondLength: fc.nat(5000),
		}),
		{ maxLength: 60 },
	);
	fc.assert(
		fc.property(rows, prompts => {
			const found = lengthControlledShare(prompts);
			const turned = lengthControlledShare(
				prompts.map(({ score, firstLength, secondLength }) => ({
					score: 1 - score,
					firstLength: secondLength,
					secondLength: firstLength,
				})),
			);
			expect(turned === undefined).toBe(found === undefined);
			if (found && turned) {
				expect(turned.value).toBeCloseTo(1 - found.value, 6);
				expect(turned.low).toBeCloseTo(1 - found.high, 5);
			}
		}),
		{ seed: 11 },
	);
});

test('an anytime interval is that of the paper’s steps on a grid of means', () => {
	for (const { scores, low, high } of anytime) {
		const found = anytimeInterval(scores);
		expect(Math.abs(found.low - low)).toBeLessThan(0.0011);
		expect(Math.abs(found.high - high)).toBeLessThan(0.0011);
	}
	expect(anytimeInterval([])).toEqual({ low: 0, high: 1 });
});

test('an anytime interval holds at every look of at least 19 in 20 votings, where Wilson’s does not', () => {
	const random = seededRandom(21);
	const votings = 300;
	const looks = 200;
	let [missed, wilsonMissed] = [0, 0];
	for (let voting = 0; voting < votings; voting++) {
		const scores = Array.from({ length: looks }, () => (random() < 0.5 ? 1 : 0));
		// It only narrows, so the last look has them all.
		const last = anytimeInterval(scores);
		missed += last.low > 0.5 || last.high < 0.5 ? 1 : 0;
		let wins = 0;
		wilsonMissed += scores.some((score, i) => {
			wins += score;
			const found = wilsonInterval(wins, i + 1);
			return found !== undefined && (found.low > 0.5 || found.high < 0.5);
		})
			? 1
			: 0;
	}
	expect(missed / votings).toBeLessThanOrEqual(0.05);
	expect(wilsonMissed / votings).toBeGreaterThan(0.15);
});

test('an anytime interval never widens, and mirrored scores mirror it', () => {
	const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 });
	fc.assert(
		fc.property(scores, fc.double({ min: 0, max: 1, noNaN: true }), (some, next) => {
			const [before, after] = [anytimeInterval(some), anytimeInterval([...some, next])];
			expect(after.low).toBeGreaterThanOrEqual(before.low - 1e-8);
			expect(after.high).toBeLessThanOrEqual(before.high + 1e-8);
			const mirrored = anytimeInterval(some.map(score => 1 - score));
			expect(mirrored.low).toBeCloseTo(1 - before.high, 7);
		}),
		{ seed: 12 },
	);
});

test('a plan has the number of prompts of the closed form, and none for no difference', () => {
	for (const [share, ties, power, value] of planned) {
		expect(plannedPrompts(share, { ties, power })).toBe(Math.ceil(value));
	}
	expect(plannedPrompts(0.5)).toBeUndefined();
	// 0.6 against one half, 80% power: the 194 of every textbook.
	expect(plannedPrompts(0.6)).toBe(194);
});

test('a plan is met: four votings in five with the planned prompts see the difference', () => {
	const random = seededRandom(31);
	const prompts = plannedPrompts(0.65) ?? 0;
	let seen = 0;
	for (let voting = 0; voting < 1000; voting++) {
		const wins = Array.from({ length: prompts }, () => random()).filter(x => x < 0.65).length;
		const found = wilsonInterval(wins, prompts);
		seen += found && found.low > 0.5 ? 1 : 0;
	}
	expect(seen / 1000).toBeGreaterThan(0.76);
	expect(seen / 1000).toBeLessThan(0.86);
});

test('more prompts are asked for while little was seen, none once enough was', () => {
	const scores = (wins: number, losses: number): number[] => [
		...Array<number>(wins).fill(1),
		...Array<number>(losses).fill(0),
	];
	expect(morePrompts(scores(3, 0))).toBeGreaterThan(20);
	expect(morePrompts(scores(60, 40))).toBeGreaterThan(80);
	expect(morePrompts(scores(600, 400))).toBe(0);
	expect(morePrompts(scores(10, 10))).toBeUndefined();
	expect(morePrompts([])).toBeUndefined();
});

test('a difference against one reference is paired: what both share cancels', () => {
	const random = seededRandom(41);
	const prompts = Array.from({ length: 100 }, () => {
		const hard = random() < 0.5 ? 0 : 1;
		return { first: hard, second: random() < 0.1 ? 1 - hard : hard };
	});
	const paired = referenceDifference(prompts);
	const loose = referenceDifference([
		...prompts.map(({ first }) => ({ first })),
		...prompts.map(({ second }) => ({ second })),
	]);
	const width = (interval: typeof paired): number => (interval?.high ?? 0) - (interval?.low ?? 0);
	expect(paired?.value).toBeCloseTo(loose?.value ?? 1, 12);
	expect(width(paired)).toBeLessThan(0.6 * width(loose));
	// Against the normal approximation of the paired differences.
	const found = meanScore(prompts.map(({ first, second }) => first - second));
	expect(width(paired)).toBeCloseTo(2 * 1.96 * (found?.standardError ?? 0), 1);
	expect(referenceDifference([{ first: 1 }])).toBeUndefined();
});

test('percentiles go straight between neighbours and stay infinite beside the infinite', () => {
	expect(percentile([1, 2, 3, 4], 0.5)).toBe(2.5);
	expect(percentile([-Infinity, 2, 3], 0.25)).toBe(-Infinity);
	expect(percentile([1, 2, Infinity], 0.9)).toBe(Infinity);
	expect(percentile([1, Infinity, Infinity], 1)).toBe(Infinity);
	expect(percentile([], 0.5)).toBeNaN();
});
