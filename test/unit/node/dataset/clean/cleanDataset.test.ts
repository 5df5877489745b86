import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../../../../src/core/dataset/exampleId';
import {
	cleanDataset,
	type CleanOptions,
	type CleanReport,
} from '../../../../../src/node/dataset/clean/cleanDataset';
import { splitDataset } from '../../../../../src/node/dataset/clean/splitDataset';
import { sha256 } from '../../../../../src/node/dataset/hash';
import { temporaryFolder } from '../temporaryFolder';

const row = (id: number, prompt: string, reply: string, more = ''): string =>
	`{"id":${id},${more}"messages":[{"role":"user","content":${JSON.stringify(prompt)}},` +
	`{"role":"assistant","content":${JSON.stringify(reply)}}]}`;

const rows = [
	row(1, 'How do I clean a car?', "As an AI, I don't have personal experiences. Use soap."),
	row(2, 'Hi', 'Hello. how are you?', '"score":1.0,'),
	row(3, 'Where is Rome?', 'In Italy.'),
	row(4, 'Where is Rome?', 'In Italy.'),
	row(5, 'Where is Oslo?', 'In Norway.'),
	'{"id":6,"broken',
];

async function project(lines: readonly string[] = rows, end = '\n'): Promise<string> {
	const folder = await temporaryFolder();
	await writeFile(join(folder, 'a.jsonl'), lines.map(line => line + end).join(''));
	return folder;
}

async function clean(
	folder: string,
	yaml: string,
	options: Partial<CleanOptions> = {},
): Promise<CleanReport> {
	const pipelinePath = join(folder, 'p.yaml');
	await writeFile(pipelinePath, yaml);
	const cleaned = await cleanDataset({ pipelinePath, version: '9.9.9', ...options });
	if (!cleaned.ok) {
		throw cleaned.error;
	}
	for (const step of [...cleaned.value.steps, cleaned.value.total]) {
		expect(step.rowsIn).toBe(step.kept + step.changed + step.dropped);
	}
	return cleaned.value;
}

const read = (folder: string, name: string): Promise<string> =>
	readFile(join(folder, name), 'utf8');
const lines = async (folder: string, name: string): Promise<Record<string, unknown>[]> =>
	(await read(folder, name))
		.split('\n')
		.filter(line => line !== '')
		.map(line => JSON.parse(line) as Record<string, unknown>);

const zephyr = [
	'source: a.jsonl',
	'out: b.jsonl',
	'steps:',
	'  - drop: finding:preface',
	'  - fix: truecase',
	'  - dedupe: exact',
	'',
].join('\n');

