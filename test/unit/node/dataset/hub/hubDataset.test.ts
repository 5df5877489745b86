import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { messageFor } from '../../../../../src/core/base/errorMessages';
import { DatasetFile } from '../../../../../src/node/dataset/datasetFile';
import { DatasetModel } from '../../../../../src/node/dataset/datasetModel';
import { placeOf } from '../../../../support/hubPlaces';
import { PracticeHub } from '../../../../support/hubServer';
import { temporaryFolder } from '../temporaryFolder';

const commit = 'd'.repeat(40);
const row = (number: number, text = `row ${number}`): string =>
	JSON.stringify({ prompt: text, completion: 'yes' });
const lines = (from: number, to: number): string =>
	Array.from({ length: to - from }, (_, i) => `${row(from + i)}\n`).join('');

let hub: PracticeHub;
let cache: string;
beforeEach(async () => {
	hub = await PracticeHub.start();
	cache = join(await temporaryFolder(), 'hub');
	hub.add({
		id: 'org/chat',
		commit,
		files: {
			'README.md': '# Chat',
			'data/train-00000-of-00002.jsonl': lines(0, 3),
			'data/train-00001-of-00002.jsonl': lines(3, 5),
			'data/test-00000-of-00001.jsonl': lines(90, 92),
			'packed/a.jsonl.gz': gzipSync(lines(0, 4)),
			'table.csv': 'prompt,completion\na,b\nc,d\n',
			'list.json': `[${row(1)},\n${row(2)}]`,
		},
	});
});
afterEach(() => hub.stop());

async function opened(location: string, place = placeOf(hub, cache)): Promise<DatasetFile> {
	const result = await DatasetFile.open(location, { place });
	if (!result.ok) {
		throw result.error;
	}
	onTestFinished(() => result.value.close());
	const indexed = await result.value.indexed;
	if (!indexed.ok) {
		throw indexed.error;
	}
	return result.value;
}

async function promptsOf(file: DatasetFile): Promise<unknown[]> {
	const rows = await file.rows.readRows(0, file.rows.count);
	return rows.map(
		bytes => (JSON.parse(Buffer.from(bytes).toString()) as { prompt: string }).prompt,
	);
}

/** Rows that do not pack, in three row groups: about 3 MB. */
function largeParquet(): Uint8Array {
	const noise = (seed: number): string =>
		Array.from({ length: 150 }, (_, i) =>
			((seed * 7919 + i * 104729) ** 2 % 1e9).toString(36),
		).join('');
	const data = Array.from({ length: 3000 }, (_, i) => `${i} ${noise(i)}`);
	const columnData = [{ name: 'prompt', data, type: 'STRING' as const }];
	return new Uint8Array(
		parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED', rowGroupSize: 1000 }),
	);
}

