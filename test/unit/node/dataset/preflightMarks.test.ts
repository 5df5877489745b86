import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PreflightKind } from '../../../../src/core/training/preflight/preflightReport';
import { DatasetModel } from '../../../../src/node/dataset/datasetModel';
import { DatasetView, findingsOf } from '../../../../src/node/dataset/datasetView';
import { markPreflight } from '../../../../src/node/dataset/preflightMarks';
import { deleteRows } from '../../../../src/node/dataset/rowEditing';
import { valueOf } from '../../../support/results';

const folder = mkdtempSync(join(tmpdir(), 'windsock-marks-'));
const path = join(folder, 'rows.jsonl');

function kind(code: string, rows: readonly number[], ofRow = new Map()): PreflightKind {
	return { part: 'data', code, severity: 'error', dataset: 0, rows, ofRow, values: {} };
}

describe('what a check on a host found in an open dataset', () => {
	let model: DatasetModel;

	beforeEach(async () => {
		const rows = ['One', 'Two', 'Three', 'Four'].map(text => `${JSON.stringify({ text })}\n`);
		writeFileSync(path, rows.join(''));
		model = valueOf(
			await DatasetModel.open(path, {
				open: {},
				annotations: undefined,
				now: () => new Date(0),
			}),
		);
		await model.file.scanned;
	});

	afterEach(() => model.dispose());

	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	async function found(query: string): Promise<number[]> {
		const view = new DatasetView(model);
		await view.select({ query });
		const rows = await view.load(0, view.count);
		view.dispose();
		return rows.map(({ position }) => position + 1);
	}

	it('is found by its kind, and by having any', async () => {
		markPreflight(model, [kind('rowsCut', [1, 3]), kind('seamMismatch', [3])]);
		expect(await found('preflight:rowsCut')).toEqual([1, 3]);
		expect(await found('preflight:seamMismatch')).toEqual([3]);
		expect(await found('finding:preflight')).toEqual([1, 3]);
		expect(await found('preflight:rowsCut content:Three')).toEqual([3]);
	});

	it('is said of a row kind by kind, with what is to say of this row', () => {
		const ofRow = new Map([[3, { tokens: 900, cutTrained: 100 }]]);
		markPreflight(model, [kind('rowsCut', [3], ofRow), kind('seamMismatch', [3])]);
		const said = findingsOf(model, model.rowAt(2), []);
		expect(said.map(({ code, name }) => [code, name])).toEqual([
			['preflight', 'cut'],
			['preflight', 'seam'],
		]);
		expect(said[0]?.detail).toContain('900 tokens, 100 tokens with loss are cut');
	});

	it('goes with an edit of the row, comes back with its undo, and stays with the row over a save', async () => {
		markPreflight(model, [kind('rowsCut', [2, 3])]);
		const { id } = model.rowAt(1);
		const change = valueOf(await model.editText(id, [['text']], 'Zwei'));
		expect(await found('preflight:rowsCut')).toEqual([3]);
		await change?.undo();
		expect(await found('preflight:rowsCut')).toEqual([2, 3]);
		await change?.redo();
		valueOf(await model.save({ overwrite: false }));
		expect(await found('preflight:rowsCut')).toEqual([3]);
	});

	it('takes the place of what an earlier check found', async () => {
		markPreflight(model, [kind('rowsCut', [1])]);
		markPreflight(model, [kind('rowsCut', [4])]);
		expect(await found('preflight:rowsCut')).toEqual([4]);
		expect(await found('finding:preflight')).toEqual([4]);
	});

	it('is about rows as they are on disk, whatever is edited over them', async () => {
		valueOf(await deleteRows(model, [model.rowAt(0).id]));
		markPreflight(model, [kind('rowsCut', [1, 3])]);
		// The first row is gone, and the third stands second.
		expect(await found('preflight:rowsCut')).toEqual([2]);
	});
});
