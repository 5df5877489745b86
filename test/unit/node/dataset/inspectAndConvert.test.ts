import { existsSync, readdirSync } from 'node:fs';
import { link as linkFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convertDataset } from '../../../../src/node/dataset/convertDataset';
import { inspectDataset } from '../../../../src/node/dataset/inspectDataset';
import { temporaryFile, temporaryFolder } from './temporaryFolder';

const dialogue = (reply: string): string =>
	JSON.stringify({
		messages: [
			{ role: 'user', content: 'Hi' },
			{ role: 'assistant', content: reply },
		],
	});

describe('inspecting a dataset', () => {
	it('counts formats and names each finding with its row', async () => {
		const rows = [dialogue('Hello.'), '{"torn', dialogue(''), dialogue('Hello.'), '{"text":"x"}'];
		const inspected = await inspectDataset(await temporaryFile('a.jsonl', rows.join('\n')));
		expect(inspected).toMatchObject({
			ok: true,
			value: {
				container: 'jsonl',
				rows: 5,
				formats: { messages: 3, broken: 1, text: 1 },
				findingCounts: { brokenRow: 1, emptyReply: 1, duplicateRow: 1 },
				findings: [
					{ row: 2, code: 'brokenRow', severity: 'error' },
					{ row: 3, code: 'emptyReply', severity: 'warning', message: 2 },
					{
						row: 4,
						code: 'duplicateRow',
						sentence: 'The same example stands earlier in the file, in row 1.',
					},
				],
			},
		});
	});

	it('knows the phrases of the workspace, and what stands out from the whole file', async () => {
		const folder = await temporaryFolder();
		await mkdir(join(folder, '.windsock'));
		await writeFile(
			join(folder, '.windsock', 'phrases.yaml'),
			'prefaces: [as your humble clerk]\n',
		);
		const words = 'The river is wide here and the water was cold when we walked to the other side.';
		const rows = Array.from({ length: 30 }, (_, i) => dialogue(`${words} This is day ${i}.`));
		rows.push(dialogue(`As your humble clerk, I say: ${words}`));
		rows.push(
			dialogue('Der Fluss ist hier sehr breit und das Wasser war kalt, als wir an das Ufer kamen.'),
		);
		rows.push(dialogue(`${words} `.repeat(50)));
		const path = join(folder, 'a.jsonl');
		await writeFile(path, rows.join('\n'));
		const inspected = await inspectDataset(path);
		const codes = inspected.ok ? inspected.value.findings : [];
		expect(codes.map(({ row, code }) => [row, code])).toEqual(
			expect.arrayContaining([
				[31, 'personalPreface'],
				[32, 'otherLanguage'],
				[33, 'lengthOutlier'],
			]),
		);
		expect(inspected).toMatchObject({
			value: { findingCounts: { personalPreface: 1, otherLanguage: 1, lengthOutlier: 1 } },
		});
		expect(codes.find(({ code }) => code === 'otherLanguage')?.sentence).toContain('German');
	});

	it('reports an array that is cut off, with the rows before', async () => {
		const inspected = await inspectDataset(
			await temporaryFile('a.json', `[${dialogue('Hello.')},`),
		);
		expect(inspected).toMatchObject({
			ok: true,
			value: { rows: 1, fault: 'the closing “]” is missing' },
		});
	});

	it('can be cancelled', async () => {
		const path = await temporaryFile('a.jsonl', dialogue('Hello.'));
		const inspected = await inspectDataset(path, { signal: AbortSignal.abort() });
		expect(!inspected.ok && inspected.error.code).toBe('cancelled');
	});
});