describe('cleaning a dataset', () => {
	it('filters, mends and dedupes as Zephyr’s data was made, and keeps other bytes', async () => {
		const folder = await project();
		const report = await clean(folder, zephyr);
		const mended = rows[1]?.replace('how are', 'How are');
		expect(await read(folder, 'b.jsonl')).toBe(
			[mended, rows[2], rows[4], rows[5]].map(line => `${line}\n`).join(''),
		);
		expect(report.total).toMatchObject({ rowsIn: 6, kept: 3, changed: 1, dropped: 2 });
		expect(report.steps.map(step => [step.step, step.changed, step.dropped])).toEqual([
			['read', 0, 0],
			['drop finding:preface', 0, 1],
			['fix truecase', 1, 0],
			['dedupe exact', 0, 1],
		]);
	});

	it('lists every row of every bucket', async () => {
		const folder = await project();
		await clean(folder, zephyr);
		const whole = (name: string) => lines(folder, `b.jsonl.accounting/${name}.jsonl`);
		expect(await whole('dropped')).toMatchObject([
			{ step: 'drop finding:preface', row: 1, id: 'id:1' },
			{ step: 'dedupe exact', row: 4, reason: 'says the same as row 3' },
		]);
		expect(await whole('changed')).toMatchObject([
			{
				step: 'fix truecase',
				row: 2,
				edits: [
					{
						at: 'messages[1].content',
						before: 'Hello. how are you?',
						after: 'Hello. How are you?',
					},
				],
			},
		]);
		const kept = (await whole('kept')).filter(({ step }) => step === 'all steps');
		expect(kept).toEqual([
			{ step: 'all steps', from: 3, to: 3 },
			{ step: 'all steps', from: 5, to: 6 },
		]);
	});

	it('writes the same bytes again, lineage and accounts included, and leaves nothing else', async () => {
		const folder = await project();
		const names = ['b.jsonl', 'b.jsonl.lineage.json', 'b.jsonl.accounting/kept.jsonl'];
		await clean(folder, zephyr);
		const first = await Promise.all(names.map(name => read(folder, name)));
		await clean(folder, zephyr);
		expect(await Promise.all(names.map(name => read(folder, name)))).toEqual(first);
		expect((await readdir(folder)).sort()).toEqual(
			['a.jsonl', 'b.jsonl', 'b.jsonl.accounting', 'b.jsonl.lineage.json', 'p.yaml'].sort(),
		);
		const digest = (text = ''): string => createHash('sha256').update(text).digest('hex');
		expect(JSON.parse(first[1] ?? '')).toMatchObject({
			windsock: '9.9.9',
			work: 'clean',
			sources: [{ path: 'a.jsonl', sha256: digest(await read(folder, 'a.jsonl')), rows: 6 }],
			out: { path: 'b.jsonl', rows: 4, sha256: digest(first[0]) },
		});
	});

	it('counts without writing on a trial, with samples to judge by', async () => {
		const folder = await project();
		const report = await clean(folder, zephyr, { dryRun: true, samples: 50 });
		expect(report.total).toMatchObject({ kept: 3, changed: 1, dropped: 2 });
		expect(report.samples.map(({ row, kind }) => [row, kind])).toEqual([
			[1, 'dropped'],
			[2, 'changed'],
			[4, 'dropped'],
		]);
		expect(await readdir(folder)).toEqual(['a.jsonl', 'p.yaml']);
	});

	it('keeps the line ends of its source', async () => {
		const folder = await project(rows.slice(0, 5), '\r\n');
		await clean(folder, zephyr);
		expect((await read(folder, 'b.jsonl')).split('\r\n')).toHaveLength(4);
	});

	it('applies labels, and tells of those that have lost their row', async () => {
		const folder = await project(rows.slice(0, 5));
		await mkdir(join(folder, 'a.jsonl.annotations'));
		const label = (id: string, value: string): string =>
			`${JSON.stringify({ kind: 'label', id, value, time: '' })}\n`;
		await writeFile(
			join(folder, 'a.jsonl.annotations', 'me.jsonl'),
			label('id:3', 'drop') + label('id:4', 'keep') + label('id:99', 'drop'),
		);
		const steps = (rule: string): string =>
			`source: a.jsonl\nout: b.jsonl\nsteps:\n  - labels: ${rule}\n`;
		const report = await clean(folder, steps('apply'));
		expect(report.total).toMatchObject({ kept: 4, dropped: 1 });
		expect(report.notApplied).toEqual([
			{ step: 'labels apply', id: 'id:99', reason: 'labelled, but no longer in the file' },
		]);
		expect((await clean(folder, steps('onlyKept'))).out[0]?.rows).toBe(1);
	});

	it('applies a label that was given under a name that the row had before', async () => {
		const folder = await project(rows.slice(0, 5));
		await mkdir(join(folder, 'a.jsonl.annotations'));
		const line = (event: object): string => `${JSON.stringify(event)}\n`;
		await writeFile(
			join(folder, 'a.jsonl.annotations', 'edits-me.jsonl'),
			line({ kind: 'renamed', id: 'id:old', newId: 'id:3', time: '2026-01-01T00:00:00.000Z' }),
		);
		await writeFile(
			join(folder, 'a.jsonl.annotations', 'mia.jsonl'),
			line({ kind: 'label', id: 'id:old', value: 'drop', time: '2026-01-02T00:00:00.000Z' }),
		);
		const steps = 'source: a.jsonl\nout: b.jsonl\nsteps:\n  - labels: apply\n';
		expect((await clean(folder, steps)).total).toMatchObject({ kept: 4, dropped: 1 });
	});

	it('makes hand edits where the row still says what was edited', async () => {
		const folder = await project(rows.slice(0, 5));
		const hash = (text = ''): string => contentHash(text, sha256);
		const edits = [
			{ id: 'id:3', before: hash(rows[2]), row: row(3, 'Where is Rome?', 'In Lazio.') },
			{ id: 'id:4', before: hash(rows[3]), row: null },
			{ id: 'id:5', before: hash('{}'), row: row(5, 'Where is Oslo?', 'North.') },
			{ id: 'id:77', before: hash('{}'), row: '{}' },
			{ id: 'id:2', before: hash(rows[1]), after: 'wrong', row: '{}' },
		];
		await writeFile(
			join(folder, 'e.jsonl'),
			edits.map(edit => `${JSON.stringify(edit)}\n`).join(''),
		);
		const report = await clean(
			folder,
			'source: a.jsonl\nout: b.jsonl\nsteps:\n  - edits: e.jsonl\n',
		);
		expect(report.total).toMatchObject({ rowsIn: 5, kept: 3, changed: 1, dropped: 1 });
		expect(await read(folder, 'b.jsonl')).toContain('In Lazio.');
		expect(report.notApplied.map(({ id, reason }) => [id, reason])).toEqual([
			['id:77', 'no such example in the file'],
			['id:2', 'its new row is not the one that its hash names'],
			['id:5', 'the row says something else by now'],
		]);
	});

	it('says when the source is not the one that the pipeline was made for, and goes on', async () => {
		const folder = await project();
		const report = await clean(folder, `source_sha256: abc\n${zephyr}`);
		expect(report.sources).toMatchObject([{ path: 'a.jsonl', isOther: true }]);
		expect(report.out[0]?.rows).toBe(4);
	});

	it('mixes sources by weight, the same rows in every run', async () => {
		const many = Array.from({ length: 400 }, (_, i) => row(i, `Question ${i}`, `Answer ${i}.`));
		const folder = await project(many);
		await writeFile(join(folder, 'c.jsonl'), rows.slice(1, 3).join('\n'));
		const mix =
			'sources:\n  - { path: a.jsonl, weight: 0.25 }\n  - c.jsonl\nout: b.jsonl\nsteps: []\n';
		const report = await clean(folder, mix);
		const taken = await lines(folder, 'b.jsonl');
		expect(taken.length).toBeGreaterThan(70);
		expect(taken.length).toBeLessThan(130);
		expect(report.total.rowsIn).toBe(402);
		const sampled = mix.replace('steps: []', 'steps:\n  - sample: 10');
		await clean(folder, sampled);
		expect(await lines(folder, 'b.jsonl')).toHaveLength(10);
		const dropped = await lines(folder, 'b.jsonl.accounting/dropped.jsonl');
		expect(dropped).toHaveLength(392);
		expect(dropped[0]).toMatchObject({ source: 'a.jsonl' });
	});

	it('drops near duplicates of rows that stay, and what an evaluation asks', async () => {
		const long = Array.from({ length: 60 }, (_, i) => `word${i}`).join(' ');
		const folder = await project([
			row(1, 'Tell me', long),
			row(2, 'Tell me', long.replace('word30', 'other')),
			row(3, 'WHERE is Rome', 'In Italy.'),
		]);
		await writeFile(join(folder, 'questions.jsonl'), '{"turns":["Where is Rome?","And Oslo?"]}\n');
		const steps = 'steps:\n  - dedupe: { near: 0.8 }\n  - decontaminate: questions.jsonl\n';
		const report = await clean(folder, `source: a.jsonl\nout: b.jsonl\n${steps}`);
		expect(report.steps.map(({ reasons }) => reasons)).toEqual([
			[],
			[{ reason: 'nearly the same as another row', rows: 1 }],
			[{ reason: 'its prompt stands in questions.jsonl', rows: 1 }],
		]);
	});

	it('leaves an older result alone when it fails or is cancelled', async () => {
		const folder = await project();
		await writeFile(join(folder, 'b.jsonl'), 'old');
		await writeFile(join(folder, 'p.yaml'), zephyr);
		const controller = new AbortController();
		controller.abort();
		const pipelinePath = join(folder, 'p.yaml');
		const cleaned = await cleanDataset({ pipelinePath, version: '1', signal: controller.signal });
		expect(cleaned).toMatchObject({ ok: false, error: { code: 'cancelled' } });
		expect(await read(folder, 'b.jsonl')).toBe('old');
		expect((await readdir(folder)).sort()).toEqual(['a.jsonl', 'b.jsonl', 'p.yaml']);
	});

	it.each([
		[zephyr.replace('b.jsonl', 'a.jsonl'), 'fileUnwritable'],
		[zephyr.replace('a.jsonl', 'none.jsonl'), 'fileMissing'],
		[zephyr.replace('finding:preface', 'finding:nosuch'), 'pipelineInvalid'],
		['sources: [a.jsonl, test_sft.jsonl]\nout: b.jsonl', 'testSplitMixed'],
		[
			'source: test_prefs-00000-of-00001.parquet\nout: b.jsonl\nsteps: [split: 0.1]',
			'testSplitMixed',
		],
	])('refuses what cannot be right: %j', async (yaml, code) => {
		const folder = await project();
		await expect(clean(folder, yaml)).rejects.toMatchObject({ code });
		expect(await readdir(folder)).toEqual(['a.jsonl', 'p.yaml']);
	});
});

