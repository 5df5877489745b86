import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { AnnotationEvent, Label } from '../../../../../src/core/dataset/annotation';
import { writableFolder } from '../../../../../src/node/dataset/annotate/annotationPlace';
import { AnnotationWriter } from '../../../../../src/node/dataset/annotate/annotationWriter';
import { cloneId } from '../../../../../src/node/dataset/annotate/cloneId';
import { AnnotationStore, authorName } from '../../../../../src/node/dataset/annotationStore';
import { temporaryFolder } from '../temporaryFolder';

const run = promisify(execFile);

async function git(folder: string, ...args: string[]): Promise<string> {
	const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org'];
	return (await run('git', [...who, ...args], { cwd: folder })).stdout;
}

function label(id: string, value: Label, second: number): AnnotationEvent {
	return {
		kind: 'label',
		id,
		value,
		time: new Date(second * 1000).toISOString(),
		event: `${second}`,
	};
}

async function labelsIn(folder: string, author = 'ann'): Promise<unknown> {
	const read = await new AnnotationStore(join(folder, 'data.jsonl'), author).labels();
	return read.ok ? Object.fromEntries(read.value) : read.error;
}

describe('annotations in git', () => {
	it('of one author in two clones merge without a conflict', async () => {
		const folder = await temporaryFolder();
		const first = join(folder, 'first');
		const second = join(folder, 'second');
		await mkdir(first);
		await git(first, 'init', '-q', '-b', 'main');
		await writeFile(join(first, 'data.jsonl'), '{"text":"1"}\n');
		await new AnnotationStore(join(first, 'data.jsonl'), 'ann').append([label('a', 'keep', 1)]);
		await git(first, 'add', '.');
		await git(first, 'commit', '-qm', 'one');
		await git(folder, 'clone', '-q', first, second);
		const here = new AnnotationStore(join(first, 'data.jsonl'), 'ann');
		const there = new AnnotationStore(join(second, 'data.jsonl'), 'ann');
		await here.append([label('b', 'keep', 2), label('c', 'drop', 4)]);
		await there.append([label('a', 'fix', 3), label('b', 'drop', 5)]);
		await there.appendEdits([{ kind: 'renamed', id: 'c', newId: 'd', time: '9999' }]);
		for (const clone of [first, second]) {
			await git(clone, 'add', '.');
			await git(clone, 'commit', '-qm', 'more');
		}
		await git(second, 'pull', '-q', '--no-rebase', '--no-edit', 'origin', 'main');
		await git(first, 'pull', '-q', '--ff-only', second, 'main');
		const merged = { a: 'fix', b: 'drop', d: 'drop' };
		expect(await labelsIn(first)).toEqual(merged);
		expect(await labelsIn(second)).toEqual(merged);
		expect(await readdir(join(first, 'data.jsonl.annotations'))).toHaveLength(3);
		expect(await git(first, 'status', '--porcelain')).toBe('');
	});

	it('go to files of their own in a clone that was copied, and to the same in one that was moved', async () => {
		const folder = await temporaryFolder();
		const first = join(folder, 'first');
		await mkdir(first);
		await git(first, 'init', '-q');
		const id = await cloneId(join(first, 'deep', 'folder'));
		expect(id).toMatch(/^[0-9a-f]{8}$/);
		expect(await cloneId(first)).toBe(id);
		await cp(first, join(folder, 'copy'), { recursive: true });
		expect(await cloneId(join(folder, 'copy'))).not.toBe(id);
		await run('mv', [first, join(folder, 'moved')]);
		expect(await cloneId(join(folder, 'moved'))).toBe(id);
	});

	it('of a work tree go to a file of their own', async () => {
		const folder = await temporaryFolder();
		const first = join(folder, 'first');
		await mkdir(first);
		await git(first, 'init', '-q');
		await git(first, 'commit', '-q', '--allow-empty', '-m', 'one');
		await git(first, 'worktree', 'add', '-q', join(folder, 'tree'), '-b', 'side');
		expect(await cloneId(join(folder, 'tree'))).not.toBe(await cloneId(first));
		expect(await git(join(folder, 'tree'), 'status', '--porcelain')).toBe('');
	});

	it('have a name that stays the same where there is no git', async () => {
		const folder = await temporaryFolder();
		expect(await cloneId(folder)).toBe(await cloneId(folder));
		expect(await readdir(folder)).toEqual([]);
	});
});

