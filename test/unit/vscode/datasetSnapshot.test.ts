import { expect, it, onTestFinished } from 'vitest';
import type { SortKey } from '../../../src/core/dataset/query/rowSelection';
import { DatasetModel } from '../../../src/node/dataset/datasetModel';
import { DatasetView } from '../../../src/node/dataset/datasetView';
import { detailOf, summaryOf } from '../../../src/vscode/datasetEditor/datasetSnapshot';
import { temporaryFile } from '../node/dataset/temporaryFolder';

it.each<[SortKey, (number | string | undefined)[]]>([
	[{ kind: 'field', path: ['score'] }, [4.25, 1, undefined]],
	[{ kind: 'chars' }, [5, 3, 1]],
	[{ kind: 'findings' }, [0, 0, 0]],
	[{ kind: 'label' }, [undefined, undefined, undefined]],
])(
	'a row tells what it is sorted by (%j), in the list and when it is in view',
	async (by, values) => {
		const rows = [
			{ text: 'a', score: null },
			{ text: 'bcd', score: 1 },
			{ text: 'efghi', score: 4.25 },
		];
		const path = await temporaryFile('a.jsonl', rows.map(row => JSON.stringify(row)).join('\n'));
		const options = { open: {}, annotations: undefined, now: () => new Date() };
		const opened = await DatasetModel.open(path, options);
		if (!opened.ok) {
			throw opened.error;
		}
		const view = new DatasetView(opened.value);
		onTestFinished(() => {
			view.dispose();
			opened.value.dispose();
		});
		await view.select({ query: '', sort: { by, isDescending: true } });
		const shown = await view.load(0, 3);
		const { sort } = view.selection;
		expect(shown.map(row => summaryOf(opened.value, row, sort).sortValue)).toEqual(values);
		expect(shown.map(row => detailOf(opened.value, row, sort).summary.sortValue)).toEqual(values);
		expect(shown.map(row => detailOf(opened.value, row).summary.sortValue)).toEqual([
			undefined,
			undefined,
			undefined,
		]);
	},
);