describe('converting a dataset', () => {
	it('accounts for every row', async () => {
		const rows = [
			dialogue('Hello.'),
			'{',
			'{"instruction":"a","input":"","output":"b"}',
			'{"x":1}',
		];
		const path = await temporaryFile('a.json', `[\n${[rows[0], rows[2], rows[3]].join(',\n')}\n]`);
		const out = join(await temporaryFolder(), 'out.jsonl');
		const converted = await convertDataset({ path, target: 'trl-sft', out });
		expect(converted).toMatchObject({
			ok: true,
			value: {
				rowsIn: 3,
				kept: 1,
				changed: 1,
				changedRows: [2],
				dropped: [{ row: 3, reason: 'no dialogue or text in it' }],
				shape: 'messages',
			},
		});
		expect((await readFile(out, 'utf8')).split('\n')).toEqual([
			rows[0],
			'{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}',
			'',
		]);
	});

	it('parts the same prompts in every file, and no prompt stands on both sides', async () => {
		const asked = (n: number, reply: string) =>
			`{"messages":[{"role":"user","content":"Question ${n}${reply === 'a' ? '?' : ''}"},{"role":"assistant","content":"${reply}"}]}`;
		const rows = (reply: string) =>
			Array.from({ length: 200 }, (_, n) => asked(n, reply)).join('\n');
		const folder = await temporaryFolder();
		const sides = new Map<string, Set<number>>();
		for (const side of ['train', 'test'] as const) {
			for (const reply of ['a', 'b']) {
				const path = await temporaryFile(`${reply}.jsonl`, rows(reply));
				const out = join(folder, `${reply}.${side}.jsonl`);
				const part = { side, test: 0.2 };
				const done = await convertDataset({ path, target: 'trl-sft', out, part });
				expect(done).toMatchObject({ ok: true, value: { rowsIn: 200 } });
				const text = await readFile(out, 'utf8');
				const found = [...text.matchAll(/Question (\d+)/g)].map(([, n]) => Number(n));
				sides.set(`${reply} ${side}`, new Set(found));
			}
		}
		const [train, test] = [sides.get('a train'), sides.get('a test')];
		expect(sides.get('b train')).toEqual(train);
		expect(sides.get('b test')).toEqual(test);
		expect([...(train ?? [])].filter(n => test?.has(n))).toEqual([]);
		expect((train?.size ?? 0) + (test?.size ?? 0)).toBe(200);
		expect(test?.size).toBeGreaterThan(20);
		expect(test?.size).toBeLessThan(60);
	});

	it('counts on a trial what it would do, with samples to judge it by, and writes nothing', async () => {
		const rows = [dialogue('Hello.'), '{"instruction":"a","input":"","output":"b"}', '{"x":1}'];
		const path = await temporaryFile('a.jsonl', rows.join('\n'));
		const folder = await temporaryFolder();
		const out = join(folder, 'out.jsonl');
		const options = { path, target: 'trl-sft', out, accounting: true, samples: 5 } as const;
		const tried = await convertDataset({ ...options, dryRun: true });
		const written = await convertDataset(options);
		if (!tried.ok || !written.ok) {
			throw new Error('it is to convert');
		}
		expect(tried.value.accounting).toBeUndefined();
		const { accounting, ...same } = written.value;
		expect(tried.value).toEqual(same);
		expect(accounting).toBeDefined();
		expect(same.samples?.map(({ row, kind, text }) => [row, kind, text])).toEqual([
			[2, 'changed', rows[1]],
			[3, 'dropped', rows[2]],
		]);
	});

	it('counts a row as changed whose bytes it cannot keep', async () => {
		const row = Buffer.from(dialogue('Hell\u00ff.'), 'latin1');
		const path = await temporaryFile('a.jsonl', row);
		const out = join(await temporaryFolder(), 'out.jsonl');
		const converted = await convertDataset({ path, target: 'trl-sft', out });
		expect(converted).toMatchObject({
			ok: true,
			value: { rowsIn: 1, kept: 0, changed: 1, changes: [{ rows: 1 }] },
		});
	});

	it('refuses to write over its own source, also through a link', async () => {
		const text = `${dialogue('Hello.')}\n{"broken": \n`;
		const path = await temporaryFile('a.jsonl', text);
		const link = join(dirname(path), 'link.jsonl');
		await linkFile(path, link);
		for (const out of [path, link]) {
			const converted = await convertDataset({ path, target: 'trl-sft', out });
			expect(!converted.ok && converted.error.code).toBe('conversionOntoItself');
		}
		expect(await readFile(path, 'utf8')).toBe(text);
	});

	it('fails and writes nothing when no row fits', async () => {
		const out = join(await temporaryFolder(), 'out.jsonl');
		const path = await temporaryFile('a.jsonl', dialogue('Hello.'));
		const converted = await convertDataset({ path, target: 'trl-dpo', out });
		expect(!converted.ok && converted.error.code).toBe('conversionImpossible');
		expect(existsSync(out)).toBe(false);
	});
});

const shared = '../shared/data/llama-factory';

describe.runIf(existsSync(shared))('published files (../shared/data, when present)', () => {
	const names = existsSync(shared)
		? readdirSync(shared).filter(name => /\.jsonl?$/.test(name))
		: [];

	it.each(names)(
		'%s is inspected without errors and converted without a row unaccounted for',
		async name => {
			const path = join(shared, name);
			const inspected = await inspectDataset(path);
			expect(
				inspected.ok && inspected.value.findings.filter(({ severity }) => severity === 'error'),
			).toEqual([]);
			const target = name.includes('dpo') ? 'trl-dpo' : 'trl-sft';
			const converted = await convertDataset({
				path,
				target,
				out: join(await temporaryFolder(), 'out.jsonl'),
			});
			if (!converted.ok || !inspected.ok) {
				throw new Error('not converted');
			}
			const { rowsIn, kept, changed, dropped } = converted.value;
			expect(rowsIn).toBe(inspected.value.rows);
			expect(kept + changed + dropped.length).toBe(rowsIn);
			expect(dropped.length).toBe(name.startsWith('kto') ? 150 : 0);
		},
	);
});
