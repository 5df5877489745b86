import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { alpacaEvalResults } from '../../../../../src/core/responses/formats/alpacaEvalResult';
import type { AlpacaEvalAnnotation } from '../../../../../src/core/responses/formats/alpacaEvalAnnotation';
import type { ArenaHardJudgment } from '../../../../../src/core/responses/formats/arenaHardJudgment';
import { arenaHardResults } from '../../../../../src/core/responses/formats/arenaHardResult';
import {
	mtBenchScores,
	mtBenchWins,
} from '../../../../../src/core/responses/formats/mtBenchResult';
import type {
	MtBenchPair,
	MtBenchSingle,
	MtBenchWinner,
} from '../../../../../src/core/responses/formats/mtBenchJudgment';
import { readAnswerFile } from '../../../../../src/core/responses/formats/readAnswerFile';
import { sharedData } from '../../../../support/sharedRows';

const published = join(sharedData, 'alpaca-eval');

describe('figures of published judgments', () => {
	test.skipIf(!existsSync(published))(
		'the published AlpacaEval annotations come to the published line of the leaderboard',
		() => {
			const file = readAnswerFile(
				readFileSync(join(published, 'llama-2-7b-chat-hf.annotations.json'), 'utf8'),
			);
			expect(file?.format).toBe('alpaca-eval-annotations');
			expect(file?.result).toEqual({
				protocol: 'alpaca-eval',
				models: [
					{
						model: 'llama-2-7b-chat-hf',
						baseline: 'text_davinci_003',
						annotator: 'alpaca_eval_gpt4',
						winRate: expect.closeTo(71.36645962732919, 10) as number,
						standardError: expect.closeTo(1.593038654706019, 10) as number,
						discreteWinRate: expect.closeTo(71.36645962732919, 10) as number,
						wins: 574,
						baselineWins: 230,
						draws: 1,
						total: 805,
						withoutPreference: 0,
					},
				],
			});
		},
	);

	test('AlpacaEval leaves out what has no preference, and halves draws old and new', () => {
		const results = alpacaEvalResults([2, 1, 0, 1.5, undefined, 1.75, 7].map(annotation));
		// By pandas: Series([1, 0, .5, .5, .75]) .mean() and .sem().
		expect(results).toEqual([
			{
				model: 'new',
				baseline: 'old',
				winRate: expect.closeTo(55, 10) as number,
				standardError: expect.closeTo(16.583123951777, 10) as number,
				discreteWinRate: expect.closeTo(60, 10) as number,
				wins: 2,
				baselineWins: 1,
				draws: 2,
				total: 5,
				withoutPreference: 2,
			},
		]);
	});

	test('one preference has a rate and no standard error, none has neither', () => {
		expect(alpacaEvalResults([annotation(2)])[0]).toMatchObject({ winRate: 100, total: 1 });
		expect(alpacaEvalResults([annotation(2)])[0]).not.toHaveProperty('standardError');
		expect(alpacaEvalResults([annotation(undefined)])[0]).not.toHaveProperty('winRate');
	});

	test('MT-Bench scores are means over both turns without unparsable ratings', () => {
		const scores = mtBenchScores([
			single('a', 1, 9),
			single('a', 1, 7),
			single('a', 2, 3),
			single('a', 2, -1),
			single('b', 1, -1),
		]);
		expect(scores).toEqual([
			{ model: 'a', turn1: 8, turn2: 3, score: 19 / 3, ratings: 3, unparsable: 1 },
			{ model: 'b', ratings: 0, unparsable: 1 },
		]);
	});

	test('MT-Bench pairs are won only where both games agree, and games that failed do not count', () => {
		const wins = mtBenchWins([
			pair('model_1', 'model_1'),
			pair('model_1', 'model_2'),
			pair('tie', 'tie'),
			pair('model_2', 'model_2'),
			pair('model_1', 'tie'),
			pair('model_1', 'model_1'),
			pair('error', 'model_1'),
		]);
		const a = { wins: 2, losses: 1, ties: 3, winRate: 2 / 6, winRateAdjusted: 3.5 / 6 };
		const b = { wins: 1, losses: 2, ties: 3, winRate: 1 / 6, winRateAdjusted: 2.5 / 6 };
		expect(wins).toEqual({
			models: [
				{ model: 'a', ...a, against: [{ model: 'b', ...a }] },
				{ model: 'b', ...b, against: [{ model: 'a', ...b }] },
			],
			errors: 1,
		});
	});

	test('Arena-Hard counts strong verdicts three times, from the model’s side in both games', () => {
		const [result] = arenaHardResults([
			// The baseline is A in the first game and B in the second.
			judgment('B>>A', 'A>B'),
			judgment('A>B', 'A=B'),
			judgment('A=B', 'B>>A'),
			judgment(null, 'A>B'),
			judgment('A>B', 'no verdict'),
		]);
		// Wins of the model: 1 1 1 + 1, 0 + ½, ½ + 0 0 0.
		expect(result).toMatchObject({
			model: 'new',
			score: expect.closeTo(5 / 10, 12) as number,
			judgments: 3,
			weight: 10,
			withoutVerdict: 2,
			strongWeight: 3,
		});
	});

	test('Arena-Hard’s interval holds 90 % of its bootstraps, and is the same each time', () => {
		const judgments = Array.from({ length: 400 }, (_, i) =>
			judgment(i % 4 === 0 ? 'A>B' : 'B>A', i % 2 === 0 ? 'A>B' : 'B>A'),
		);
		const [result] = arenaHardResults(judgments);
		expect(arenaHardResults(judgments)[0]).toEqual(result);
		const { score = 0, interval } = result ?? {};
		// 1.645 standard errors of a share of 800.
		const half = 1.645 * Math.sqrt((score * (1 - score)) / 800);
		expect(score).toBeCloseTo(0.625, 12);
		expect(interval?.level).toBe(0.9);
		expect(Math.abs((interval?.low ?? 0) - (score - half))).toBeLessThan(half / 3);
		expect(Math.abs((interval?.high ?? 0) - (score + half))).toBeLessThan(half / 3);
	});
});

function annotation(preference: number | undefined): AlpacaEvalAnnotation {
	return {
		line: 1,
		instruction: 'Say hello.',
		outputs: ['Hi.', 'Hello.'],
		generators: ['old', 'new'],
		...(preference === undefined ? {} : { preference }),
		row: {},
	};
}

function single(model: string, turn: number, score: number): MtBenchSingle {
	return { line: 1, questionId: '81', model, score, turn, row: {} };
}

function pair(first: MtBenchWinner, second: MtBenchWinner): MtBenchPair {
	return {
		line: 1,
		questionId: '81',
		models: ['a', 'b'],
		winners: [first, second],
		userPrompts: [undefined, undefined],
		judgments: [undefined, undefined],
		turn: 1,
		row: {},
	};
}

function judgment(first: string | null, second: string): ArenaHardJudgment {
	return {
		line: 1,
		uid: '1',
		model: 'new',
		games: [first, second].map(score => ({ score, row: {} })),
		row: {},
	};
}
