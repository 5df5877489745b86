import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordDiffText } from '../../../../../src/core/dataset/diff/wordDiffText';
import { fieldChanges } from '../../../../../src/core/dataset/diff/fieldChanges';
import { pairRows, type PairableRows } from '../../../../../src/core/dataset/diff/rowPairing';
import { diffDatasets } from '../../../../../src/node/dataset/diff/diffDatasets';
import { parseVersion } from '../../../../../src/node/dataset/diff/gitVersion';
import { temporaryFile } from '../temporaryFolder';

const lines = (rows: readonly object[]): string =>
	rows.map(row => `${JSON.stringify(row)}\n`).join('');
const said = (n: number, words = 'some words that stay as they are'): object => ({
	text: `Row number ${n} with ${words}`,
});

async function versions(old: readonly object[], now: readonly object[]) {
	const path = await temporaryFile('old.jsonl', lines(old));
	const other = join(dirname(path), 'new.jsonl');
	await writeFile(other, lines(now));
	return { old: { path }, now: { path: other } };
}

describe('a dataset diff', () => {
	it('knows examples by an id that is unique in both, wherever they stand', async () => {
		const found = await diffDatasets(
			await versions(
				[
					{ id: 'a', text: 'x', n: 1 },
					{ id: 'b', text: 'y' },
					{ id: 'c', text: 'z' },
				],
				[
					{ id: 'd', text: 'new' },
					{ id: 'c', text: 'z' },
					{ text: 'entirely other', id: 'a', tags: ['t'] },
				],
			),
		);
		expect(found).toMatchObject({ by: 'id', added: 1, removed: 1, changed: 1, same: 1 });
		expect(found.differences).toEqual([
			{ kind: 'added', now: 1, id: 'id:d' },
			{ kind: 'removed', old: 2, id: 'id:b' },
			{
				kind: 'changed',
				old: 1,
				now: 3,
				id: 'id:a',
				fields: [
					{ field: 'text', before: 'x', after: 'entirely other' },
					{ field: 'tags', after: ['t'] },
					{ field: 'n', before: 1 },
				],
			},
		]);
	});

	it('knows rows without an id by their content, and a changed one by its place and words', async () => {
		const found = await diffDatasets({
			...(await versions(
				[said(0), said(1), said(2), said(3), said(3)],
				[said(0), said(1, 'some words that stay as they were'), { text: 'inserted' }, said(3)],
			)),
			texts: 10,
		});
		expect(found).toMatchObject({ by: 'content', added: 1, removed: 2, changed: 1, same: 2 });
		expect(found.differences.map(({ kind }) => kind)).toEqual([
			'changed',
			'removed',
			'added',
			'removed',
		]);
		expect(found.texts?.before).toContain('stay as they are');
		expect(found.texts?.after).toContain('// New row 3');
	});

	it('takes key order and spacing for no change', async () => {
		const task = await versions([{ id: 1, a: 1, b: [1, 2] }], []);
		await writeFile(task.now.path, '{ "b": [1,2],  "a": 1, "id": 1 }\n');
		expect(await diffDatasets(task)).toMatchObject({ same: 1, differences: [] });
	});

	it('compares with a version that git has, and says when there is none', async () => {
		const path = await temporaryFile('data.jsonl', lines([{ id: 1, text: 'before' }]));
		const git = (...words: readonly string[]): void =>
			void execFileSync(
				'git',
				['-C', dirname(path), '-c', 'user.name=t', '-c', 'user.email=t@t', ...words],
				{ stdio: 'pipe' },
			);
		git('init', '-q');
		git('add', basename(path));
		git('commit', '-qm', 'first');
		await writeFile(path, lines([{ id: 1, text: 'after' }]));
		const found = await diffDatasets({ old: parseVersion(`${path}@HEAD`), now: { path } });
		expect(found).toMatchObject({
			changed: 1,
			differences: [{ fields: [{ field: 'text', before: 'before', after: 'after' }] }],
		});
		for (const revision of ['nowhere', '--output=x']) {
			await expect(diffDatasets({ old: { path, revision }, now: { path } })).rejects.toMatchObject({
				code: 'versionMissing',
			});
		}
	});

	it('reads a file whose own name has an @', async () => {
		const path = await temporaryFile('data@v2.jsonl', '');
		expect(parseVersion(path)).toEqual({ path });
		expect(parseVersion('data.jsonl@v1.0')).toEqual({ path: 'data.jsonl', revision: 'v1.0' });
	});

	it('accounts for every row of both versions, once', async () => {
		const rows = (keys: readonly number[]): PairableRows => ({
			count: keys.length,
			nameOf: row => keys[row] ?? Number.NaN,
			contentOf: row => keys[row] ?? Number.NaN,
		});
		const keys = fc.array(fc.nat(6), { maxLength: 12 });
		await fc.assert(
			fc.asyncProperty(keys, keys, fc.boolean(), async (old, now, isLike) => {
				const found = await pairRows(rows(old), rows(now), () => Promise.resolve(isLike));
				const both = (own: number[], other: readonly number[]): number[] =>
					[...own, ...other].sort((a, b) => a - b);
				expect(
					both(
						found.pairs.map(pair => pair.old),
						found.removed,
					),
				).toEqual([...old.keys()]);
				expect(
					both(
						found.pairs.map(pair => pair.now),
						found.added,
					),
				).toEqual([...now.keys()]);
			}),
		);
	});

	it('lists fields that make one value of the other, and nothing for equal ones', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
				expect(fieldChanges(a, structuredClone(a))).toEqual([]);
				const isEqual = JSON.stringify(fieldChanges(a, b)) === '[]';
				expect(isEqual).toBe(fieldChanges(b, a).length === 0);
			}),
		);
	});

	it('marks words that differ, and cuts long equal parts', () => {
		const long = 'This sentence says the same on both sides. '.repeat(10);
		expect(wordDiffText('a red car', 'a blue car')).toBe('a [-red-]{+blue+} car');
		const text = wordDiffText(`${long}The end is red.`, `${long}The end is blue.`);
		expect(text).toContain('[-red');
		expect(text.length).toBeLessThan(150);
	});
});
