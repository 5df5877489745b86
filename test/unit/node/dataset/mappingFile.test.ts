import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cleanDataset } from '../../../../src/node/dataset/clean/cleanDataset';
import { splitDataset } from '../../../../src/node/dataset/clean/splitDataset';
import { convertDataset } from '../../../../src/node/dataset/convertDataset';
import { DatasetModel } from '../../../../src/node/dataset/datasetModel';
import { DatasetView } from '../../../../src/node/dataset/datasetView';
import { planRewrite } from '../../../../src/node/dataset/rewriteRows';
import { inspectDataset } from '../../../../src/node/dataset/inspectDataset';
import { mappingFor, writeMapping } from '../../../../src/node/dataset/mappingFile';
import { temporaryFolder } from './temporaryFolder';

const mapping = { as: 'question', prompt: 'ask', reply: 'say' } as const;

async function workspaceWith(rows: string): Promise<{ folder: string; file: string }> {
	const folder = await temporaryFolder();
	const file = join(folder, 'data', 'own.jsonl');
	await mkdir(join(folder, 'data'));
	await writeFile(file, rows);
	return { folder, file };
}

describe('how a dataset is to be read', () => {
	it('is kept for each dataset, and is forgotten again', async () => {
		const { folder, file } = await workspaceWith('');
		const other = join(folder, 'data', 'train-*.jsonl');
		expect(await mappingFor(file)).toBeUndefined();
		expect(await writeMapping(file, mapping, folder)).toMatchObject({ ok: true });
		expect(await writeMapping(other, { as: 'json' }, folder)).toMatchObject({ ok: true });
		expect(JSON.parse(await readFile(join(folder, '.windsock', 'mappings.json'), 'utf8'))).toEqual({
			schemaVersion: 1,
			datasets: { 'data/own.jsonl': mapping, 'data/train-*.jsonl': { as: 'json' } },
		});
		await writeMapping(file, undefined, folder);
		expect([await mappingFor(file), await mappingFor(other)]).toEqual([undefined, { as: 'json' }]);
	});

	it('is never written over a file of another version', async () => {
		const { folder, file } = await workspaceWith('');
		await mkdir(join(folder, '.windsock'));
		const path = join(folder, '.windsock', 'mappings.json');
		await writeFile(path, '{"schemaVersion": 2, "datasets": {}}');
		expect(await writeMapping(file, mapping, folder)).toMatchObject({ ok: false });
		expect(await readFile(path, 'utf8')).toContain('"schemaVersion": 2');
	});

	it('counts for near-duplicates, contamination, columns, cleaning and splitting', async () => {
		const story = 'Tell me in a few simple words how the tide comes in and goes out';
		const { folder, file } = await workspaceWith(
			[
				{ ask: `${story}?`, say: 'hello there. it works', url: 'a' },
				{ ask: `${story} now?`, say: 'hello there. it works', url: 'b' },
				{ ask: 'Else?', say: "I don't have personal opinions.", url: 'c' },
			]
				.map(row => JSON.stringify(row))
				.join('\n'),
		);
		await writeMapping(file, mapping, folder);
		const evaluation = join(folder, 'eval.jsonl');
		await writeFile(evaluation, JSON.stringify({ ask: 'Else?', say: 'x' }));
		await writeMapping(evaluation, mapping, folder);
		const inspected = await inspectDataset(file, {
			near: { threshold: 0.7, against: [] },
			contamination: { sets: [evaluation], rule: { ngram: 1, share: 0.5 } },
		});
		if (!inspected.ok) {
			throw inspected.error;
		}
		expect(inspected.value.nearDuplicates?.pairs.map(({ row }) => row)).toEqual([2]);
		expect(inspected.value.contamination?.matches.map(({ row }) => row)).toEqual([3]);
		const pipeline = join(folder, 'p.yaml');
		const text =
			'source: data/own.jsonl\nout: out.jsonl\nsteps:\n  - drop: role:assistant content:personal\n  - fix: truecase\n';
		const cleaned = await cleanDataset({ pipelinePath: pipeline, text, version: '1' });
		expect(cleaned.ok && cleaned.value.total).toMatchObject({ dropped: 1, changed: 2 });
		expect(await readFile(join(folder, 'out.jsonl'), 'utf8')).toContain(
			'"say":"Hello there. It works"',
		);
		const split = await splitDataset({
			path: file,
			outDir: folder,
			test: 0.5,
			seed: 1,
			near: 0.6,
			version: '1',
		});
		const sides = split.ok ? split.value.out.map(({ rows }) => rows).sort((a, b) => a - b) : [];
		expect(sides.reduce((sum, rows) => sum + rows, 0)).toBe(3);
		expect([
			[0, 3],
			[1, 2],
		]).toContainEqual(sides);
		const opened = await DatasetModel.open(file, {
			open: {},
			annotations: undefined,
			now: () => new Date(),
		});
		if (!opened.ok) {
			throw opened.error;
		}
		onTestFinished(() => opened.value.dispose());
		await opened.value.file.scanned;
		const view = new DatasetView(opened.value);
		onTestFinished(() => view.dispose());
		const columns = await view.summary();
		expect(columns.ok && columns.value.map(({ name }) => name)).toEqual(
			expect.arrayContaining(['turns']),
		);
		const search = {
			find: 'there',
			isRegex: false,
			matchCase: true,
			wholeWord: true,
			roles: ['assistant'],
		} as const;
		const rewrite = { kind: 'replace', search, replacement: 'you' } as const;
		const plan = await planRewrite(opened.value, [0, 1, 2], rewrite, { workerFile: undefined });
		expect(plan.ok && plan.value.rows.length).toBe(2);
	});

	it('counts for inspect and convert', async () => {
		const { folder, file } = await workspaceWith('{"ask":"Why?","say":"So."}\n{"text":"a"}\n');
		const before = await inspectDataset(file);
		expect(before.ok && before.value.formats).toEqual({ json: 1, text: 1 });
		await writeMapping(file, mapping, folder);
		const after = await inspectDataset(file);
		expect(after.ok && after.value.formats).toEqual({ mapped: 1, text: 1 });
		const out = join(folder, 'out.jsonl');
		const converted = await convertDataset({ path: file, out, target: 'trl-sft' });
		expect(converted.ok && [converted.value.rowsIn, converted.value.changed]).toEqual([2, 1]);
		const [line = ''] = (await readFile(out, 'utf8')).split('\n');
		expect(JSON.parse(line)).toMatchObject({
			messages: [
				{ role: 'user', content: 'Why?' },
				{ role: 'assistant', content: 'So.' },
			],
		});
	});
});
