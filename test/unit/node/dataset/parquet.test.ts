import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { messageFor } from '../../../../src/core/base/errorMessages';
import { Overlay } from '../../../../src/core/dataset/overlay';
import { memorySource } from '../../../../src/node/dataset/byteSource';
import { DatasetFile } from '../../../../src/node/dataset/datasetFile';
import { groupRange, ParquetFooter } from '../../../../src/node/dataset/parquetFooter';
import { saveDataset } from '../../../../src/node/dataset/saveDataset';
import { temporaryFolder } from './temporaryFolder';

/** Twelve rows in three row groups, a column for each type; written by pyarrow. */
const fixture = 'test/fixtures/datasets/kinds.parquet';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function copied(): Promise<string> {
	const path = join(await temporaryFolder(), 'kinds.parquet');
	await copyFile(fixture, path);
	return path;
}

async function opened(path: string): Promise<DatasetFile> {
	const result = await DatasetFile.open(path, { scan: true });
	if (!result.ok) {
		throw result.error;
	}
	onTestFinished(() => result.value.close());
	return result.value;
}

async function textsOf(file: DatasetFile): Promise<string[]> {
	return (await file.rows.readRows(0, file.rows.count)).map(row => new TextDecoder().decode(row));
}

async function saved(path: string, change: (overlay: Overlay, texts: string[]) => void) {
	const file = await opened(path);
	const texts = await textsOf(file);
	const overlay = new Overlay(file.rows.count);
	change(overlay, texts);
	return saveDataset(file, overlay, path, { overwrite: false });
}

function replace(overlay: Overlay, row: number, before: string, after: string): void {
	overlay.apply({ kind: 'replace', id: row, before: encode(before), after: encode(after) });
}

async function groupsOf(path: string): Promise<Buffer[]> {
	const bytes = await readFile(path);
	const footer = await ParquetFooter.read(memorySource(bytes));
	return footer.groups.map(group => {
		const { start, end } = groupRange(group);
		return bytes.subarray(start, end);
	});
}