describe('a dataset of the Hub', () => {
	it('opens as one list of all files that a glob names, at the commit of its revision', async () => {
		const file = await opened('hf://datasets/org/chat@main/data/train-*.jsonl');
		expect(await promptsOf(file)).toEqual(['row 0', 'row 1', 'row 2', 'row 3', 'row 4']);
		expect(file.path).toBe(`hf://datasets/org/chat@${commit}/data/train-*.jsonl`);
		expect(file.far?.place).toBe(new URL(hub.address).host);
	});

	it.each([
		['packed/a.jsonl.gz', ['row 0', 'row 1', 'row 2', 'row 3']],
		['table.csv', ['a', 'c']],
		['list.json', ['row 1', 'row 2']],
	])('opens %s as a file on this machine does', async (path, prompts) => {
		const file = await opened(`hf://datasets/org/chat/${path}`);
		expect(await promptsOf(file)).toEqual(prompts);
		const checked = await file.check(new AbortController().signal);
		expect(checked.ok && file.scan.count).toBe(prompts.length);
	});

	it('names what it holds where that is several lists', async () => {
		const result = await DatasetFile.open('hf://datasets/org/chat/data', {
			place: placeOf(hub, cache),
		});
		expect(result.ok || messageFor(result.error)).toContain(
			`data/train-*.jsonl (hf://datasets/org/chat@${commit}/data/train-*.jsonl)`,
		);
	});

	it('reads of a Parquet file only what is looked at', async () => {
		const bytes = largeParquet();
		hub.add({ id: 'org/large', commit, files: { 'a.parquet': bytes } });
		const file = await opened('hf://datasets/org/large');
		expect(bytes.length).toBeGreaterThan(2.5e6);
		expect(file.rows.count).toBe(3000);
		const [middle] = await file.rows.readRows(1500, 1501);
		expect(Buffer.from(middle ?? []).toString()).toMatch(/^\{"prompt":"1500 /);
		expect(hub.asked).toBeLessThan(bytes.length * 0.75);
	});

	it('reads what it has read before from the disk, also while the Hub is out of reach', async () => {
		const first = await opened('hf://datasets/org/chat@main/data/train-*.jsonl');
		const prompts = await promptsOf(first);
		const { path } = first;
		await first.close();
		await hub.stop();
		expect(await promptsOf(await opened(path))).toEqual(prompts);
	});

	it('says that the way is broken, and that it is open again', async () => {
		hub.add({ id: 'org/large', commit, files: { 'a.parquet': largeParquet() } });
		const { far, rows } = await opened('hf://datasets/org/large');
		const states: string[] = [];
		far?.onDidChangeState(state => states.push(state.kind === 'lost' ? state.reason : state.kind));
		hub.faults.push(...Array.from({ length: 9 }, () => ({ kind: 'status', status: 503 }) as const));
		await expect(rows.readRows(1500, 1501)).rejects.toThrow('503');
		expect(states).toHaveLength(1);
		expect(states[0]).toContain('answered 503');
		hub.faults.length = 0;
		far?.reconnect();
		await expect.poll(() => states.at(-1)).toBe('connected');
		expect(await rows.readRows(1500, 1501)).toHaveLength(1);
	});

	it('finds the rows of a text once and keeps where they stand', async () => {
		const text = lines(0, 40_000);
		hub.add({ id: 'org/lines', commit, files: { 'a.jsonl': text } });
		await (await opened('hf://datasets/org/lines')).close();
		expect(hub.asked).toBe(text.length);
		const again = await opened('hf://datasets/org/lines');
		expect(again.rows.count).toBe(40_000);
		expect(Buffer.from(await again.readRow(39_999)).toString()).toBe(row(39_999));
		expect(hub.asked).toBe(text.length);
	});

	it('is written to this machine with its edits, row groups without any byte for byte', async () => {
		const bytes = largeParquet();
		hub.add({ id: 'org/large', commit, files: { 'a.parquet': bytes } });
		const result = await DatasetModel.open('hf://datasets/org/large', {
			open: { place: placeOf(hub, cache), scan: false },
			annotations: undefined,
			now: () => new Date(0),
		});
		if (!result.ok) {
			throw result.error;
		}
		const model = result.value;
		onTestFinished(() => model.dispose());
		expect((await model.editText(1500, [['prompt']], 'mended')).ok).toBe(true);
		const copy = join(await temporaryFolder(), 'copy.parquet');
		expect(await model.saveCopy(copy)).toMatchObject({ ok: true });
		const written = await DatasetFile.open(copy);
		if (!written.ok) {
			throw written.error;
		}
		onTestFinished(() => written.value.close());
		expect(Buffer.from(await written.value.readRow(1500)).toString()).toBe('{"prompt":"mended"}');
		const group = Buffer.from(bytes.subarray(4, 500_000));
		expect((await readFile(copy)).includes(group)).toBe(true);
	});

	it('keeps edits and saves them as a file on this machine only', async () => {
		const result = await DatasetModel.open(
			'hf://datasets/org/chat/data/test-00000-of-00001.jsonl',
			{
				open: { place: placeOf(hub, cache), scan: false },
				annotations: undefined,
				now: () => new Date(0),
			},
		);
		if (!result.ok) {
			throw result.error;
		}
		const model = result.value;
		onTestFinished(() => model.dispose());
		await model.file.indexed;
		expect(model.readOnly).toBeUndefined();
		const edited = await model.editText(model.rowAt(1).id, [['prompt']], 'mended', 'row 91');
		expect(edited.ok).toBe(true);
		const saved = await model.save({ overwrite: true });
		expect(saved.ok || messageFor(saved.error)).toContain('“Save a Copy” writes it');
		expect(model.overlay.isChanged).toBe(true);
		const copy = join(await temporaryFolder(), 'copy.jsonl');
		expect((await model.saveCopy(copy)).ok).toBe(true);
		expect(await readFile(copy, 'utf8')).toBe(`${row(90)}\n${row(91, 'mended')}\n`);
	});
});
