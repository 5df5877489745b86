import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { binarizeRow, type BinarizeRules } from '../../../../../src/core/dataset/clean/binarize';
import { binarizeDataset } from '../../../../../src/node/dataset/clean/binarizeDataset';
import { sha256 } from '../../../../../src/node/dataset/hash';
import { temporaryFolder } from '../temporaryFolder';

const rules: BinarizeRules = {
	chosen: 'overall',
	rejected: 'random',
	margin: 1,
	ties: 'keep',
	mendTens: false,
	seed: 1,
};
const reply = (response: string, overall: unknown, ...ratings: readonly string[]) => ({
	model: `m-${response}`,
	response,
	overall_score: overall,
	annotations: Object.fromEntries(ratings.map((Rating, i) => [`aspect${i}`, { Rating }])),
});
const row = (...completions: readonly object[]) => ({ instruction: 'Why?', completions });
const four = row(
	reply('a', 7, '4', '4'),
	reply('b', 8.5, '3', 'N/A'),
	reply('c', '2', '5', '5'),
	reply('d', 5, '1', '2'),
);
const made = (value: unknown, more: Partial<BinarizeRules> = {}, id = 'id:1') =>
	binarizeRow(value, id, { ...rules, ...more }, sha256);

describe('binarising a row', () => {
	it('chooses by overall score or by the mean of the ratings, which may be “N/A”', () => {
		expect(made(four)).toMatchObject({ chosen: { text: 'b' }, scores: { chosen: 8.5 } });
		expect(made(four, { chosen: 'mean' })).toMatchObject({ chosen: { text: 'c' } });
		expect(made(four).notes).toEqual(['overall score and mean rating choose differently']);
	});

	it('rejects the worst, one at random, or one far enough below', () => {
		expect(made(four, { rejected: 'worst' })).toMatchObject({ rejected: { text: 'c' } });
		const drawn = new Map<string, number>();
		for (let i = 0; i < 300; i++) {
			const pair = made(four, {}, `id:${i}`);
			const text = pair.kind === 'pair' ? pair.rejected.text : '';
			drawn.set(text, (drawn.get(text) ?? 0) + 1);
		}
		expect([...drawn.keys()].sort()).toEqual(['a', 'c', 'd']);
		expect(Math.min(...drawn.values())).toBeGreaterThan(70);
		const far = { rejected: 'margin', margin: 6 } as const;
		expect(made(four, far)).toMatchObject({ rejected: { text: 'c' } });
		expect(made(four, { ...far, margin: 9 })).toMatchObject({ kind: 'dropped' });
	});

	it('draws the same for an example whatever stands beside it, and otherwise for another seed', () => {
		const texts = (seed: number) =>
			Array.from({ length: 40 }, (_, i) => made(four, { seed }, `id:${i}`)).map(pair =>
				pair.kind === 'pair' ? pair.rejected.text : '',
			);
		expect(texts(1)).toEqual(texts(1));
		expect(texts(1)).not.toEqual(texts(2));
	});

	it('keeps or drops ties as asked, and says that there were some', () => {
		const tied = row(reply('a', 7), reply('b', 7));
		expect(made(tied)).toMatchObject({ kind: 'pair', chosen: { text: 'a' } });
		expect(made(tied).notes).toContain('chosen and rejected have the same score');
		expect(made(tied, { ties: 'drop' })).toMatchObject({ kind: 'dropped' });
	});

	it('mends a 10 that was meant as 1 by its ratings', () => {
		const faulty = row(reply('a', 10, '1', '2'), reply('b', 6, '4'), reply('c', 10, '3'));
		expect(made(faulty)).toMatchObject({ chosen: { text: 'a' } });
		const pair = made(faulty, { mendTens: true });
		expect(pair).toMatchObject({ chosen: { text: 'b' }, rejected: { text: 'a', overall: 1 } });
		expect(pair.notes).toContain('a score of 10 is in doubt, the reply is left out');
	});

	it.each([
		[row(reply('a', 7)), 'fewer than two replies with a score'],
		[row(reply('a', 7), reply('b', 'N/A')), 'fewer than two replies with a score'],
		[row(reply('a', 7), reply('a', 5)), 'all other replies say the same as the chosen one'],
		[{ messages: [] }, 'not a row of raw UltraFeedback'],
	])('drops what makes no pair: %j', (value, reason) => {
		expect(made(value)).toMatchObject({ kind: 'dropped', reason });
	});
});

describe('binarising a dataset', () => {
	it('writes pairs, best replies and accounts, without what an evaluation asks', async () => {
		const folder = await temporaryFolder();
		const path = join(folder, 'raw.jsonl');
		const rows = [four, { ...four, instruction: 'How?' }, row(reply('a', 7))];
		await writeFile(path, rows.map(one => `${JSON.stringify(one)}\n`).join(''));
		const asked = join(folder, 'questions.jsonl');
		await writeFile(asked, '{"question":"HOW"}\n');
		const options = {
			path,
			out: join(folder, 'pairs.jsonl'),
			sftOut: join(folder, 'sft.jsonl'),
			rules: { ...rules, rejected: 'worst' as const },
			contamination: [asked],
			version: '1',
		};
		const trial = await binarizeDataset({ ...options, dryRun: true });
		expect(await readdir(folder)).toEqual(['questions.jsonl', 'raw.jsonl']);
		const written = await binarizeDataset(options);
		expect(written.ok && written.value.account).toEqual(trial.ok && trial.value.account);
		expect(trial.ok && trial.value.account).toMatchObject({
			rowsIn: 3,
			kept: 0,
			changed: 1,
			dropped: 2,
		});
		expect(JSON.parse(await readFile(options.out, 'utf8'))).toMatchObject({
			prompt: [{ role: 'user', content: 'Why?' }],
			chosen: [{ role: 'assistant', content: 'b' }],
			rejected: [{ role: 'assistant', content: 'c' }],
			score_chosen: 8.5,
			score_rejected: 2,
		});
		const [, best] = (JSON.parse(await readFile(options.sftOut, 'utf8')) as { messages: object[] })
			.messages;
		expect(best).toEqual({ role: 'assistant', content: 'b' });
		const dropped = await readFile(join(`${options.out}.accounting`, 'dropped.jsonl'), 'utf8');
		expect(dropped.trim().split('\n')).toHaveLength(2);
	});
});
