import {
	appendFileSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	chmodSync,
	renameSync,
	writeFileSync,
} from 'node:fs';
import { gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../../src/core/base/result';
import { markContamination } from '../../../src/node/dataset/contamination/markContamination';
import { DatasetModel } from '../../../src/node/dataset/datasetModel';
import { DatasetView } from '../../../src/node/dataset/datasetView';
import type { FarSource } from '../../../src/node/dataset/far/farSource';
import { HostPlaces } from '../../../src/node/dataset/far/hostPlaces';
import { markNearDuplicates } from '../../../src/node/dataset/near/markNearDuplicates';
import { keepOffline } from '../../../src/node/dataset/offline/keepOffline';
import { planMergeBack } from '../../../src/node/dataset/offline/mergeBack';
import { applyRewrite, planRewrite } from '../../../src/node/dataset/rewriteRows';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { HostPreparation } from '../../../src/node/runs/hostPreparation';
import { remoteFolder, until } from '../../support/practiceHost';
import { directoryFor } from '../../support/sshHosts';
import { SshServer } from '../../support/sshServer';
import { TcpProxy } from '../../support/tcpProxy';
import { valueOf } from '../../support/results';

let folder: string;
let server: SshServer;
let proxy: TcpProxy;
let directory: NodeHostDirectory;
let places: HostPlaces;
const models: DatasetModel[] = [];

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'windsock-far-'));
	mkdirSync(join(folder, 'home'));
	server = await SshServer.start({ config: [`SetEnv HOME=${join(folder, 'home')}`] });
	proxy = await TcpProxy.start(server.port);
	server.trust(proxy.port);
	directory = directoryFor(server.writeConfig('gpu1', [], proxy.port));
	const preparation = new HostPreparation(directory, remoteFolder);
	places = new HostPlaces(
		(host, signal) => preparation.prepare(host, { signal }),
		() => 50,
	);
});

afterEach(() => {
	for (const model of models.splice(0)) {
		model.dispose();
	}
});

afterAll(async () => {
	places.dispose();
	directory.dispose();
	await proxy.stop();
	await server.stop();
	rmSync(folder, { recursive: true, force: true });
});

function row(i: number, text = 'How?'): string {
	return `{"id": ${i}, "messages": [{"role": "user", "content": "${text} ${i}"}, {"role": "assistant", "content": "So."}]}`;
}

/** Writes a file on the host and returns its path there. */
function fileOf(name: string, text: string): string {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
}

async function open(path: string): Promise<DatasetModel> {
	const options = {
		open: { place: places.place('gpu1'), scan: false },
		annotations: undefined,
		now: () => new Date(0),
	};
	const model = valueOf(await DatasetModel.open(`gpu1:${path}`, options));
	models.push(model);
	return model;
}

async function textOf(model: DatasetModel, position: number): Promise<string> {
	const [bytes] = await model.readRows([model.rowAt(position)]);
	return new TextDecoder().decode(bytes);
}

async function edit(model: DatasetModel, position: number, text: string): Promise<void> {
	const paths = [['messages', 0, 'content']];
	valueOf(await model.editText(model.rowAt(position).id, paths, text));
}

