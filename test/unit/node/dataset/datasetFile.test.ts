import { build } from 'esbuild';
import {
	appendFile,
	chmod,
	lstat,
	readdir,
	readFile,
	rename,
	stat,
	symlink,
	writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Overlay } from '../../../../src/core/dataset/overlay';
import { DatasetFile } from '../../../../src/node/dataset/datasetFile';
import { saveDataset } from '../../../../src/node/dataset/saveDataset';
import { temporaryFile, temporaryFolder } from './temporaryFolder';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function opened(path: string, workerFile?: string): Promise<DatasetFile> {
	const result = await DatasetFile.open(path, { scan: true, workerFile });
	if (!result.ok) {
		throw result.error;
	}
	onTestFinished(() => result.value.close());
	return result.value;
}

async function textsOf(file: DatasetFile): Promise<string[]> {
	expect((await file.indexed).ok).toBe(true);
	return (await file.rows.readRows(0, file.rows.count)).map(row => new TextDecoder().decode(row));
}

describe('a dataset file', () => {
	it('gives its first rows before the whole file is indexed', async () => {
		const line = `${JSON.stringify({ text: 'x'.repeat(1000) })}\n`;
		const file = await opened(await temporaryFile('big.jsonl', line.repeat(20_000)));
		await new Promise<void>(resolve => {
			const listener = file.onDidProgress(() => {
				if (file.rows.count > 0) {
					listener.dispose();
					resolve();
				}
			});
		});
		expect(file.isIndexed).toBe(false);
		expect((await file.readRow(0)).length).toBe(line.length - 1);
		await file.indexed;
		expect(file.rows.count).toBe(20_000);
	});

	it('is indexed and scanned by a worker as it is without one', async () => {
		const workerFile = join(await temporaryFolder(), 'datasetWorker.js');
		await build({
			entryPoints: ['src/node/dataset/datasetWorker.ts'],
			outfile: workerFile,
			bundle: true,
			platform: 'node',
			format: 'cjs',
		});
		const path = await temporaryFile(
			'a.jsonl',
			'{"text":"one"}\n{"text":"two"}\n{"text":"one"}\nbroken\n',
		);
		const [beside, within] = [await opened(path, workerFile), await opened(path)];
		expect((await beside.scanned).ok && (await within.scanned).ok).toBe(true);
		expect(await textsOf(beside)).toEqual(await textsOf(within));
		expect(beside.scan.slice(0, 4)).toEqual(within.scan.slice(0, 4));
		expect([0, 1, 2, 3].map(row => beside.scan.formatOf(row))).toEqual([
			'text',
			'text',
			'text',
			'broken',
		]);
	});

	it('reads rows of a Parquet file as JSON', async () => {
		const file = await opened('test/fixtures/datasets/pairs.parquet');
		expect((await file.scanned).ok).toBe(true);
		const [, second = ''] = await textsOf(file);
		expect(JSON.parse(second)).toMatchObject({ prompt: 'Say hello.', score_chosen: 8 });
		expect(second).toContain('"n":1152921504606846976');
		expect(file.scan.formatOf(0)).toBe('h4-preference');
	});

	it('says what is wrong with a file that is missing, of another kind or broken', async () => {
		const codeOf = async (path: string): Promise<string> => {
			const result = await DatasetFile.open(path);
			return result.ok ? 'opened' : result.error.code;
		};
		const folder = await temporaryFolder();
		expect(await codeOf(join(folder, 'none.jsonl'))).toBe('fileMissing');
		expect(await codeOf(folder + '.txt')).toBe('formatUnknown');
		expect(await codeOf(await temporaryFile('a.parquet', 'PAR1 and nothing more'))).toBe(
			'fileUnreadable',
		);
		expect(await codeOf(await temporaryFile('a.parquet', '{"a":1}'))).toBe('fileUnreadable');
	});

	it('notices on reading that it has become shorter', async () => {
		const path = await temporaryFile('a.jsonl', '{"text":"one"}\n{"text":"two"}\n');
		const file = await opened(path);
		await file.scanned;
		await writeFile(path, '');
		await expect(file.readRow(1)).rejects.toMatchObject({ code: 'fileChanged' });
	});
});