describe('the annotation store', () => {
	it('still reads files without a clone in their name', async () => {
		const folder = await temporaryFolder();
		await mkdir(join(folder, 'data.jsonl.annotations'));
		const line = `${JSON.stringify(label('a', 'keep', 1))}\n`;
		await writeFile(join(folder, 'data.jsonl.annotations', 'ann.jsonl'), line);
		await new AnnotationStore(join(folder, 'data.jsonl'), 'ann').append([label('b', 'drop', 2)]);
		expect(await labelsIn(folder)).toEqual({ a: 'keep', b: 'drop' });
		expect(await readFile(join(folder, 'data.jsonl.annotations', 'ann.jsonl'), 'utf8')).toBe(line);
	});

	it('never names a person like another kind of file', () => {
		expect(authorName('edits-bob')).toBe('user-edits-bob');
		expect(authorName('Suggestions-x')).toBe('user-suggestions-x');
	});

	it('writes to the workspace where the dataset has no place of its own', async () => {
		const folder = await temporaryFolder();
		const dataset = join(folder, 'data', 'chats.jsonl');
		await mkdir(join(folder, 'data'));
		expect(await writableFolder(dataset, folder)).toBe(`${dataset}.annotations`);
		const inWorkspace = (name: string): string =>
			join(folder, '.windsock', 'annotations', name, 'chats.jsonl');
		// Also for root, who may write everywhere, a folder that is not there cannot be written.
		const elsewhere = join(folder, 'gone', 'chats.jsonl');
		expect(await writableFolder(elsewhere, folder)).toBe(inWorkspace('gone'));
		if (process.getuid?.() !== 0) {
			await chmod(join(folder, 'data'), 0o555);
			expect(await writableFolder(dataset, folder)).toBe(inWorkspace('data'));
			await chmod(join(folder, 'data'), 0o755);
		}
	});
});

describe('the annotation writer', () => {
	it('keeps what it could not write and writes it with the next try, once', async () => {
		const folder = await temporaryFolder();
		const path = join(folder, 'log', 'ann.jsonl');
		await writeFile(join(folder, 'log'), 'a file where the folder should be');
		const writer = new AnnotationWriter(path);
		const failed = await writer.append([label('a', 'keep', 1)]);
		expect(failed.ok).toBe(false);
		expect(writer.pending).toHaveLength(1);
		await rm(join(folder, 'log'));
		expect((await writer.append([label('b', 'drop', 2)])).ok).toBe(true);
		expect(writer.pending).toEqual([]);
		const lines = (await readFile(path, 'utf8')).trim().split('\n');
		expect(lines.map(line => (JSON.parse(line) as { id: string }).id)).toEqual(['a', 'b']);
	});

	it('writes what comes quickly in few goes, in order, and ends a torn line first', async () => {
		const path = join(await temporaryFolder(), 'ann.jsonl');
		await writeFile(path, '{"kind":"la');
		const writer = new AnnotationWriter(path);
		let writes = 0;
		writer.onDidSettle(() => writes++);
		const done = Array.from({ length: 100 }, (_, i) => writer.append([label(`${i}`, 'keep', i)]));
		await Promise.all(done);
		const [torn, ...lines] = (await readFile(path, 'utf8')).trim().split('\n');
		expect(torn).toBe('{"kind":"la');
		expect(lines.map(line => (JSON.parse(line) as { id: string }).id)).toEqual(
			Array.from({ length: 100 }, (_, i) => `${i}`),
		);
		expect(writes).toBeLessThanOrEqual(2);
	});
});
