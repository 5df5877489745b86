import { readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RowRef } from '../../../../src/core/dataset/overlay';
import { AnnotationStore, authorName } from '../../../../src/node/dataset/annotationStore';
import { DatasetModel } from '../../../../src/node/dataset/datasetModel';
import { DatasetView } from '../../../../src/node/dataset/datasetView';
import { temporaryFile } from './temporaryFolder';

const rows = [
	'{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}], "n": 1.0}',
	'{"messages": [{"role": "user", "content": "Bye"}, {"role": "assistant", "content": ""}]}',
	'{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}], "n": 1.0}',
];
const reply = [['messages', 1, 'content']];

/** The one file of answers that this clone writes. */
async function annotationFile(path: string): Promise<string> {
	const names = (await readdir(`${path}.annotations`)).filter(name => name.startsWith('ann-'));
	expect(names).toHaveLength(1);
	return `${path}.annotations/${names[0]}`;
}

async function open(path: string): Promise<DatasetModel> {
	const annotations = new AnnotationStore(path, 'ann');
	const now = () => new Date('2026-01-02T03:04:05Z');
	const result = await DatasetModel.open(path, { open: {}, annotations, now });
	if (!result.ok) {
		throw result.error;
	}
	const model = result.value;
	onTestFinished(() => model.dispose());
	await until(model, () => model.areLabelsLoaded);
	return model;
}

function until(model: DatasetModel, condition: () => boolean): Promise<void> {
	return new Promise(resolve => {
		const check = (): void => {
			if (condition()) {
				listener.dispose();
				resolve();
			}
		};
		const listener = model.onDidChange(check);
		check();
	});
}

async function textAt(model: DatasetModel, position: number): Promise<string> {
	const [bytes] = await model.readRows([model.rowAt(position)]);
	return new TextDecoder().decode(bytes);
}

function value<T>(result: { ok: true; value: T } | { ok: false; error: Error }): T {
	if (!result.ok) {
		throw result.error;
	}
	return result.value;
}

describe('an open dataset', () => {
	it('edits one text, saves only that row, and undoes it over the save', async () => {
		const path = await temporaryFile('a.jsonl', `${rows.join('\n')}\n`);
		const model = await open(path);
		const change = value(await model.editText(1, reply, 'Good-bye.'));
		expect(await textAt(model, 1)).toBe(rows[1]?.replace('""', '"Good-bye."'));
		expect(model.findingsOf(model.rowAt(1))).toBe(0);
		value(await model.save({ overwrite: false }));
		const saved = [rows[0], rows[1]?.replace('""', '"Good-bye."'), rows[2], ''].join('\n');
		expect(await readFile(path, 'utf8')).toBe(saved);
		expect(model.overlay.isChanged).toBe(false);
		await change?.undo();
		expect(await textAt(model, 1)).toBe(rows[1]);
		value(await model.save({ overwrite: false }));
		expect(await readFile(path, 'utf8')).toBe(`${rows.join('\n')}\n`);
		await change?.redo();
		expect(model.overlay.isChanged).toBe(true);
	});

	it('takes an edit to the same text as none', async () => {
		const model = await open(await temporaryFile('a.jsonl', rows.join('\n')));
		expect(await model.editText(0, reply, 'Hello.')).toEqual({ ok: true, value: undefined });
		const missing = await model.editText(0, [['messages', 9, 'content']], 'x');
		expect(!missing.ok && missing.error.code).toBe('rowBroken');
	});

	it('brings unsaved edits back from a backup, but not onto another file', async () => {
		const path = await temporaryFile('a.jsonl', rows.join('\n'));
		const first = await open(path);
		value(await first.editText(0, reply, 'Hello there.'));
		const backup = first.backup();
		const second = await open(path);
		value(await second.restore(backup));
		expect(await textAt(second, 0)).toContain('Hello there.');
		expect(second.overlay.isChanged).toBe(true);
		await writeFile(path, rows.slice(1).join('\n'));
		const third = await open(path);
		const refused = await third.restore(backup);
		expect(!refused.ok && refused.error.code).toBe('fileChanged');
	});

	it('backs up rows whose bytes are no UTF-8 byte for byte', async () => {
		const row = Buffer.concat([
			Buffer.from('{"text":"a","x":"'),
			Buffer.from([0xff]),
			Buffer.from('"}'),
		]);
		const path = await temporaryFile('a.jsonl', row);
		const first = await open(path);
		value(await first.editText(0, [['text']], 'b'));
		const second = await open(path);
		value(await second.restore(first.backup()));
		value(await second.save({ overwrite: false }));
		const saved = Buffer.from(row);
		saved[saved.indexOf('a', 5)] = 'b'.charCodeAt(0);
		expect(Buffer.compare(await readFile(path), saved)).toBe(0);
	});

	it('reads the file anew when something else wrote it, and asks first when edits would be lost', async () => {
		const path = await temporaryFile('a.jsonl', rows.join('\n'));
		const model = await open(path);
		await writeFile(path, `${rows[1]}\n`);
		value(await model.checkDisk());
		await until(model, () => model.rowCount === 1);
		const change = value(await model.editText(0, reply, 'So long.'));
		await writeFile(path, rows.slice(0, 2).join('\n'));
		value(await model.checkDisk());
		expect(model.isChangedOnDisk).toBe(true);
		const refused = await model.save({ overwrite: false });
		expect(!refused.ok && refused.error.code).toBe('fileChanged');
		value(await model.revert());
		await until(model, () => model.rowCount === 2);
		expect(model.isChangedOnDisk).toBe(false);
		await expect(change?.undo()).rejects.toMatchObject({ code: 'fileChanged' });
	});

	it('takes no edit of a text that is another one meanwhile', async () => {
		const path = await temporaryFile('a.jsonl', rows.join('\n'));
		const model = await open(path);
		await writeFile(path, rows.toReversed().slice(1).join('\n'));
		value(await model.checkDisk());
		await until(model, () => model.rowCount === 2);
		const late = await model.editText(0, reply, 'Hello there.', 'Hello.');
		expect(!late.ok && late.error.code).toBe('fileChanged');
		expect(model.overlay.isChanged).toBe(false);
		value(await model.editText(1, reply, 'Hello there.', 'Hello.'));
		expect(await textAt(model, 1)).toContain('Hello there.');
	});

	it('loses no edit that is made while a save is going on', async () => {
		const path = await temporaryFile('a.jsonl', rows.join('\n'));
		const model = await open(path);
		value(await model.editText(0, reply, 'One.'));
		const saving = model.save({ overwrite: false });
		const editing = model.editText(1, reply, 'Two.');
		value(await saving);
		value(await editing);
		expect(await textAt(model, 0)).toContain('One.');
		expect(await textAt(model, 1)).toContain('Two.');
		expect(model.overlay.changedIds()).toEqual([1]);
	});

	it('serves a version that is no file, read-only', async () => {
		const bytes = new TextEncoder().encode(rows.join('\n'));
		const model = value(await DatasetModel.fromBytes('a.jsonl', bytes));
		onTestFinished(() => model.dispose());
		await until(model, () => model.file.isScanned);
		expect(model.rowCount).toBe(3);
		expect(model.readOnly).toBeDefined();
		expect((await model.editText(0, reply, 'x')).ok).toBe(false);
	});
});

