import { build } from 'esbuild';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { codesOf } from '../../../../../src/core/dataset/findings/finding';
import { DatasetModel } from '../../../../../src/node/dataset/datasetModel';
import { findingsOf } from '../../../../../src/node/dataset/datasetView';
import { inspectDataset } from '../../../../../src/node/dataset/inspectDataset';
import { markNearDuplicates } from '../../../../../src/node/dataset/near/markNearDuplicates';
import { deleteRows } from '../../../../../src/node/dataset/rowEditing';
import { workInBackground } from '../../../../../src/node/dataset/work/dataWorkThread';
import { temporaryFile, temporaryFolder } from '../temporaryFolder';

const base = 'the quick brown fox jumps over the lazy dog and runs through the wide green forest';
const near = `${base} today`;
const other = 'something else is said here that no other row of this file has ever talked about';
const lines = (texts: readonly string[]): string =>
	texts.map(text => `${JSON.stringify({ text })}\n`).join('');

const quiet = { report: () => undefined };
const context = { workFile: undefined, progress: quiet, signal: new AbortController().signal };

async function opened(texts: readonly string[]): Promise<DatasetModel> {
	const path = await temporaryFile('train.jsonl', lines(texts));
	const model = await DatasetModel.open(path, {
		open: {},
		annotations: undefined,
		now: () => new Date(0),
	});
	if (!model.ok) {
		throw model.error;
	}
	onTestFinished(() => model.value.dispose());
	await model.value.file.scanned;
	return model.value;
}

/** What is said of each row: the words of the finding, or nothing. */
function saidOf(model: DatasetModel): (string | undefined)[] {
	return Array.from({ length: model.rowCount }, (_, position) => {
		const row = model.rowAt(position);
		return findingsOf(model, row, []).find(({ code }) => code === 'nearDuplicate')?.detail;
	});
}

describe('near-duplicates of a dataset', () => {
	it('are listed within a file and across files, with their true similarity', async () => {
		const path = await temporaryFile('train.jsonl', lines([base, other, near]));
		const test = await temporaryFile('test.jsonl', lines(['nothing', base]));
		const inspected = await inspectDataset(path, { near: { threshold: 0.8, against: [test] } });
		expect(inspected).toMatchObject({
			ok: true,
			value: {
				findingCounts: { nearDuplicate: 2 },
				nearDuplicates: {
					threshold: 0.8,
					rows: 3,
					against: [{ path: test, rows: 2 }],
					nearRows: 2,
					pairs: [
						{ row: 1, of: { path: test, row: 2 }, similarity: 1 },
						{ row: 3, of: { path: test, row: 2 }, similarity: 14 / 15 },
						{ row: 3, of: { row: 1 }, similarity: 14 / 15 },
					],
				},
			},
		});
	});

	it('are found by a worker as they are without one, and a search can be cancelled', async () => {
		const workFile = join(await temporaryFolder(), 'dataWorkWorker.js');
		await build({
			entryPoints: ['src/node/dataset/work/dataWorkWorker.ts'],
			outfile: workFile,
			bundle: true,
			platform: 'node',
			format: 'cjs',
			alias: { '@uwdata/flechette': './node_modules/@uwdata/flechette/src/index.js' },
			external: ['cpu-features', '*/sshcrypto.node'],
		});
		const path = await temporaryFile('train.jsonl', lines([base, other, near]));
		const task = { dataset: { path }, against: [], threshold: 0.8 };
		const beside = await workInBackground('nearDuplicates', task, { ...context, workFile });
		expect(beside).toEqual(await workInBackground('nearDuplicates', task, context));
		const missing = { ...task, dataset: { path: join(path, '..', 'missing.jsonl') } };
		expect(
			await workInBackground('nearDuplicates', missing, { ...context, workFile }),
		).toMatchObject({ ok: false, error: { code: 'fileMissing' } });
		const stopped = await workInBackground('nearDuplicates', task, {
			...context,
			workFile,
			signal: AbortSignal.abort(),
		});
		expect(stopped).toMatchObject({ ok: false, error: { code: 'cancelled' } });
	});

	it('are marked in an open dataset as it is edited, and stay with their rows over a save', async () => {
		const model = await opened([other, base, 'short', near, 'last']);
		await model.editText(4, [['text']], `${base} tomorrow`);
		await markNearDuplicates(model, { ...context, threshold: 0.8, against: [] });
		const said = 'row 2 (similarity 0.93)';
		expect(saidOf(model)).toEqual([undefined, undefined, undefined, said, said]);
		expect(codesOf(model.findingsOf(model.rowAt(3)))).toContain('nearDuplicate');

		await deleteRows(model, [0]);
		expect(saidOf(model).slice(2)).toEqual(['row 1 (similarity 0.93)', 'row 1 (similarity 0.93)']);
		expect((await model.save({ overwrite: false })).ok).toBe(true);
		await model.file.scanned;
		expect(saidOf(model).slice(2)).toEqual(['row 1 (similarity 0.93)', 'row 1 (similarity 0.93)']);

		await model.editText(3, [['text']], 'now it says something of its own');
		expect(saidOf(model)[2]).toBeUndefined();
		expect(codesOf(model.findingsOf(model.rowAt(2)))).not.toContain('nearDuplicate');
	});

	it('are not marked from a file that something else has written meanwhile', async () => {
		const model = await opened([base, near]);
		await writeFile(model.file.path, lines([other, 'b', 'c']));
		const found = await markNearDuplicates(model, { ...context, threshold: 0.8, against: [] });
		expect(found).toMatchObject({ ok: false, error: { code: 'fileChanged' } });
	});
});
