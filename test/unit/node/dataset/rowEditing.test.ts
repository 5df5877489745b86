import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DatasetModel } from '../../../../src/node/dataset/datasetModel';
import { DatasetView } from '../../../../src/node/dataset/datasetView';
import {
	changeRow,
	deleteRows,
	duplicateRows,
	insertRow,
	moveRows,
	stampOf,
} from '../../../../src/node/dataset/rowEditing';
import { temporaryFile } from './temporaryFolder';

const rows = ['{"text": "a", "n": 1.0}', '{"text": "b"}', '{"text": "c"}', '{"text": "d"}'];

async function open(path: string): Promise<DatasetModel> {
	const options = { open: {}, annotations: undefined, now: () => new Date() };
	const model = value(await DatasetModel.open(path, options));
	onTestFinished(() => model.dispose());
	value(await model.file.scanned);
	return model;
}

async function texts(model: DatasetModel): Promise<string> {
	const all = Array.from({ length: model.rowCount }, (_, i) => model.rowAt(i));
	const contents = await model.readRows(all);
	return contents
		.map(bytes => (JSON.parse(new TextDecoder().decode(bytes)) as { text: string }).text)
		.join('');
}

function value<T>(result: { ok: true; value: T } | { ok: false; error: Error }): T {
	if (!result.ok) {
		throw result.error;
	}
	return result.value;
}

describe('rows of an open dataset', () => {
	it('are deleted, doubled, added and moved, each as one step with a title', async () => {
		const path = await temporaryFile('a.jsonl', `${rows.join('\n')}\n`);
		const model = await open(path);
		const done = [
			value(await deleteRows(model, [3, 1])),
			value(await duplicateRows(model, [2, 0])),
			value(await insertRow(model, 1)),
			value(await moveRows(model, [0, 2], 2)),
		];
		expect(done.map(change => change?.title)).toEqual([
			'Delete 2 Rows',
			'Duplicate 2 Rows',
			'Insert Row',
			'Move 2 Rows',
		]);
		expect(await texts(model)).toBe('aacc');
		expect(new TextDecoder().decode(model.rowAt(0).bytes)).toBe('{"text": ""}');
		value(await model.save({ overwrite: false }));
		expect(await readFile(path, 'utf8')).toBe(
			['{"text": ""}', rows[0], rows[0], rows[2], rows[2], ''].join('\n'),
		);
		for (const change of done.toReversed()) {
			await change?.undo();
		}
		expect(await texts(model)).toBe('abcd');
		value(await model.save({ overwrite: false }));
		expect(await readFile(path, 'utf8')).toBe(`${rows.join('\n')}\n`);
		for (const change of done) {
			await change?.redo();
		}
		expect(await texts(model)).toBe('aacc');
	});

	it('move to a position in either direction and keep their order', async () => {
		const model = await open(await temporaryFile('a.jsonl', rows.join('\n')));
		value(await moveRows(model, [0, 1], 2));
		expect(await texts(model)).toBe('cdab');
		value(await moveRows(model, [1, 3], 0));
		expect(await texts(model)).toBe('dbca');
		value(await moveRows(model, [0], 99));
		expect(await texts(model)).toBe('dbca');
		expect(value(await moveRows(model, [0], 3))).toBeUndefined();
	});

	it('stay where a filter found them, and a new one is shown whatever it says', async () => {
		const model = await open(await temporaryFile('a.jsonl', rows.join('\n')));
		const view = new DatasetView(model);
		onTestFinished(() => view.dispose());
		await view.select({ query: 'b' });
		const numbers = async () => (await view.load(0, 9)).map(({ position }) => position);
		expect(await numbers()).toEqual([1]);
		const gone = value(await deleteRows(model, [0]));
		expect(await numbers()).toEqual([0]);
		const more = value(await deleteRows(model, [1]));
		expect(view.count).toBe(0);
		await more?.undo();
		await gone?.undo();
		expect(await numbers()).toEqual([1]);
		value(await insertRow(model, 3));
		view.include(model.rowAt(3).id);
		expect(await numbers()).toEqual([1, 3]);
	});

	it('take no change that was made for another content', async () => {
		const model = await open(await temporaryFile('a.jsonl', rows.join('\n')));
		const [bytes = new Uint8Array()] = await model.readRows([model.rowAt(0)]);
		const change = { kind: 'setScalar', path: ['n'], typed: '2.50' } as const;
		const made = value(await changeRow(model, 0, change, stampOf(bytes)));
		expect(new TextDecoder().decode(model.rowAt(0).bytes)).toBe('{"text": "a", "n": 2.50}');
		const late = await changeRow(model, 0, change, stampOf(bytes));
		expect(!late.ok && late.error.code).toBe('fileChanged');
		await made?.undo();
		expect(model.overlay.isChanged).toBe(false);
	});

	it('are not hit by the undoing of what was done before the file was read anew', async () => {
		const path = await temporaryFile('a.jsonl', rows.join('\n'));
		const model = await open(path);
		const inserted = value(await insertRow(model, 0));
		const moved = value(await moveRows(model, [0], 3));
		await writeFile(path, rows.toReversed().join('\n'));
		value(await model.revert());
		value(await model.file.scanned);
		value(await insertRow(model, 0));
		await expect(moved?.undo()).rejects.toMatchObject({ code: 'fileChanged' });
		await expect(inserted?.undo()).rejects.toMatchObject({ code: 'fileChanged' });
		expect(model.rowCount).toBe(5);
	});

	it('keep everything around a text that is a part of a string', async () => {
		const row =
			'{"messages": [{"role": "assistant", "content": "<think>\\u0048m.</think>\\nYes."}]}';
		const path = await temporaryFile('a.jsonl', `${row}\n`);
		const model = await open(path);
		const paths = [['messages', 0, 'content']];
		const thought = { start: 7, end: 10 };
		expect((await model.editText(0, paths, 'Hmm.', 'Ha.', thought)).ok).toBe(false);
		value(await model.editText(0, paths, 'Hmm.', 'Hm.', thought));
		expect(new TextDecoder().decode(model.rowAt(0).bytes)).toBe(row.replace('m.', 'mm.'));
	});
});