describe('labels', () => {
	it('are appended as events, undone by an event that names them, and there again after reopening', async () => {
		const path = await temporaryFile('a.jsonl', rows.join('\n'));
		const model = await open(path);
		value(await model.setLabel(0, 'keep'));
		const drop = value(await model.setLabel(2, 'drop'));
		await drop?.undo();
		await drop?.redo();
		const lines = (await readFile(await annotationFile(path), 'utf8')).trim().split('\n');
		const events = lines.map(
			line => JSON.parse(line) as { id: string; kind: string; value: unknown },
		);
		expect(events.map(event => event.value ?? event.kind)).toEqual([
			'keep',
			'drop',
			'undo',
			'drop',
		]);
		expect(events[1]?.id).toBe(`${events[0]?.id}#2`);
		const again = await open(path);
		expect([0, 1, 2].map(id => again.labels?.of(id))).toEqual(['keep', undefined, 'drop']);
		expect([again.labels?.keptCount, again.labels?.droppedCount]).toEqual([1, 1]);
	});

	it('follow a row whose content is edited, and its equal whose number changes by that', async () => {
		const path = await temporaryFile('a.jsonl', rows.join('\n'));
		const model = await open(path);
		value(await model.setLabel(0, 'keep'));
		value(await model.setLabel(2, 'drop'));
		value(await model.editText(0, reply, 'Hello again.'));
		value(await model.save({ overwrite: false }));
		const again = await open(path);
		expect([0, 1, 2].map(id => again.labels?.of(id))).toEqual(['keep', undefined, 'drop']);
		expect(again.labels?.detachedCount).toBe(0);
	});

	it('keep the names of their rows over a second save', async () => {
		const path = await temporaryFile('a.jsonl', '{"id":"x","text":"1"}\n{"id":"y","text":"2"}\n');
		const model = await open(path);
		value(await model.setLabel(1, 'drop'));
		for (const text of ['3', '4']) {
			value(await model.editText(0, [['text']], text));
			value(await model.save({ overwrite: false }));
			await model.file.scanned;
			expect(model.file.isScanned).toBe(true);
		}
		expect(await readFile(await annotationFile(path), 'utf8')).not.toContain('renamed');
		const again = await open(path);
		expect([again.labels?.of(1), again.labels?.detachedCount]).toEqual(['drop', 0]);
	});

	it('follow two rows that swap their content', async () => {
		const path = await temporaryFile('a.jsonl', '{"text":"one"}\n{"text":"two"}\n');
		const model = await open(path);
		value(await model.setLabel(0, 'keep'));
		value(await model.setLabel(1, 'drop'));
		value(await model.editText(0, [['text']], 'two'));
		value(await model.editText(1, [['text']], 'one'));
		value(await model.save({ overwrite: false }));
		const again = await open(path);
		expect([0, 1].map(id => again.labels?.of(id))).toEqual(['keep', 'drop']);
	});

	it('hang on an id field that is unique, and not on one that repeats', async () => {
		const unique = await open(
			await temporaryFile('a.jsonl', '{"id":"x","text":"1"}\n{"id":"y","text":"2"}'),
		);
		value(await unique.setLabel(1, 'keep'));
		expect(await readFile(await annotationFile(unique.file.path), 'utf8')).toContain('"id":"id:y"');
		const shared = await open(
			await temporaryFile('a.jsonl', '{"id":"x","text":"1"}\n{"id":"x","text":"2"}'),
		);
		value(await shared.setLabel(1, 'keep'));
		expect(await readFile(await annotationFile(shared.file.path), 'utf8')).toContain(
			'"id":"sha256:',
		);
	});

	it('survive lines of their file that this version cannot read, and a torn last line', async () => {
		const path = await temporaryFile('a.jsonl', rows.join('\n'));
		const model = await open(path);
		value(await model.setLabel(1, 'keep'));
		const file = await annotationFile(path);
		const before = `{"kind":"smell","id":"x","value":5}\n${await readFile(file, 'utf8')}{"kind":"la`;
		await writeFile(file, before);
		const again = await open(path);
		expect(again.labels?.of(1)).toBe('keep');
		value(await again.setLabel(1, 'drop'));
		expect((await readFile(file, 'utf8')).startsWith(`${before}\n`)).toBe(true);
		expect((await open(path)).labels?.of(1)).toBe('drop');
	});

	it('are kept under a name that is a safe file name', () => {
		expect(authorName('DOMAIN\\Jürgen Ü./..')).toBe('domain-jürgen-ü');
		expect(authorName('../..')).toBe('me');
		expect(authorName('李')).toBe('李');
		expect(authorName('CON')).toBe('con-user');
	});
});

