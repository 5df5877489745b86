import { build } from 'esbuild';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { messageFor } from '../../../../../src/core/base/errorMessages';
import type { Result } from '../../../../../src/core/base/result';
import { rowTest } from '../../../../../src/core/dataset/query/matches';
import { queryRowOf } from '../../../../../src/core/dataset/query/queryRow';
import type { RowSort } from '../../../../../src/core/dataset/query/rowSelection';
import { DatasetModel } from '../../../../../src/node/dataset/datasetModel';
import { DatasetView } from '../../../../../src/node/dataset/datasetView';
import { expected } from '../../../../../src/node/dataset/expected';
import { writeMapping } from '../../../../../src/node/dataset/mappingFile';
import { QueryThreads } from '../../../../../src/node/dataset/query/queryThreads';
import { readQuery, searchRows } from '../../../../../src/node/dataset/query/searchRows';
import { temporaryFolder } from '../temporaryFolder';

let folder: string;
let workerFile: string;
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'windsock-worker-'));
	workerFile = join(folder, 'queryWorker.js');
	await build({
		entryPoints: ['src/node/dataset/query/queryWorker.ts'],
		outfile: workerFile,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		alias: { '@uwdata/flechette': './node_modules/@uwdata/flechette/src/index.js' },
	});
});

function value<T>(result: Result<T>): T {
	if (!result.ok) {
		throw result.error;
	}
	return result.value;
}

async function opened(text: string): Promise<DatasetModel> {
	const path = join(await temporaryFolder(), 'a.jsonl');
	await writeFile(path, text);
	const model = value(
		await DatasetModel.open(path, { open: {}, annotations: undefined, now: () => new Date() }),
	);
	onTestFinished(() => model.dispose());
	await model.file.scanned;
	return model;
}

function threads(options: { readonly patience?: number } = {}): QueryThreads {
	const own = new QueryThreads({ workerFile, threads: 2, ...options });
	onTestFinished(() => own.dispose());
	return own;
}

async function found(
	model: DatasetModel,
	query: string,
	own = threads(),
	sort?: RowSort,
): Promise<number[]> {
	const positions: number[] = [];
	const { signal } = new AbortController();
	await searchRows(model, { query, sort, threads: own, signal }, ({ ids }) => {
		positions.push(...ids.map(id => model.overlay.positionOf(id) ?? -1));
	});
	return positions;
}

const words = ['alpha', 'Beta', 'as an AI', 'gamma delta', 'naïve', '\\u0041lpha', 'al\\tpha'];
const many = Array.from({ length: 15_000 }, (_, n) => {
	const said = `${words[n % words.length]} ${'x'.repeat(n % 1200)}`;
	return `{"messages":[{"role":"user","content":"${n}"},{"role":"assistant","content":"${said}"}],"score":${n % 10}}`;
}).join('\n');

describe('a search in worker threads', () => {
	it('finds in reading order what a plain pass finds, with edits, additions and moves', async () => {
		const model = await opened(many);
		value(await model.editText(10_003, [['messages', 1, 'content']], 'edited ALPHA'));
		model.overlay.apply({ kind: 'delete', id: 7 });
		model.overlay.apply({ kind: 'move', id: 14_000, position: 3 });
		const bytes = new TextEncoder().encode('{"text":"added alpha"}');
		model.overlay.apply({ kind: 'insert', position: 9_000, bytes });
		const own = threads();
		const rows = Array.from({ length: model.rowCount }, (_, i) => model.rowAt(i));
		const contents = await model.readRows(rows);
		for (const query of [
			'alpha',
			'role:assistant content:/as an ai|naïve/i',
			'is:edited OR row<=2',
			'len>1190 -alpha',
			'finding:any alpha row<1000',
			'format:text',
		]) {
			const test = rowTest(readQuery(query));
			const plain = rows.flatMap((row, i) => {
				const marks = {
					number: i + 1,
					format: undefined,
					findings: model.findingsOf(row),
					label: undefined,
					isEdited: row.bytes !== undefined,
				};
				return test(queryRowOf(contents[i] ?? new Uint8Array(), marks)) ? [i] : [];
			});
			expect(plain.length).toBeGreaterThan(0);
			expect(await found(model, query, own)).toEqual(plain);
		}
	});

	it('ends an expression that does not end, and names it and the row', async () => {
		const model = await opened(`{"text":"fine"}\n{"text":"${'a'.repeat(40)}!"}\n{"text":"fine"}`);
		const own = threads({ patience: 300 });
		const search = await expected(() => found(model, 'fine OR /^(a+)+$/', own));
		expect(search.ok).toBe(false);
		const sentence = search.ok ? '' : messageFor(search.error);
		expect(sentence).toContain('row 2');
		expect(sentence).toContain('/^(a+)+$/');
		// The next search gets a fresh thread.
		expect(await found(model, 'fine', own)).toEqual([0, 2]);
	});

	it('stops when it is not wanted any more, even in the middle of a row', async () => {
		const model = await opened(`{"text":"${'a'.repeat(60)}!"}`);
		const abort = new AbortController();
		const own = threads({ patience: 60_000 });
		const search = expected(() =>
			searchRows(
				model,
				{ query: '/^(a+)+$/', threads: own, signal: abort.signal },
				() => undefined,
			),
		);
		abort.abort();
		expect(await search).toMatchObject({ ok: false, error: { code: 'cancelled' } });
	});

	it('reads rows as a person said that they are to be read', async () => {
		const workspace = await temporaryFolder();
		const path = join(workspace, 'a.jsonl');
		await writeFile(path, '{"q":"say alpha","a":"beta"}\n{"q":"beta","a":"alpha"}');
		const mapping = { as: 'question', prompt: 'q', reply: 'a' } as const;
		value(await writeMapping(path, mapping, workspace));
		const model = value(
			await DatasetModel.open(path, { open: {}, annotations: undefined, now: () => new Date() }),
		);
		onTestFinished(() => model.dispose());
		await model.file.scanned;
		expect(await found(model, 'role:assistant content:alpha')).toEqual([1]);
		expect(await found(model, 'role:user content:alpha')).toEqual([0]);
	});

	it('says of a query that it cannot be read, and where', async () => {
		const model = await opened('{"text":"a"}');
		const search = await expected(() => found(model, 'role:asistant'));
		expect(search.ok ? '' : messageFor(search.error)).toContain('“asistant”');
	});
});