describe('saving a dataset', () => {
	const edit = (id: number, before: string, after: string) =>
		({ kind: 'replace', id, before: encode(before), after: encode(after) }) as const;

	it('changes the edited row only, keeps the mode, follows links and leaves nothing behind', async () => {
		const path = await temporaryFile('real.jsonl', '\uFEFF{"a": 1.0}\r\n{"b":2}\r\n\r\n{"c" :3}');
		await chmod(path, 0o640);
		const link = join(dirname(path), 'link.jsonl');
		await symlink(path, link);
		const file = await opened(link);
		await file.indexed;
		const overlay = new Overlay(file.rows.count);
		overlay.apply(edit(1, '{"b":2}', '{"b":22}'));
		expect(await saveDataset(file, overlay, link, { overwrite: false })).toEqual({ ok: true });
		expect(await readFile(path, 'utf8')).toBe('\uFEFF{"a": 1.0}\r\n{"b":22}\r\n\r\n{"c" :3}');
		expect((await stat(path)).mode & 0o777).toBe(0o640);
		expect((await lstat(link)).isSymbolicLink()).toBe(true);
		expect((await readdir(dirname(path))).sort()).toEqual(['link.jsonl', 'real.jsonl']);
	});

	it('refuses when something else has written the file, unless it is told to overwrite', async () => {
		const path = await temporaryFile('a.json', '[{"a":1}, {"a":2}]');
		const file = await opened(path);
		await file.scanned;
		const overlay = new Overlay(file.rows.count);
		overlay.apply(edit(0, '{"a":1}', '{"a":11}'));
		await appendFile(path, '\n');
		const refused = await saveDataset(file, overlay, path, { overwrite: false });
		expect(!refused.ok && refused.error.code).toBe('fileChanged');
		expect(await readFile(path, 'utf8')).toBe('[{"a":1}, {"a":2}]\n');
		expect((await saveDataset(file, overlay, path, { overwrite: true })).ok).toBe(true);
		expect(await readFile(path, 'utf8')).toBe('[{"a":11}, {"a":2}]');
	});

	it('never mixes its old rows with what something else wrote into the same file', async () => {
		const before = '{"a":1}\n{"a":2}\n{"a":3}\n';
		for (const after of [
			`{"a":"in front"}\n${before}`,
			before.replace('3', '4'),
			before.replace('{"a":2}', ' {"a":2}').trimEnd(),
		]) {
			const path = await temporaryFile('a.jsonl', before);
			const file = await opened(path);
			await file.scanned;
			const overlay = new Overlay(file.rows.count);
			overlay.apply(edit(1, '{"a":2}', '{"a":22}'));
			await writeFile(path, after);
			const refused = await saveDataset(file, overlay, path, { overwrite: true });
			expect(!refused.ok && refused.error.code).toBe('fileUnwritable');
			expect(await readFile(path, 'utf8')).toBe(after);
			const copy = join(dirname(path), 'copy.jsonl');
			expect((await saveDataset(file, overlay, copy, { overwrite: true })).ok).toBe(false);
			expect(await readdir(dirname(path))).toEqual(['a.jsonl']);
		}
	});

	it('may still be told to overwrite a file that was replaced', async () => {
		const path = await temporaryFile('a.jsonl', '{"a":1}\n{"a":2}\n');
		const file = await opened(path);
		await file.indexed;
		const overlay = new Overlay(file.rows.count);
		overlay.apply(edit(0, '{"a":1}', '{"a":11}'));
		await writeFile(`${path}.new`, 'another');
		await rename(`${path}.new`, path);
		expect((await saveDataset(file, overlay, path, { overwrite: false })).ok).toBe(false);
		expect((await saveDataset(file, overlay, path, { overwrite: true })).ok).toBe(true);
		expect(await readFile(path, 'utf8')).toBe('{"a":11}\n{"a":2}\n');
	});

	it('leaves the old file whole and no temporary one when it fails', async () => {
		const path = await temporaryFile('a.jsonl', '{"a":1}\n');
		const file = await opened(path);
		await file.indexed;
		const target = join(dirname(path), 'no', 'such', 'folder.jsonl');
		const failed = await saveDataset(file, new Overlay(1), target, { overwrite: false });
		expect(!failed.ok && failed.error.code).toBe('fileUnwritable');
		await writeFile(path, '{}');
		const shrunk = await saveDataset(file, new Overlay(1), path, { overwrite: true });
		expect(!shrunk.ok && shrunk.error.code).toBe('fileChanged');
		expect(await readdir(dirname(path))).toEqual(['a.jsonl']);
	});
});