describe('a dataset on a host', () => {
	it('shows rows of a large file for a small part of its bytes', async () => {
		const long = 'x'.repeat(5000);
		const path = fileOf(
			'large.jsonl',
			Array.from({ length: 10_000 }, (_, i) => `${row(i, long)}\n`).join(''),
		);
		const model = await open(path);
		valueOf(await model.file.indexed);
		expect(model.rowCount).toBe(10_000);
		expect(await textOf(model, 9_876)).toBe(row(9_876, long));
		const { far } = model.file;
		expect(far?.received).toBeLessThan(statSync(path).size / 100);
	});

	it('saves edits there in one step and keeps every other byte, the mode and the link to it', async () => {
		const text = `\ufeff${row(0)}\r\n\r\n${row(1)}\r\nno json\r\n${row(2)}`;
		const path = fileOf('mixed.jsonl', text);
		chmodSync(path, 0o640);
		symlinkSync(path, join(folder, 'link.jsonl'));
		const model = await open(join(folder, 'link.jsonl'));
		valueOf(await model.file.indexed);
		expect(model.rowCount).toBe(4);
		await edit(model, 1, 'Why?');
		valueOf(await model.save({ overwrite: false }));
		expect(readFileSync(path, 'utf8')).toBe(text.replace('How? 1', 'Why?'));
		expect(statSync(path).mode & 0o777).toBe(0o640);
		expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([]);
		expect(model.overlay.isChanged).toBe(false);
		expect(await textOf(model, 3)).toBe(row(2));
		await edit(model, 0, 'Again');
		valueOf(await model.save({ overwrite: false }));
		expect(readFileSync(path, 'utf8')).toContain('Again');
	});

	it('is kept offline and merged with what was done there meanwhile', async () => {
		const path = fileOf('kept.jsonl', `${row(0)}\n${row(1)}\n${row(2)}\n${row(3)}\n`);
		const signal = new AbortController().signal;
		const workspace = join(folder, 'home');
		const first = await open(path);
		const kept = { workspace, now: new Date(0), signal };
		const whole = valueOf(await keepOffline(first.file, kept));
		const slice = valueOf(await keepOffline(first.file, { ...kept, rows: [3], query: 'three' }));
		expect(readFileSync(whole.path, 'utf8')).toBe(readFileSync(path, 'utf8'));
		writeFileSync(whole.path, `${row(0, 'Mine')}\n${row(1, 'Mine')}\n${row(3)}\n`);
		writeFileSync(slice.path, `${row(3, 'Slice')}\n`);
		const theirs = fileOf(
			'kept.new',
			`${row(9)}\n${row(0)}\n${row(1, 'Theirs')}\n${row(2)}\n${row(3)}\n`,
		);
		renameSync(theirs, path);
		const source = await open(path);
		valueOf(await source.check(signal));
		for (const copy of [slice, whole]) {
			const { edit: planned } = valueOf(await planMergeBack(copy, source, { signal }));
			valueOf(await source.edit(() => Promise.resolve({ ok: true, value: planned })));
			valueOf(await source.save({ overwrite: false }));
			valueOf(await source.check(signal));
		}
		expect(readFileSync(path, 'utf8')).toBe(
			`${row(9)}\n${row(0, 'Mine')}\n${row(1, 'Theirs')}\n${row(3, 'Slice')}\n`,
		);
		expect(readFileSync(whole.conflictsPath, 'utf8')).toContain('changed here and in the source');
	});

	it('refuses to save over what something else wrote, until that is wanted', async () => {
		const path = fileOf('raced.jsonl', `${row(0)}\n${row(1)}\n`);
		const model = await open(path);
		valueOf(await model.file.indexed);
		await edit(model, 0, 'Mine');
		const other = fileOf('raced.new', `${row(7)}\n`);
		renameSync(other, path);
		const refused = await model.save({ overwrite: false });
		expect(!refused.ok && refused.error.code).toBe('fileChanged');
		expect(readFileSync(path, 'utf8')).toBe(`${row(7)}\n`);
		valueOf(await model.checkDisk());
		expect(model.isChangedOnDisk).toBe(true);
		valueOf(await model.save({ overwrite: true }));
		expect(readFileSync(path, 'utf8')).toBe(`${row(0).replace('How? 0', 'Mine')}\n${row(1)}\n`);
	});

	it('never writes rows that were overwritten in place', async () => {
		const path = fileOf('grown.jsonl', `${row(0)}\n`);
		const model = await open(path);
		valueOf(await model.file.indexed);
		await edit(model, 0, 'Mine');
		appendFileSync(path, `${row(1)}\n`);
		const refused = await model.save({ overwrite: true });
		expect(!refused.ok && refused.error.code).toBe('fileUnwritable');
		expect(readFileSync(path, 'utf8')).toBe(`${row(0)}\n${row(1)}\n`);
	});

	it('keeps edits over a broken link, says so, and goes on by itself', async () => {
		const path = fileOf(
			'linked.jsonl',
			Array.from({ length: 50 }, (_, i) => `${row(i)}\n`).join(''),
		);
		const model = await open(path);
		valueOf(await model.file.indexed);
		await edit(model, 3, 'Kept');
		const states: string[] = [];
		model.file.far?.onDidChangeState(({ kind }) => states.push(kind));
		proxy.reset();
		await until(() => states.includes('lost'));
		const backup = model.backup();
		await until(() => states.includes('connected'));
		expect(await textOf(model, 3)).toContain('Kept');
		valueOf(await model.save({ overwrite: false }));
		expect(readFileSync(path, 'utf8')).toContain('Kept');
		expect(backup).toContain('Kept');
	});

	it('knows its own save when the answer to it is lost', async () => {
		const path = fileOf('unanswered.jsonl', `${row(0)}\n${row(1)}\n`);
		const model = await open(path);
		valueOf(await model.file.indexed);
		await edit(model, 0, 'First');
		// The answer is on its way for so long that the link breaks before it comes.
		proxy.delay = 500;
		const saving = model.save({ overwrite: false });
		await until(() => readFileSync(path, 'utf8').includes('First'));
		proxy.reset();
		proxy.delay = 0;
		valueOf(await saving);
		expect(model.overlay.isChanged).toBe(false);
		expect(model.isChangedOnDisk).toBe(false);
		await edit(model, 1, 'Second');
		valueOf(await model.save({ overwrite: false }));
		expect(readFileSync(path, 'utf8')).toContain('Second');
	});

	it('lays edits of a backup over the file again', async () => {
		const path = fileOf('backup.jsonl', `${row(0)}\n${row(1)}\n`);
		const first = await open(path);
		valueOf(await first.file.indexed);
		await edit(first, 1, 'Unsaved');
		const second = await open(path);
		valueOf(await second.restore(first.backup()));
		expect(await textOf(second, 1)).toContain('Unsaved');
		expect(readFileSync(path, 'utf8')).not.toContain('Unsaved');
	});

	it('reads all rows for findings when that is asked for', async () => {
		const path = fileOf('checked.jsonl', `${row(0)}\n{"messages": []\n${row(2)}\n`);
		const model = await open(path);
		valueOf(await model.file.indexed);
		expect(model.file.isScanned).toBe(false);
		valueOf(await model.check(new AbortController().signal));
		expect(model.file.isScanned).toBe(true);
		expect(model.file.scan.formatOf(1)).toBe('broken');
		expect(model.findingsOf(model.rowAt(1))).not.toBe(0);
	});

	it('finds near-duplicates and known prompts, read once, with edits over it', async () => {
		const story = 'Tell me in a few simple words how the tide comes in and goes out';
		const path = fileOf(
			'near.jsonl',
			[row(0), row(1, story), row(2, 'Else'), row(3, story)].map(line => `${line}\n`).join(''),
		);
		const known = fileOf('eval.jsonl', JSON.stringify({ prompt: story }));
		const model = await open(path);
		valueOf(await model.file.indexed);
		await edit(model, 2, `${story} 1`);
		const { signal } = new AbortController();
		const context = { workFile: undefined, progress: { report: () => undefined }, signal };
		const before = model.file.far?.received ?? 0;
		const near = valueOf(
			await markNearDuplicates(model, { against: [], threshold: 0.7, ...context }),
		);
		expect(near.pairs.map(pair => [pair.row, pair.of.row])).toContainEqual([3, 2]);
		expect((model.file.far?.received ?? 0) - before).toBeLessThan(2 * statSync(path).size);
		const rule = { ngram: 8, share: 0.5 };
		const found = valueOf(await markContamination(model, [known], rule, context));
		expect(found.matches.map(match => match.row)).toEqual([2, 3, 4]);
		const left = `windsock-unpacked-${process.pid}-`;
		expect(readdirSync(tmpdir()).filter(name => name.startsWith(left))).toEqual([]);
	});

	it('replaces in its rows, counts its columns and searches them, and saves there', async () => {
		const path = fileOf('worked.jsonl', `${row(0)}\n${row(1)}\n${row(2, 'Why')}\n`);
		const model = await open(path);
		valueOf(await model.file.indexed);
		valueOf(await model.check(new AbortController().signal));
		const view = new DatasetView(model);
		await view.select({ query: 'role:user content:How' });
		expect(view.count).toBe(2);
		const columns = valueOf(await view.summary());
		expect(columns.map(({ name }) => name)).toContain('turns');
		view.dispose();
		const search = { find: 'How', isRegex: false, matchCase: true, wholeWord: true };
		const rewrite = { kind: 'replace', search, replacement: 'Where' } as const;
		const ids = [0, 1, 2].map(position => model.rowAt(position).id);
		const plan = valueOf(await planRewrite(model, ids, rewrite, { workerFile: undefined }));
		expect(plan.rows).toHaveLength(2);
		valueOf(await applyRewrite(model, plan, 'Replace'));
		valueOf(await model.save({ overwrite: false }));
		expect(readFileSync(path, 'utf8')).toBe(
			`${row(0, 'Where?')}\n${row(1, 'Where?')}\n${row(2, 'Why')}\n`,
		);
	});

	it('reads Parquet where it is, and says that it is read-only', async () => {
		const path = join(folder, 'pairs.parquet');
		writeFileSync(path, readFileSync('test/fixtures/datasets/pairs.parquet'));
		const model = await open(path);
		valueOf(await model.file.indexed);
		const options = { open: {}, annotations: undefined, now: () => new Date(0) };
		const here = valueOf(await DatasetModel.open(path, options));
		models.push(here);
		expect(model.rowCount).toBe(here.rowCount);
		expect(await textOf(model, 1)).toBe(await textOf(here, 1));
		expect(model.readOnly).toContain('read-only');
		valueOf(await model.check(new AbortController().signal));
		expect(model.file.scan.count).toBe(model.rowCount);
	});

	it('asks before a file is read whole for its rows, and opens it read-only where it cannot save', async () => {
		const rows = `${row(0)}\n${row(1)}\n`;
		const asked: number[] = [];
		const opened = (path: string, isWanted: boolean): Promise<Result<DatasetModel>> => {
			const place = {
				...places.place('gpu1'),
				mayReadAll: ({ size }: FarSource) => {
					asked.push(size);
					return Promise.resolve(isWanted);
				},
			};
			const options = {
				open: { place, scan: false },
				annotations: undefined,
				now: () => new Date(0),
			};
			return DatasetModel.open(`gpu1:${path}`, options);
		};
		const packed = join(folder, 'rows.jsonl.gz');
		writeFileSync(packed, gzipSync(rows));
		const files = [
			fileOf('rows.json', `[${row(0)}, ${row(1)}]`),
			fileOf('rows.csv', 'prompt,completion\na,b\nc,d\n'),
			packed,
		];
		for (const path of files) {
			const refused = await opened(path, false);
			expect(!refused.ok && refused.error.code).toBe('cancelled');
			const model = valueOf(await opened(path, true));
			models.push(model);
			valueOf(await model.file.indexed);
			expect(model.rowCount).toBe(2);
			expect(JSON.parse(await textOf(model, 1))).toBeTypeOf('object');
			valueOf(await model.check(new AbortController().signal));
			expect(model.file.scan.count).toBe(2);
			expect(model.readOnly === undefined).toBe(path.endsWith('.json'));
		}
		expect(asked).toEqual(files.flatMap(path => [statSync(path).size, statSync(path).size]));
		models.push(valueOf(await opened(fileOf('plain.jsonl', rows), false)));
	});

	it('says what is wrong with a path', async () => {
		const options = {
			open: { place: places.place('gpu1'), scan: false },
			annotations: undefined,
			now: () => new Date(0),
		};
		const codeOf = async (path: string): Promise<string | undefined> => {
			const opened = await DatasetModel.open(`gpu1:${path}`, options);
			return opened.ok ? undefined : opened.error.code;
		};
		expect(await codeOf(join(folder, 'none.jsonl'))).toBe('remoteFileMissing');
		expect(await codeOf(join(folder, 'rows-*.jsonl'))).toBe('fileUnreadable');
		expect(await codeOf(join(folder, 'rows.txt'))).toBe('formatUnknown');
		mkdirSync(join(folder, 'a-folder.jsonl'));
		expect(await codeOf(join(folder, 'a-folder.jsonl'))).toBe('remoteCommandFailed');
	});
});