describe('splitting a dataset', () => {
	it('puts each row on one side, pairs of a prompt together', async () => {
		const many = Array.from({ length: 300 }, (_, i) =>
			JSON.stringify({ prompt: `Question ${i % 100}`, chosen: `Yes ${i}`, rejected: 'No' }),
		);
		const folder = await project(many);
		const options = { path: join(folder, 'a.jsonl'), outDir: folder, test: 0.2, seed: 3 };
		const split = await splitDataset({ ...options, version: '1' });
		expect(split.ok && split.value.total).toMatchObject({ rowsIn: 300, kept: 300, dropped: 0 });
		const [train, test] = [
			await lines(folder, 'a.train.jsonl'),
			await lines(folder, 'a.test.jsonl'),
		];
		expect(train.length + test.length).toBe(300);
		expect(test.length % 3).toBe(0);
		expect(test.length).toBeGreaterThan(20);
		const prompts = new Set(test.map(({ prompt }) => prompt));
		expect(train.filter(({ prompt }) => prompts.has(prompt))).toEqual([]);
		expect(await lines(folder, 'a.train.jsonl.accounting/kept.jsonl')).not.toEqual([]);
		expect(await readdir(folder)).not.toContain('a.jsonl.accounting');
		const lineage = JSON.parse(await read(folder, 'a.test.jsonl.lineage.json')) as object;
		expect(lineage).toMatchObject({ split: 'test', out: { rows: test.length } });
		const again = await splitDataset({
			...options,
			path: join(folder, 'a.test.jsonl'),
			version: '1',
		});
		expect(again).toMatchObject({ ok: false, error: { code: 'testSplitMixed' } });
	});
});
