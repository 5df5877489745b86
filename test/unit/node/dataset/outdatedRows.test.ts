import { describe, expect, it, onTestFinished } from 'vitest';
import type { RowSelection } from '../../../../src/core/dataset/query/rowSelection';
import { AnnotationStore } from '../../../../src/node/dataset/annotationStore';
import { DatasetModel } from '../../../../src/node/dataset/datasetModel';
import { DatasetView } from '../../../../src/node/dataset/datasetView';
import { findInDataset } from '../../../../src/node/dataset/findInDataset';
import { temporaryFile } from './temporaryFolder';

const rows = ['alpha', 'beta', 'alpha beta', 'gamma'].map((text, n) =>
	JSON.stringify({ text, score: n }),
);

async function open(author = 'ann', at?: string): Promise<DatasetModel> {
	const path = at ?? (await temporaryFile('a.jsonl', rows.join('\n')));
	const opened = await DatasetModel.open(path, {
		open: {},
		annotations: new AnnotationStore(path, author),
		now: () => new Date(),
	});
	if (!opened.ok) {
		throw opened.error;
	}
	onTestFinished(async () => {
		await opened.value.labels?.flush();
		opened.value.dispose();
	});
	await expect.poll(() => opened.value.areLabelsLoaded).toBe(true);
	return opened.value;
}

async function shown(model: DatasetModel, selection: RowSelection): Promise<DatasetView> {
	const view = new DatasetView(model);
	onTestFinished(() => view.dispose());
	await view.select(selection);
	return view;
}

describe('rows that were found', () => {
	it('stay after an edit, and it is said how many a new search would find otherwise', async () => {
		const model = await open();
		const view = await shown(model, { query: 'alpha' });
		expect([view.count, view.rowsOutdated]).toEqual([2, 0]);
		await model.editText(0, [['text']], 'alpha still');
		await model.editText(3, [['text']], 'now alpha too');
		await expect.poll(() => view.rowsOutdated).toBe(1);
		const edited = await model.editText(2, [['text']], 'other');
		await expect.poll(() => view.rowsOutdated).toBe(2);
		expect(view.count).toBe(2);
		if (edited.ok) {
			await edited.value?.undo();
		}
		await expect.poll(() => view.rowsOutdated).toBe(1);
		await view.select(view.selection);
		expect([view.count, view.rowsOutdated]).toEqual([3, 0]);
	});

	it('are outdated by what is said about them, where the query asks for that', async () => {
		const model = await open();
		const asking = await shown(model, { query: '-is:reviewed -tag:/^later$/' });
		const other = await shown(model, { query: 'text' });
		model.annotate(1, { kind: 'label', value: 'keep' });
		model.annotate(2, { kind: 'note', value: 'look' });
		await expect.poll(() => asking.rowsOutdated).toBe(1);
		model.annotate(3, { kind: 'tag', value: 'later', on: true });
		await expect.poll(() => asking.rowsOutdated).toBe(2);
		expect(other.rowsOutdated).toBe(0);
	});

	it('are outdated by another value in the column that they are sorted by', async () => {
		const model = await open();
		const by = { kind: 'chars' } as const;
		const view = await shown(model, { query: '', sort: { by, isDescending: true } });
		const rated = await shown(model, {
			query: '',
			sort: { by: { kind: 'rating' }, isDescending: true },
		});
		await model.editText(1, [['text']], 'ateb');
		model.annotate(2, { kind: 'rating', value: 5 });
		await expect.poll(() => rated.rowsOutdated).toBe(1);
		expect(view.rowsOutdated).toBe(0);
		await model.editText(1, [['text']], 'longer than before');
		await expect.poll(() => view.rowsOutdated).toBe(1);
		await rated.select(rated.selection);
		expect(rated.position(0)).toBe(2);
	});

	it('are not outdated by a row that is shown since it was added here', async () => {
		const model = await open();
		const view = await shown(model, { query: 'alpha' });
		const bytes = new TextEncoder().encode('{"text":""}');
		model.overlay.apply({ kind: 'insert', position: 1, bytes });
		view.include(model.rowAt(1).id);
		model.touch();
		await model.editText(0, [['text']], 'gone');
		await expect.poll(() => view.rowsOutdated).toBe(1);
	});
});

describe('a search on disk', () => {
	it('takes the mean of all ratings, and every tag and note', async () => {
		const model = await open();
		const other = await open('bob', model.file.path);
		model.annotate(0, { kind: 'rating', value: 5 });
		other.annotate(0, { kind: 'rating', value: 2 });
		model.annotate(0, { kind: 'tag', value: 'math', on: true });
		other.annotate(1, { kind: 'note', value: 'Ask Ann?' });
		other.annotate(1, { kind: 'label', value: 'drop' });
		await model.labels?.flush();
		await other.labels?.flush();
		const found = async (query: string): Promise<number[]> => {
			const result = await findInDataset(model.file.path, query, { limit: 9 });
			if (!result.ok) {
				throw result.error;
			}
			return result.value.found.map(({ row }) => row);
		};
		expect(await found('rating=3.5 tag:math')).toEqual([1]);
		expect(await found('rating>=4')).toEqual([]);
		expect(await found('note:/ann/i is:reviewed')).toEqual([2]);
		expect(await found('-is:reviewed')).toEqual([3, 4]);
		const [first] = await findInDataset(model.file.path, 'is:rated', { limit: 1 }).then(result =>
			result.ok ? result.value.found : [],
		);
		expect(first).toMatchObject({ row: 1, rating: 3.5, tags: ['math'] });
	});
});
