import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windsockOn, type Said } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let practice: PracticeHost;
let folder: string;

const lines = (...rows: readonly object[]): string =>
	rows.map(row => `${JSON.stringify(row)}\n`).join('');

beforeAll(async () => {
	practice = await PracticeHost.create();
	folder = await mkdtemp(path.join(tmpdir(), 'windsock-compare-'));
	const bench = path.join(folder, 'mt_bench');
	await mkdir(path.join(bench, 'model_answer'), { recursive: true });
	await mkdir(path.join(bench, 'model_judgment'));
	const ids = [81, 82];
	await writeFile(
		path.join(bench, 'question.jsonl'),
		lines(
			...ids.map(question_id => ({ question_id, category: 'writing', turns: ['Ask', 'Again'] })),
		),
	);
	for (const model_id of ['alpha', 'beta']) {
		const answers = ids.map(question_id => ({
			question_id,
			answer_id: `${model_id}${question_id}`,
			model_id,
			choices: [{ index: 0, turns: [`${model_id} one`, `${model_id} two`] }],
			tstamp: 1.5,
		}));
		await writeFile(path.join(bench, `model_answer/${model_id}.jsonl`), lines(...answers));
	}
	await writeFile(
		path.join(bench, 'model_judgment/gpt-4_single.jsonl'),
		lines(
			...ids.map(question_id => ({
				question_id,
				model: 'beta',
				judge: ['gpt-4', 'single-v1'],
				score: question_id === 81 ? 9 : -1,
				turn: 1,
			})),
		),
	);
	await writeFile(path.join(folder, 'other.json'), '{"unrelated": true}');
});

afterAll(async () => {
	practice.dispose();
	await rm(folder, { recursive: true, force: true });
});

function compare(...argv: readonly string[]): Promise<Said> {
	return windsockOn(practice, ['compare', ...argv.map(one => one.replace(/^@/, `${folder}/`))]);
}

describe('windsock compare on files of other tools', () => {
	it('reads a folder of MT-Bench: answers side by side, judgments as scores', async () => {
		const said = await compare('@', '--json');
		expect(said.code).toBe(0);
		expect(JSON.parse(said.out)).toMatchObject({
			comparison: { prompts: 2, models: [{ label: 'alpha', answers: 2 }, { label: 'beta' }] },
			results: [
				{
					protocol: 'mt-bench-single',
					judges: ['gpt-4'],
					models: [{ model: 'beta', score: 9, ratings: 1, unparsable: 1 }],
				},
			],
			passedOver: [path.join(folder, 'other.json')],
		});
		const text = (await compare('@')).out;
		expect(text).toMatch(/beta +9\.000 +9\.000 +1 +1/);
		expect(text).toMatch(/Passed over: .*other\.json/);
	});

	it('finds the questions in the folder above, and says what a file lacks', async () => {
		const short = path.join(folder, 'mt_bench/model_answer/short.jsonl');
		const first = (await readFile(path.join(folder, 'mt_bench/model_answer/alpha.jsonl'), 'utf8'))
			.split('\n')[0]
			?.replaceAll('alpha', 'short');
		await writeFile(short, `${first}\n{"question_id": 82}\n`);
		const said = await compare('@mt_bench/model_answer/beta.jsonl', short);
		await rm(short);
		expect(said.out).toContain('short.jsonl: 1 row cannot be read: line 2: it needs');
		expect(said.out).toContain('short.jsonl: 1 prompt has no answer here: 82');
		expect(said.out).toMatch(/short +1\/2/);
	});

	it('writes answers for another tool, which come back with every field', async () => {
		const out = path.join(folder, 'again');
		const said = await compare('@mt_bench', '--to', 'mt-bench', '--out', out, '--json');
		expect(said.code).toBe(0);
		for (const name of ['question.jsonl', 'model_answer/alpha.jsonl', 'model_answer/beta.jsonl']) {
			const [before, after] = await Promise.all(
				[path.join(folder, 'mt_bench', name), path.join(out, name)].map(file =>
					readFile(file, 'utf8'),
				),
			);
			expect(after).toBe(before);
		}
		const file = path.join(folder, 'comparator.json');
		const to = ['--to', 'llm-comparator', '--out', file];
		const pair = await compare('@mt_bench', ...to, '--model', 'alpha', '--model', 'beta');
		expect(pair.out).toContain(`wrote ${file}`);
		expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
			models: [{ name: 'alpha' }, { name: 'beta' }],
			examples: [{ output_text_a: 'alpha one\n\nalpha two', score: null }, {}],
		});
		const other = await compare('@mt_bench', ...to, '--model', 'beta', '--model', 'alpha');
		expect(other.code).toBe(1);
		expect(other.err).toContain('is there already');
	});

	it('refuses what it does not know, what is not there, and half an export', async () => {
		const unknown = await compare('@other.json');
		expect(unknown.code).toBe(1);
		expect(unknown.err).toContain('holds no answers or judgments that Windsock knows');
		expect((await compare('@nowhere.json')).err).toContain('does not exist');
		expect((await compare('@mt_bench', '--to', 'mt-bench')).code).toBe(2);
		const three = await compare(
			'@mt_bench',
			'--to',
			'llm-comparator',
			'--out',
			folder,
			'--model',
			'alpha',
		);
		expect(three.err).toContain('LLM Comparator shows two models, and these are 1');
	});
});
