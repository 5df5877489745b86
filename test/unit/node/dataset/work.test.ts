import { build } from 'esbuild';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workInBackground } from '../../../../src/node/dataset/work/dataWorkThread';
import { temporaryFile } from './temporaryFolder';

const rows = Array.from({ length: 120 }, (_, n) => ({
	messages: [
		{ role: 'user', content: `Question ${n % 100}?` },
		{ role: 'assistant', content: n % 2 === 0 ? `answer ${n}. it is so.` : `Answer ${n}.` },
	],
}));
const pipeline = 'source: a.jsonl\nout: b.jsonl\nsteps:\n  - fix: truecase\n  - dedupe: exact\n';

describe('work on datasets in a thread of its own', () => {
	let folder: string;
	let workFile: string;

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'windsock-work-'));
		workFile = join(folder, 'dataWorkWorker.js');
		await build({
			entryPoints: ['src/node/dataset/work/dataWorkWorker.ts'],
			outfile: workFile,
			bundle: true,
			platform: 'node',
			format: 'cjs',
			alias: { '@uwdata/flechette': './node_modules/@uwdata/flechette/src/index.js' },
		});
	});

	afterAll(() => rm(folder, { recursive: true, force: true }));

	const context = (signal = new AbortController().signal) => ({
		workFile,
		signal,
		progress: { report: () => undefined },
	});

	async function files(): Promise<string> {
		const path = await temporaryFile(
			'a.jsonl',
			rows.map(row => `${JSON.stringify(row)}\n`).join(''),
		);
		await writeFile(join(dirname(path), 'p.yaml'), pipeline);
		return dirname(path);
	}

	it('cleans: a trial writes nothing and shows samples of each step, a run writes what it said', async () => {
		const inFolder = await files();
		const task = { pipelinePath: join(inFolder, 'p.yaml'), version: '1', samples: 50 };
		const tried = await workInBackground('clean', { ...task, dryRun: true }, context());
		expect(await readdir(inFolder)).toEqual(['a.jsonl', 'p.yaml']);
		const done = await workInBackground('clean', task, context());
		if (!tried.ok || !done.ok) {
			throw new Error('neither may fail');
		}
		expect(done.value).toMatchObject({ steps: tried.value.steps, total: tried.value.total });
		const fixed = tried.value.samples.filter(({ step }) => step === 'fix truecase');
		expect(fixed).toHaveLength(50);
		expect(fixed[0]).toMatchObject({
			kind: 'changed',
			edits: [{ at: 'messages[1].content', after: expect.stringMatching(/^Answer /) }],
		});
		expect((await readFile(join(inFolder, 'b.jsonl'), 'utf8')).split('\n')).toHaveLength(121);
	});

	it('stops when it is told to, and leaves nothing behind', async () => {
		const inFolder = await files();
		const task = { pipelinePath: join(inFolder, 'p.yaml'), version: '1' };
		expect(await workInBackground('clean', task, context(AbortSignal.abort()))).toMatchObject({
			ok: false,
			error: { code: 'cancelled' },
		});
		expect(await readdir(inFolder)).toEqual(['a.jsonl', 'p.yaml']);
	});

	it('splits, converts, binarizes and compares as without a thread', async () => {
		const inFolder = await files();
		const path = join(inFolder, 'a.jsonl');
		const split = {
			path,
			outDir: inFolder,
			test: 0.2,
			seed: 0,
			near: 0.8,
			version: '1',
			dryRun: true,
		};
		const rules = {
			chosen: 'mean',
			rejected: 'worst',
			margin: 1,
			ties: 'keep',
			mendTens: false,
			seed: 0,
		} as const;
		const pairs = {
			path,
			out: join(inFolder, 'p.jsonl'),
			rules,
			contamination: [],
			version: '1',
			dryRun: true,
		};
		const within = { ...context(), workFile: undefined };
		expect(await workInBackground('split', split, context())).toEqual(
			await workInBackground('split', split, within),
		);
		expect(await workInBackground('binarize', pairs, context())).toEqual(
			await workInBackground('binarize', pairs, within),
		);
		const diff = { old: { path }, now: { path } };
		expect(await workInBackground('diff', diff, context())).toMatchObject({
			ok: true,
			value: { same: 120, differences: [] },
		});
		const out = join(inFolder, 'c.jsonl');
		expect(
			await workInBackground('convert', { path, target: 'trl-sft', out }, context()),
		).toMatchObject({ ok: true, value: { rowsIn: 120 } });
	});
});
