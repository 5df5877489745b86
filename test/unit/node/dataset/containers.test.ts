import { mkdir, readdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { messageFor } from '../../../../src/core/base/errorMessages';
import { Overlay } from '../../../../src/core/dataset/overlay';
import { DatasetFile } from '../../../../src/node/dataset/datasetFile';
import { saveDataset } from '../../../../src/node/dataset/saveDataset';
import { temporaryFile, temporaryFolder } from './temporaryFolder';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const lines = Array.from({ length: 3000 }, (_, i) => `{"text":"row ${i}", "n": ${i}.0}\n`);

async function opened(location: string): Promise<DatasetFile> {
	const result = await DatasetFile.open(location, { scan: true });
	if (!result.ok) {
		throw result.error;
	}
	onTestFinished(() => result.value.close());
	expect((await result.value.scanned).ok).toBe(true);
	return result.value;
}

async function refusal(location: string): Promise<string> {
	const result = await DatasetFile.open(location);
	if (result.ok) {
		await result.value.close();
		return 'opened';
	}
	return messageFor(result.error);
}

async function textsOf(file: DatasetFile): Promise<string[]> {
	return (await file.rows.readRows(0, file.rows.count)).map(row => new TextDecoder().decode(row));
}

async function edited(file: DatasetFile, row: number, after: string): Promise<Overlay> {
	const overlay = new Overlay(file.rows.count);
	const before = Uint8Array.from(await file.readRow(row));
	overlay.apply({ kind: 'replace', id: row, before, after: encode(after) });
	return overlay;
}

async function shards(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
	const folder = join(await temporaryFolder(), 'shards');
	await mkdir(folder);
	for (const [name, content] of Object.entries(files)) {
		await writeFile(join(folder, name), content);
	}
	return folder;
}

describe.each([
	['rows.jsonl.gz', gzipSync, gunzipSync],
	['rows.jsonl.zst', zstdCompressSync, zstdDecompressSync],
] as const)('a packed dataset %s', (name, pack, unpack) => {
	it('opens with all its rows, and what it is unpacked into goes when it is closed', async () => {
		const path = await temporaryFile(name, pack(lines.join('')));
		const result = await DatasetFile.open(path, { scan: true });
		const file = result.ok ? result.value : undefined;
		const unpacked = dirname(file?.parts[0].description.unpackedPath ?? '');
		expect((await file?.scanned)?.ok).toBe(true);
		expect(file?.rows.count).toBe(3000);
		expect(file?.scan.count).toBe(3000);
		expect(await readdir(unpacked)).toEqual(['text']);
		await file?.close();
		expect((await readdir(tmpdir())).includes(unpacked.slice(tmpdir().length + 1))).toBe(false);
	});

	it('is saved packed, with all but the edited row as it was', async () => {
		const path = await temporaryFile(name, pack(lines.join('')));
		const file = await opened(path);
		const overlay = await edited(file, 7, '{"text":"mended"}');
		expect(await saveDataset(file, overlay, path, { overwrite: false })).toEqual({ ok: true });
		const expected = lines.with(7, '{"text":"mended"}\n').join('');
		expect(unpack(await readFile(path)).toString()).toBe(expected);
		expect(await readdir(dirname(path))).toEqual([name]);
	});

	it('opens as far as it goes when it is cut off, says so, and is not saved in place', async () => {
		const path = await temporaryFile(name, pack(lines.join('')));
		const { length } = await readFile(path);
		await truncate(path, length - 400);
		const file = await opened(path);
		expect(file.layout?.fault).toMatch(/are cut off; the rows up to there are shown/);
		expect(file.readOnly).toMatch(/could not be read to its end/);
		const saved = await saveDataset(file, new Overlay(file.rows.count), path, { overwrite: true });
		expect(!saved.ok && saved.error.code).toBe('fileUnwritable');
		const copy = join(dirname(path), 'copy.jsonl');
		expect(
			(await saveDataset(file, new Overlay(file.rows.count), copy, { overwrite: true })).ok,
		).toBe(true);
		expect(lines.join('').startsWith(await readFile(copy, 'utf8'))).toBe(true);
	});

	it('opens when it is empty', async () => {
		expect((await opened(await temporaryFile(name, pack('')))).rows.count).toBe(0);
		expect((await opened(await temporaryFile(`none-${name}`, ''))).rows.count).toBe(0);
	});
});

describe('a packed dataset', () => {
	it('may hold an array or CSV', async () => {
		const array = await opened(await temporaryFile('a.json.gz', gzipSync('[{"a":1},\n{"a":2}]')));
		expect(await textsOf(array)).toEqual(['{"a":1}', '{"a":2}']);
		const csv = await opened(await temporaryFile('a.csv.zst', zstdCompressSync('a;b\n1;2\n')));
		expect(await textsOf(csv)).toEqual(['{"a":"1","b":"2"}']);
	});

	it('says that it is none when it is not packed', async () => {
		const file = await opened(await temporaryFile('a.jsonl.gz', '{"a":1}\n'));
		expect(file.rows.count).toBe(0);
		expect(file.layout?.fault).toMatch(/gzip data are damaged/);
	});
});

describe('a CSV dataset', () => {
	const text = '\uFEFFname;text\r\n"A";"x ""y"""\r\nB;\r\nC;"two\r\nlines"\r\n';

	it('is edited through JSON and saved with the bytes of all other fields', async () => {
		const path = await temporaryFile('a.csv', text);
		const file = await opened(path);
		expect((await textsOf(file)).map(row => JSON.parse(row) as unknown)).toEqual([
			{ name: 'A', text: 'x "y"' },
			{ name: 'B', text: '' },
			{ name: 'C', text: 'two\r\nlines' },
		]);
		const overlay = await edited(file, 1, '{"name":"B","text":"now; full"}');
		overlay.apply({ kind: 'insert', position: 3, bytes: encode('{"text":"new"}') });
		expect((await saveDataset(file, overlay, path, { overwrite: false })).ok).toBe(true);
		expect(await readFile(path, 'utf8')).toBe(
			text.replace('B;\r\n', 'B;"now; full"\r\n') + '"";new\r\n',
		);
	});

	it('names the row and the column that CSV cannot hold, and keeps the file', async () => {
		const path = await temporaryFile('a.csv', text);
		const file = await opened(path);
		const overlay = await edited(file, 1, '{"name":["B"],"text":""}');
		const saved = await saveDataset(file, overlay, path, { overwrite: false });
		expect(!saved.ok && messageFor(saved.error)).toMatch(/row 2 does not fit into CSV.*“name”/);
		expect(await readFile(path, 'utf8')).toBe(text);
	});
});

describe('saving under another name', () => {
	const jsonl = '{"a":1.0,"b":"x,y"}\n{"a":12345678901234567890,"b":null}\n';

	it.each([
		['copy.json', '[\n{"a":1.0,"b":"x,y"},\n{"a":12345678901234567890,"b":null}\n]\n'],
		['copy.csv', 'a,b\n1.0,"x,y"\n12345678901234567890,\n'],
	])('writes %s', async (name, expected) => {
		const path = await temporaryFile('a.jsonl', jsonl);
		const file = await opened(path);
		const target = join(dirname(path), name);
		expect(await saveDataset(file, new Overlay(2), target, { overwrite: true })).toEqual({
			ok: true,
		});
		expect(await readFile(target, 'utf8')).toBe(expected);
	});

	it('writes an indented array as JSON lines, numbers as they were, packed when asked', async () => {
		const path = await temporaryFile(
			'a.json',
			'[\n  {\n    "a": 1.0,\n    "b": "x\\n y"\n  }\n]\n',
		);
		const file = await opened(path);
		const target = join(dirname(path), 'a.jsonl.gz');
		expect((await saveDataset(file, new Overlay(1), target, { overwrite: true })).ok).toBe(true);
		expect(gunzipSync(await readFile(target)).toString()).toBe('{"a": 1.0,"b": "x\\n y"}\n');
	});

	it('says which names it can write', async () => {
		const path = await temporaryFile('a.jsonl', jsonl);
		const file = await opened(path);
		const target = join(dirname(path), 'a.arrow');
		const saved = await saveDataset(file, new Overlay(2), target, { overwrite: true });
		expect(!saved.ok && messageFor(saved.error)).toMatch(/\.jsonl, \.json or \.csv/);
	});
});

describe('a dataset of several files', () => {
	const three = {
		'part-10.jsonl': '{"n":10}\n{"n":11}\n',
		'part-9.jsonl': '{"n":9}\n',
		'part-1.jsonl': '{"n":1}\n{"n":2}\n',
	};

	it('is one list in natural order, from a folder and from a glob', async () => {
		const folder = await shards({ ...three, 'README.md': '# data', 'dataset_info.json': '{}' });
		const expected = [1, 2, 9, 10, 11].map(n => `{"n":${n}}`);
		expect(await textsOf(await opened(folder))).toEqual(expected);
		const some = await opened(join(folder, 'part-1*.jsonl'));
		expect(await textsOf(some)).toEqual([1, 2, 10, 11].map(n => `{"n":${n}}`));
		expect(some.scan.count).toBe(4);
	});

	it('touches only the file of an edit, and keeps the bounds of all', async () => {
		const folder = await shards(three);
		const old = new Date(1e12);
		for (const name of Object.keys(three)) {
			await utimes(join(folder, name), old, old);
		}
		const file = await opened(folder);
		const overlay = await edited(file, 2, '{"n":99}');
		expect(await saveDataset(file, overlay, folder, { overwrite: false })).toEqual({ ok: true });
		expect(await readFile(join(folder, 'part-9.jsonl'), 'utf8')).toBe('{"n":99}\n');
		expect((await readdir(folder)).sort()).toEqual(Object.keys(three).sort());
		for (const name of ['part-1.jsonl', 'part-10.jsonl'] as const) {
			expect(await readFile(join(folder, name), 'utf8')).toBe(three[name]);
		}
	});

	it('carries a moved row over into the file where it now stands', async () => {
		const folder = await shards(three);
		const file = await opened(folder);
		const overlay = new Overlay(file.rows.count);
		overlay.apply({ kind: 'move', id: 4, position: 1 });
		expect((await saveDataset(file, overlay, folder, { overwrite: false })).ok).toBe(true);
		expect(await readFile(join(folder, 'part-1.jsonl'), 'utf8')).toBe(
			'{"n":1}\n{"n":11}\n{"n":2}\n',
		);
		expect(await readFile(join(folder, 'part-10.jsonl'), 'utf8')).toBe('{"n":10}\n');
	});

	it('changes no file when one of them was written by something else', async () => {
		const folder = await shards(three);
		const file = await opened(folder);
		const overlay = await edited(file, 0, '{"n":0}');
		await writeFile(join(folder, 'part-10.jsonl'), '{"n":"other"}\n');
		const refused = await saveDataset(file, overlay, folder, { overwrite: false });
		expect(!refused.ok && refused.error.code).toBe('fileChanged');
		expect(await readFile(join(folder, 'part-1.jsonl'), 'utf8')).toBe(three['part-1.jsonl']);
	});

	it('keeps packed files packed', async () => {
		const folder = await shards({
			'a-1.jsonl.gz': gzipSync('{"n":1}\n'),
			'a-2.jsonl.gz': gzipSync('{"n":2}\n{"n":3}\n'),
		});
		const file = await opened(folder);
		const overlay = await edited(file, 2, '{"n":33}');
		expect((await saveDataset(file, overlay, folder, { overwrite: false })).ok).toBe(true);
		expect(gunzipSync(await readFile(join(folder, 'a-2.jsonl.gz'))).toString()).toBe(
			'{"n":2}\n{"n":33}\n',
		);
	});

	it('is written into one file by Save As', async () => {
		const folder = await shards(three);
		const file = await opened(folder);
		const target = join(dirname(folder), 'all.jsonl');
		const overlay = await edited(file, 2, '{"n":99}');
		expect((await saveDataset(file, overlay, target, { overwrite: true })).ok).toBe(true);
		expect(await readFile(target, 'utf8')).toBe('{"n":1}\n{"n":2}\n{"n":99}\n{"n":10}\n{"n":11}\n');
	});

	it('says why a folder is not one dataset', async () => {
		expect(await refusal(await shards({ 'a.txt': '' }))).toMatch(/no file in it holds rows/);
		expect(await refusal(await shards({ 'a.jsonl': '', 'b.csv': '' }))).toMatch(
			/several kinds \(\.csv, \.jsonl\)/,
		);
		expect(
			await refusal(
				await shards({
					'train-00000-of-00001.parquet': '',
					'test-00000-of-00001.parquet': '',
				}),
			),
		).toMatch(/several splits \(test, train\)/);
		expect(
			await refusal(await shards({ 'dataset_dict.json': '{"splits":["train","test"]}' })),
		).toMatch(/the splits train, test, each a folder/);
		expect(await refusal(join(await shards({}), '*.jsonl'))).toMatch(
			/fits the pattern\. Check the folder and the pattern/,
		);
	});

	it('names the file that cannot be read', async () => {
		const folder = await shards({ 'a.parquet': 'PAR1 and no footer', 'b.parquet': '' });
		expect(await refusal(folder)).toMatch(/parquet/);
	});
});