describe('a Parquet dataset', () => {
	it('shows every type without a loss, whatever it is packed with', async () => {
		const [first = '', second = '', third = ''] = await textsOf(await opened(fixture));
		expect(first).toBe(
			'{"id":9007199254740993,"unsigned":18446744073709551615,"small":-5,"text":"row 0 é",' +
				'"score":0.0,"half":0.0,"flag":true,"micros":"2026-01-01T00:00:00.123456Z",' +
				'"nanos":"2026-01-01T00:00:00.123456789","day":"2026-01-01","clock":"01:02:03.000000",' +
				'"price":12345678901234567.89,"raw":"data:application/octet-stream;base64,AP8A",' +
				'"image":{"bytes":"data:image/png;base64,iVBORw0KGgoA","path":null},' +
				'"messages":[{"role":"user","content":"q0"},{"role":"assistant","content":"a0"}],' +
				'"matrix":[[0,null],[],null]}',
		);
		expect(second).toContain('"score":"NaN"');
		expect(third).toContain('"image":null');
	});

	it('saves an edit by copying all other row groups byte for byte', async () => {
		const path = await copied();
		const before = await groupsOf(path);
		const texts = await textsOf(await opened(path));
		const after = (texts[5] ?? '').replace('"text":null', '"text":"mended"').replace('q5', 'Q “5”');
		const result = await saved(path, overlay => replace(overlay, 5, texts[5] ?? '', after));
		expect(result).toEqual({ ok: true });
		const now = await groupsOf(path);
		expect(now.length).toBe(3);
		expect(now[0]?.equals(before[0] as Buffer)).toBe(true);
		expect(now[2]?.equals(before[2] as Buffer)).toBe(true);
		expect(await textsOf(await opened(path))).toEqual(texts.with(5, after));
		expect(await readdir(dirname(path))).toEqual(['kinds.parquet']);
	});

	it('takes edits of every type, added, deleted and moved rows', async () => {
		const path = await copied();
		const texts = await textsOf(await opened(path));
		const edited = (texts[9] ?? '')
			.replace('9007199254741002', '-9223372036854775808')
			.replace('"small":4', '"small":null')
			.replace('"score":2.25', '"score":"Infinity"')
			.replace('.123456Z', '.654321Z')
			.replace('.123456798', '.000000001')
			.replace('2026-01-10', '1969-12-31')
			.replace('01:02:03.000009', '23:59:59.999999')
			.replace(/"price":[\d.]+/, '"price":-0.01')
			.replace(/"raw":"[^"]+"/, '"raw":"data:application/octet-stream;base64,AAECAw=="')
			.replace('[[9,null],[],null]', '[[],[1,2,3]]');
		const result = await saved(path, overlay => {
			replace(overlay, 9, texts[9] ?? '', edited);
			overlay.apply({ kind: 'delete', id: 0 });
			overlay.apply({ kind: 'move', id: 11, position: 3 });
			overlay.apply({ kind: 'insert', position: 0, bytes: encode('{"text":"new"}') });
		});
		expect(result).toEqual({ ok: true });
		const now = await textsOf(await opened(path));
		expect(JSON.parse(now[0] ?? '')).toMatchObject({ text: 'new', id: null, messages: null });
		const order = [1, 2, 3, 11, 4, 5, 6, 7, 8];
		expect(now.slice(1)).toEqual([...order.map(row => texts[row]), edited, texts[10]]);
	});

	it.each([
		['"flag":true', '"flag":1', /“flag” does not take it: it is true or false/],
		['"small":-5', '"small":1.5', /“small” does not take it: it holds whole numbers/],
		['"id":9007199254740993', '"id":9223372036854775808', /“id” does not take it: .* 64 bits/],
		['"day":"2026-01-01"', '"day":"soon"', /“day” does not take it: “soon” is no date/],
		['"text":"row 0 é"', '"text":["x"]', /“text” does not take it/],
		['"flag":true', '"flag":true,"extra":1', /no column “extra”; save it as JSON lines/],
	])('refuses %s → %s by the column’s name and keeps the file', async (from, to, sentence) => {
		const path = await copied();
		const bytes = await readFile(path);
		const result = await saved(path, (overlay, texts) =>
			replace(overlay, 0, texts[0] ?? '', (texts[0] ?? '').replace(from, to)),
		);
		expect(!result.ok && messageFor(result.error)).toMatch(sentence);
		expect((await readFile(path)).equals(bytes)).toBe(true);
		expect(await readdir(dirname(path))).toEqual(['kinds.parquet']);
	});

	it('is written as JSON lines by Save As, big numbers as they are', async () => {
		const path = await copied();
		const target = join(dirname(path), 'rows.jsonl');
		const file = await opened(path);
		expect((await saveDataset(file, new Overlay(12), target, { overwrite: true })).ok).toBe(true);
		expect(await readFile(target, 'utf8')).toBe(`${(await textsOf(file)).join('\n')}\n`);
	});

	it('says what is wrong with a file whose footer or pages are broken', async () => {
		const whole = await readFile(fixture);
		const folder = await temporaryFolder();
		const failing = async (name: string, bytes: Uint8Array): Promise<string> => {
			const path = join(folder, name);
			await writeFile(path, bytes);
			const result = await DatasetFile.open(path);
			if (!result.ok) {
				return messageFor(result.error);
			}
			onTestFinished(() => result.value.close());
			return textsOf(result.value).then(
				() => 'read',
				(error: unknown) => messageFor(error as never),
			);
		};
		expect(await failing('empty.parquet', new Uint8Array())).toMatch(/it is empty/);
		expect(await failing('cut.parquet', whole.subarray(0, whole.length - 300))).toMatch(
			/cannot be read/,
		);
		expect(await failing('short.parquet', whole.subarray(0, 9))).toMatch(/too short/);
		const footer = Buffer.from(whole);
		footer.fill(0xff, footer.length - 400, footer.length - 8);
		expect(await failing('footer.parquet', footer)).toMatch(/cannot be read/);
		const pages = Buffer.from(whole);
		pages.fill(0xff, 20, 300);
		expect(await failing('pages.parquet', pages)).toMatch(/rows 1 to 4: /);
	});
});
