import { link, readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { prettyJson } from '../../../../src/core/dataset/edit/prettyJson';
import { DatasetModel } from '../../../../src/node/dataset/datasetModel';
import {
	changeRow,
	deleteRows,
	duplicateRows,
	moveRows,
	stampOf,
} from '../../../../src/node/dataset/rowEditing';
import { saveLosses } from '../../../../src/node/dataset/saveLosses';
import { unsavedChanges } from '../../../../src/node/dataset/unsavedChanges';
import { temporaryFile } from './temporaryFolder';

const rows = [1, 2, 3, 4, 5].map(n => `{"n":${n}.0}`);

describe('what a save will change', () => {
	it('holds the rows concerned with their numbers, and no others', async () => {
		const path = await temporaryFile('a.jsonl', rows.join('\n'));
		const opened = await DatasetModel.open(path, {
			open: {},
			annotations: undefined,
			now: () => new Date(),
		});
		if (!opened.ok) {
			throw opened.error;
		}
		const model = opened.value;
		onTestFinished(() => model.dispose());
		await model.file.scanned;
		const stamp = stampOf(new TextEncoder().encode(rows[1]));
		await changeRow(model, 1, { kind: 'setScalar', path: ['n'], typed: '7.50' }, stamp);
		await deleteRows(model, [2]);
		await duplicateRows(model, [3]);
		await moveRows(model, [0], 4);
		const changes = await unsavedChanges(model);
		expect(changes.rows).toBe(4);
		expect(changes.before).toContain('// Row 2\n{\n  "n": 2.0\n}\n');
		expect(changes.after).toContain('// Row 2\n{\n  "n": 7.50\n}\n');
		expect(changes.before).toContain('// Row 3\n{\n  "n": 3.0\n}\n');
		expect(changes.after).toContain('// Row 3: deleted\n');
		expect(changes.after).toMatch(/\/\/ New row \d\n\{\n {2}"n": 4\.0\n\}\n/);
		expect(changes.after).toContain('// Row 1: now row 5\n');
		expect(changes.before).not.toContain('5.0');
		expect((await unsavedChanges(model, 1)).after).toContain('// and 3 more rows');
		expect(await readFile(path, 'utf8')).toBe(rows.join('\n'));
	});

	it('is laid out without changing a token', () => {
		expect(prettyJson('{"a":[1.0,{}],"b":"x, y: {z}","c":[]}')).toBe(
			'{\n  "a": [\n    1.0,\n    {}\n  ],\n  "b": "x, y: {z}",\n  "c": []\n}',
		);
	});

	it('takes other names from a file, which is said first', async () => {
		const path = await temporaryFile('a.jsonl', '1');
		expect(await saveLosses(path)).toEqual([]);
		await link(path, `${path}.other`);
		expect(await saveLosses(path)).toEqual([expect.stringMatching(/1 other name \(hard link\)/)]);
		expect(await saveLosses(`${path}.missing`)).toEqual([]);
	});
});