describe('a view', () => {
	it('shows the rows that pass its filter', async () => {
		const model = await open(await temporaryFile('a.jsonl', rows.join('\n')));
		value(await model.setLabel(2, 'drop'));
		const view = new DatasetView(model);
		onTestFinished(() => view.dispose());
		const shown = async (query: string): Promise<number[]> => {
			await view.select({ query });
			return (await view.load(0, view.count)).map(({ position }) => position);
		};
		expect(await shown('')).toEqual([0, 1, 2]);
		expect(await shown('finding:any')).toEqual([1, 2]);
		expect(await shown('label:drop')).toEqual([2]);
		expect(await shown('BYE')).toEqual([1]);
		expect(await shown('assistant')).toEqual([]);
		expect(view.indexOf(2)).toBeUndefined();
	});

	it('waits for what the filter asks for, and is made anew with the file', async () => {
		const path = await temporaryFile('a.jsonl', rows.join('\n'));
		const first = await open(path);
		value(await first.setLabel(0, 'keep'));
		const opened = value(
			await DatasetModel.open(path, {
				open: {},
				annotations: new AnnotationStore(path, 'ann'),
				now: () => new Date(),
			}),
		);
		onTestFinished(() => opened.dispose());
		const view = new DatasetView(opened);
		onTestFinished(() => view.dispose());
		const positions = async (): Promise<number[]> =>
			(await view.load(-5, 1000)).map(({ position }) => position);
		await view.select({ query: 'label:keep' });
		expect(await positions()).toEqual([0]);
		await view.select({ query: 'bye' });
		expect(await positions()).toEqual([1]);
		await writeFile(path, rows.slice(1).join('\n'));
		value(await opened.checkDisk());
		await until(opened, () => opened.areLabelsLoaded);
		await expect.poll(() => view.isFiltering).toBe(false);
		expect(await positions()).toEqual([0]);
	});

	it('ends the waiting of a filter that is closed', async () => {
		const path = await temporaryFile('a.jsonl', rows.join('\n'));
		const opened = value(
			await DatasetModel.open(path, { open: {}, annotations: undefined, now: () => new Date() }),
		);
		onTestFinished(() => opened.dispose());
		const view = new DatasetView(opened);
		const waiting = view.select({ query: 'finding:any' });
		view.dispose();
		await waiting;
	});

	it('reads rows with and without edits in their order', async () => {
		const model = await open(await temporaryFile('a.jsonl', rows.join('\n')));
		value(await model.editText(1, reply, 'Edited.'));
		const all: RowRef[] = [0, 1, 2].map(position => model.rowAt(position));
		const texts = (await model.readRows(all)).map(bytes => new TextDecoder().decode(bytes));
		expect(texts).toEqual([rows[0], rows[1]?.replace('""', '"Edited."'), rows[2]]);
	});
});
