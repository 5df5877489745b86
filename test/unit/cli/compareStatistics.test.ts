import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compare } from '../../../src/cli/commands/compare';
import type { ComparisonStatistics } from '../../../src/core/responses/statistics/comparisonStatistics';
import { seededRandom } from '../../../src/core/responses/shuffle';
import { checkAnswer } from '../../support/cliAnswers';

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'windsock-compare-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

type Verdict = { readonly kind: 'best'; readonly label: string } | { readonly kind: 'tie' };

/** A comparison folder as it stands on disk; a prompt without a verdict has no vote. */
function writeComparison(
	labels: readonly string[],
	verdicts: readonly (Verdict | undefined)[],
	random = seededRandom(1),
): void {
	mkdirSync(join(folder, 'responses'));
	mkdirSync(join(folder, 'votes'));
	const lines = (rows: readonly object[]): string =>
		rows.map(row => `${JSON.stringify(row)}\n`).join('');
	const ids = verdicts.map((_, i) => `p${i}`);
	writeFileSync(
		join(folder, 'comparison.json'),
		JSON.stringify({ schemaVersion: 1, name: 'n', models: labels.map(label => ({ label })) }),
	);
	writeFileSync(
		join(folder, 'prompts.jsonl'),
		lines(ids.map((id, i) => ({ id, prompt: 'Why?', tags: i < 12 ? ['why'] : ['rare'] }))),
	);
	for (const label of labels) {
		writeFileSync(
			join(folder, 'responses', `${label}.jsonl`),
			lines(
				ids.map((promptId, promptIndex) => ({
					promptId,
					promptIndex,
					response: 'word '.repeat(1 + Math.floor(random() * 40)),
				})),
			),
		);
	}
	writeFileSync(
		join(folder, 'votes', 'ada.jsonl'),
		lines(
			verdicts.flatMap((verdict, i) =>
				verdict === undefined
					? []
					: [
							{
								schemaVersion: 1,
								id: String(i).padStart(4, '0'),
								time: `2026-01-01T00:00:${String(i % 60).padStart(2, '0')}Z`,
								voter: 'ada',
								promptId: `p${i}`,
								order: i % 2 === 0 ? labels : labels.toReversed(),
								blind: true,
								answers: {},
								...verdict,
							},
						],
			),
		),
	);
}

async function compared(): Promise<{
	readonly text: string;
	readonly statistics: ComparisonStatistics;
}> {
	const answer = await compare([folder], { model: [] }, new AbortController().signal);
	if (!answer.ok) {
		throw answer.error;
	}
	const { json, text } = answer.value;
	const document = JSON.parse(JSON.stringify({ schemaVersion: 1, ...json })) as object;
	checkAnswer(['compare'], document);
	return { text, ...(document as { statistics: ComparisonStatistics }) };
}

it('says of two models what share of prompts one wins, with intervals, and how many more it takes', async () => {
	const best = (label: string): Verdict => ({ kind: 'best', label });
	writeComparison(
		['base', 'dpo'],
		Array.from({ length: 40 }, (_, i) =>
			i % 10 === 9 ? { kind: 'tie' } : best(i % 10 < 5 ? 'dpo' : 'base'),
		),
	);
	const { statistics, text } = await compared();
	const [all, tagged] = statistics.slices;
	expect(all?.pairs).toMatchObject([
		{
			label: 'dpo',
			against: 'base',
			prompts: 40,
			wins: 20,
			losses: 16,
			ties: 4,
			share: { value: 0.55 },
			isSeparated: false,
		},
	]);
	const [pair] = all?.pairs ?? [];
	expect(pair?.anytime.low).toBeLessThan(pair?.share.low ?? 0);
	expect(pair?.lengthControlled?.value).toBeGreaterThan(0.4);
	expect(tagged).toMatchObject({ tag: 'why', prompts: 12 });
	expect(statistics).not.toHaveProperty('ratings');
	expect(statistics.leftChoice).toMatchObject({ votes: 36, expected: 0.5 });
	expect(statistics.consistency).toEqual({ repeats: 0 });
	expect(text).toContain('20/16/4');
	expect(text).toMatch(/about \d+ more prompts/);
	expect(text).toContain('A tie counts half.');
	expect(text).toMatch(/leftmost answer was best in \d+ of 36 votes/);
});

it('rates three models, names the unbeaten one, and confirms a pick on prompts held back', async () => {
	const random = seededRandom(7);
	writeComparison(
		['base', 'sft', 'dpo'],
		Array.from({ length: 60 }, () => ({
			kind: 'best',
			label: random() < 0.6 ? 'dpo' : random() < 0.5 ? 'sft' : 'base',
		})),
	);
	const { statistics, text } = await compared();
	const dpo = statistics.ratings?.find(({ label }) => label === 'dpo');
	expect(dpo).toMatchObject({ rank: 1 });
	expect(dpo?.rating).toBeGreaterThan(1000);
	expect(dpo?.interval?.low).toBeLessThan(dpo?.rating ?? 0);
	expect(statistics.slices[0]?.pairs).toHaveLength(3);
	expect(statistics.againstReference).toMatchObject([
		{ label: 'dpo', against: 'sft', reference: 'base' },
	]);
	expect(statistics.pick).toMatchObject({ label: 'dpo', isConfirmed: true });
	expect(text).toContain('RANK');
	expect(text).toMatch(/dpo did best on 30 prompts .* confirmed\./);
	expect(text).toContain('separated');
});

it('gives no rating to a model that never lost, and says so', async () => {
	writeComparison(
		['base', 'sft', 'dpo'],
		Array.from({ length: 6 }, () => ({ kind: 'best', label: 'dpo' })),
	);
	const { statistics, text } = await compared();
	expect(statistics.ratings?.map(({ notEstimable }) => notEstimable)).toEqual([
		'winless',
		'winless',
		'unbeaten',
	]);
	expect(text).toContain('not estimable: never lost');
});

it('says nothing of votes where there are none', async () => {
	writeComparison(['base', 'dpo'], [undefined, undefined]);
	const { statistics, text } = await compared();
	expect(statistics).toEqual({
		slices: [{ prompts: 0, pairs: [] }],
		look: { kind: 'anytime' },
		againstReference: [],
		agreement: [],
		consistency: { repeats: 0 },
	});
	expect(text).not.toContain('AGAINST');
});
