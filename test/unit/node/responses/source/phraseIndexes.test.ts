import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PhraseIndexes } from '../../../../../src/node/responses/source/phraseIndexes';

let folder: string;
let indexes: PhraseIndexes;
let said: string[];
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'windsock-indexes-'));
	indexes = new PhraseIndexes({ cache: join(folder, 'cache'), workFile: undefined });
	said = [];
});
afterEach(async () => {
	indexes.dispose();
	await rm(folder, { recursive: true, force: true });
});

const row = (text: string): string =>
	`${JSON.stringify({ messages: [{ role: 'assistant', content: text }] })}\n`;
const find = (phrase: string, paths: readonly string[], signal = new AbortController().signal) =>
	indexes.find(phrase, paths, {
		limit: 3,
		progress: { report: message => void said.push(message) },
		signal,
	});

test('rows of several datasets stand in one order, and what cannot be read is said beside them', async () => {
	const [a, b] = [join(folder, 'a.jsonl'), join(folder, 'b.jsonl')];
	await writeFile(a, row('The cat sat on a warm mat.') + row('A dog slept in the sun.'));
	await writeFile(b, row('The cat sat on the roof all day.'));
	const gone = join(folder, 'gone.jsonl');
	const { searched, failed, sources } = await find('the cat sat on the roof', [a, gone, b]);
	expect(searched).toEqual([
		{ path: a, rows: 2 },
		{ path: b, rows: 1 },
	]);
	expect(failed.map(({ path, error }) => [path, error.code])).toEqual([[gone, 'fileMissing']]);
	expect(sources.map(({ path, row: number }) => [path, number])[0]).toEqual([b, 1]);
	expect(sources).toHaveLength(3);
});

test('a dataset that changed meanwhile is read anew, one that did not is not indexed again', async () => {
	const path = join(folder, 'a.jsonl');
	await writeFile(path, row('The cat sat on a warm mat.'));
	await find('the cat', [path]);
	said = [];
	await find('the cat sat', [path]);
	expect(said).toEqual([]);
	await writeFile(path, row('Nothing of it.') + row('Here the cat sat down.'));
	const { sources } = await find('the cat sat', [path]);
	expect(sources).toMatchObject([{ row: 2, sharedWords: 3 }]);
	expect(said).not.toEqual([]);
});

test('a search that is cancelled ends, and the next one goes on', async () => {
	const path = join(folder, 'a.jsonl');
	await writeFile(path, row('The cat sat on a warm mat.'));
	await expect(find('the cat', [path], AbortSignal.abort())).rejects.toMatchObject({
		code: 'cancelled',
	});
	expect((await find('the cat', [path])).sources).toHaveLength(1);
});
