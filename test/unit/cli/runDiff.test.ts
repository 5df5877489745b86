import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricComparison } from '../../../src/core/comparability/metricComparison';
import type { RunDiff } from '../../../src/core/training/runDiff';
import { windsockOn, type Said } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let host: PracticeHost;

beforeEach(async () => {
	host = await PracticeHost.create();
});
afterEach(() => host.dispose());

const windsock = (...words: string[]): Promise<Said> => windsockOn(host, [...words, '--json']);

async function launched(...words: string[]): Promise<string> {
	const said = await windsock('launch', ...words, '--wait');
	expect(said.code, said.err).toBe(0);
	return (JSON.parse(said.out) as { runId: string }).runId;
}

async function diffOf(before: string, after: string): Promise<RunDiff> {
	const said = await windsock('diff', before, after);
	expect(said.code, said.err).toBe(0);
	return (JSON.parse(said.out) as { runDiff: RunDiff }).runDiff;
}

describe('two runs that are compared', () => {
	it('differ by keys of the recipe and by rows of their data', async () => {
		const recipe = host.recipe(['max_steps: 1']);
		const rows = join(host.workspace, 'sft.jsonl');
		const [row = ''] = readFileSync(rows, 'utf8').split('\n');
		writeFileSync(rows, `${row}\n${row.replace('Hi', 'What is a wind sock for?')}\n`);
		const first = await launched(recipe, '--name', 'first');
		appendFileSync(rows, `${row.replace('Hi', 'Something else altogether')}\n`);
		await launched(recipe, '--name', 'second', '--set', 'learning_rate=0.001');
		const diff = await diffOf(first.slice(-8), 'run:second');
		expect(diff.recipe).toEqual([{ key: 'learning_rate', after: 0.001, default: 2e-5 }]);
		expect(diff.datasets).toMatchObject([
			{
				split: 'train',
				before: { name: 'sft.jsonl', rows: 2 },
				after: { name: 'sft.jsonl', rows: 3 },
				changes: { added: 1, removed: 0, changed: 0, same: 2 },
			},
		]);
		expect([diff.versions, diff.host, diff.unknown]).toEqual([[], [], []]);
		const said = await windsockOn(host, ['diff', 'first', 'second']);
		expect(said.out).toContain('learning_rate: unset (0.00002) → 0.001');
		expect(said.out).toContain('1 rows added, 0 removed, 0 changed, 2 the same');
	});

	it('show differences of their metrics only where they mean something', async () => {
		const recipe = host.recipe(['max_steps: 1']);
		await launched(recipe, '--name', 'first');
		await launched(recipe, '--name', 'second');
		await launched(recipe, '--name', 'third', '--set', 'max_length=64');
		const metricsOf = async (after: string): Promise<readonly MetricComparison[]> => {
			const said = await windsock('diff', 'first', after);
			expect(said.code, said.err).toBe(0);
			return (JSON.parse(said.out) as { metrics: MetricComparison[] }).metrics;
		};
		const lossTo = async (after: string): Promise<MetricComparison | undefined> =>
			(await metricsOf(after)).find(({ metric, kind }) => metric === 'loss' && kind === 'train');
		expect(await lossTo('second')).toMatchObject({ difference: 0, verdict: 'same' });
		expect((await lossTo('third'))?.difference).toBeUndefined();
		expect((await lossTo('third'))?.reasons?.[0]).toMatch(/^max_length /);
		const { out } = await windsockOn(host, ['diff', 'first', 'third']);
		expect(out).toMatch(/Metrics\n(.*\n)* +train loss .*\(max_length /);
	});

	it('have the rows in which their data differs at hand as two texts', async () => {
		const recipe = host.recipe(['max_steps: 1']);
		const rows = join(host.workspace, 'sft.jsonl');
		const first = await launched(recipe, '--name', 'first');
		const [row = ''] = readFileSync(rows, 'utf8').split('\n');
		appendFileSync(rows, `${row.replace('Hi', 'Something else altogether')}\n`);
		const second = await launched(recipe, '--name', 'second');
		const { comparing, library } = host.services();
		try {
			const rowsOf = (before: string, split: 'train' | 'eval') =>
				comparing.compareRows(before, second, split, 10, { report: () => {} });
			const found = await rowsOf(first, 'train');
			expect(found.ok && found.value).toMatchObject({
				name: 'sft.jsonl',
				changes: { added: 1, removed: 0, changed: 0 },
				before: '',
			});
			expect(found.ok && found.value.after).toContain('Something else altogether');
			const none = await rowsOf(first, 'eval');
			expect(!none.ok && none.error.code).toBe('datasetsNotAtHand');
			const unknown = await rowsOf('01JDK7Z3Q8W1NDS0CK0000ZZZZ', 'train');
			expect(!unknown.ok && unknown.error.code).toBe('runUnknown');
		} finally {
			library.dispose();
		}
	});

	it('differ by files of their code', async () => {
		const recipe = join(host.workspace, 'script.yaml');
		writeFileSync(recipe, 'method: script\nscript: train.py\n');
		writeFileSync(join(host.workspace, 'train.py'), 'print(1)\n');
		writeFileSync(join(host.workspace, 'old.py'), '');
		await launched(recipe, '--name', 'first');
		writeFileSync(join(host.workspace, 'train.py'), 'print(2)\n');
		rmSync(join(host.workspace, 'old.py'));
		writeFileSync(join(host.workspace, 'new.py'), '');
		await launched(recipe, '--name', 'second');
		const { code, recipe: keys } = await diffOf('first', 'second');
		expect(code?.files).toEqual({
			added: ['new.py'],
			removed: ['old.py'],
			changed: ['train.py'],
		});
		expect(keys).toEqual([]);
	});

	it('are compared as far as it goes where the content of a dataset is gone', async () => {
		const recipe = host.recipe(['max_steps: 1']);
		await launched(recipe, '--name', 'first');
		appendFileSync(
			join(host.workspace, 'sft.jsonl'),
			'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n',
		);
		await launched(recipe, '--name', 'second');
		rmSync(join(host.home, '.windsock/store'), { recursive: true });
		const { datasets, unknown } = await diffOf('first', 'second');
		expect(datasets).toMatchObject([{ before: { rows: 3 }, after: { rows: 4 } }]);
		expect(datasets[0]?.changes).toBeUndefined();
		expect(unknown).toEqual([
			'The rows of sft.jsonl: its content as “first” had it is not at hand.',
		]);
	});

	it('are found by name only where no file of that name is meant', async () => {
		const file = join(host.workspace, 'sft.jsonl');
		host.recipe();
		const said = await windsock('diff', file, file);
		expect(JSON.parse(said.out)).toMatchObject({ diff: { same: 3 } });
	});
});