describe('a view', () => {
	it('sorts, samples and filters at once, and all of it can be undone', async () => {
		const model = await opened(many);
		const view = new DatasetView(model, { workerFile });
		onTestFinished(() => view.dispose());
		const positions = (): (number | undefined)[] =>
			Array.from({ length: Math.min(5, view.count) }, (_, i) => view.position(i));
		const by = { kind: 'field', path: ['score'] } as const;
		await view.select({ query: 'row<=30', sort: { by, isDescending: true } });
		expect(positions()).toEqual([9, 19, 29, 8, 18]);
		await view.select({ query: 'alpha', sample: { count: 100, seed: 5 } });
		const drawn = Array.from({ length: view.count }, (_, i) => view.position(i) ?? -1);
		expect(drawn).toHaveLength(100);
		expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
		expect(drawn.every(position => [0, 5].includes(position % 7))).toBe(true);
		await view.select({ query: 'alpha', sample: { count: 100, seed: 5 } });
		expect(Array.from({ length: view.count }, (_, i) => view.position(i))).toEqual(drawn);
		await view.select({ query: '' });
		expect(view.count).toBe(15_000);
		expect(positions()).toEqual([0, 1, 2, 3, 4]);
	});

	it('tells where the query hits a row, and nothing of an expression that does not end', async () => {
		const model = await opened(`{"text":"say alpha"}\n{"text":"${'a'.repeat(40)}!"}`);
		const view = new DatasetView(model, { workerFile, patience: 300 });
		onTestFinished(() => view.dispose());
		await view.select({ query: 'ALPHA OR /^(a+)+$/' });
		expect(view.failure).toContain('row 2');
		const [first, second] = await model.readRows([model.rowAt(0), model.rowAt(1)]);
		expect(await view.matchesIn(first ?? new Uint8Array())).toEqual([
			{ text: 0, spans: [{ start: 4, end: 9 }] },
		]);
		expect(await view.matchesIn(second ?? new Uint8Array())).toEqual([]);
	});
});

describe('the summary of the columns', () => {
	it('is the same from threads as in one pass, and is read once until an edit', async () => {
		const model = await opened(many);
		value(await model.editText(3, [['messages', 1, 'content']], 'edited'));
		const view = new DatasetView(model, { workerFile, threads: 2 });
		const plain = new DatasetView(model);
		onTestFinished(() => {
			view.dispose();
			plain.dispose();
		});
		const columns = value(await view.summary());
		expect(columns.toSorted(byName)).toEqual(value(await plain.summary()).toSorted(byName));
		const score = columns.find(({ name }) => name === 'field.score');
		expect(score?.bars.map(({ count }) => count)).toEqual(Array.from({ length: 10 }, () => 1500));
		expect(value(await view.summary())).toBe(columns);
		value(await model.editText(3, [['messages', 1, 'content']], 'edited again'));
		expect(value(await view.summary())).not.toBe(columns);
	});

	it('stops when it is not wanted any more', async () => {
		const view = new DatasetView(await opened(many), { workerFile });
		onTestFinished(() => view.dispose());
		view.onDidChange(() => {
			if (view.rowsSummarised > 0) {
				view.stopSummary();
			}
		});
		const stopped = await view.summary();
		expect(stopped.ok || stopped.error.code).toBe('cancelled');
	});
});

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
	return a.name < b.name ? -1 : 1;
}
