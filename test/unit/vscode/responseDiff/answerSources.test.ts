import { expect, test } from 'vitest';
import { WindsockError } from '../../../../src/core/base/errors';
import type { SourceSearch } from '../../../../src/node/responses/source/phraseIndexes';
import type { SourcesView } from '../../../../src/protocol/answerSources';
import { AnswerSources, type SourcePorts } from '../../../../src/vscode/responseDiff/answerSources';

const found: SourceSearch = {
	searched: [{ path: '/data/pairs.jsonl', rows: 3 }],
	failed: [],
	sources: [
		{
			path: '/data/pairs.jsonl',
			row: 2,
			score: 4,
			sharedWords: 3,
			phraseWords: 4,
			place: 'chosen',
			excerpt: 'zero helicopters at all',
		},
	],
};
const datasets = [{ location: '/data/pairs.jsonl', run: 'dpo', method: 'dpo' }];

function sourcesWith(ports: Partial<SourcePorts>): {
	readonly sources: AnswerSources;
	readonly views: (SourcesView | undefined)[];
	readonly opened: unknown[];
} {
	const views: (SourcesView | undefined)[] = [];
	const opened: unknown[] = [];
	const sources = new AnswerSources(
		{
			indexes: { find: () => Promise.resolve(found) },
			dataOf: () => ({ datasets }),
			pickDatasets: () => Promise.resolve(undefined),
			openRow: (...row) => void opened.push(row),
			...ports,
		},
		view => views.push(view),
		() => {},
	);
	return { sources, views, opened };
}

test('the nearest rows of a model’s own data are shown, and one is opened by its place', async () => {
	const { sources, views, opened } = sourcesWith({});
	await sources.find(' eat zero helicopters at all ', 'run:dpo');
	expect(views.map(view => view?.kind)).toEqual(['searching', 'found']);
	expect(views.at(-1)).toMatchObject({
		phrase: 'eat zero helicopters at all',
		datasets: [{ name: 'pairs.jsonl', of: 'dpo run “dpo”', rows: 3 }],
		rows: [{ dataset: 'pairs.jsonl', row: 2, place: 'chosen', sharedWords: 3 }],
	});
	// Where files lie is not for the page.
	expect(JSON.stringify(views)).not.toContain('/data/');
	sources.open(0);
	sources.open(7);
	expect(opened).toEqual([['/data/pairs.jsonl', 2]]);
});

test('while names are hidden nothing is looked for', async () => {
	const { sources, views } = sourcesWith({
		dataOf: () => {
			throw new Error('not to be asked');
		},
	});
	await sources.find('zero helicopters', undefined);
	expect(views).toEqual([{ kind: 'hidden' }]);
});

test('where no data is known the datasets are chosen, for this phrase and the next', async () => {
	const asked: (readonly string[])[] = [];
	const { sources, views } = sourcesWith({
		dataOf: () => ({ datasets: [], why: '“base” is no run.' }),
		pickDatasets: () => Promise.resolve(['/data/pairs.jsonl']),
		indexes: {
			find: (_, paths) => {
				asked.push(paths);
				return Promise.resolve(found);
			},
		},
	});
	await sources.find('zero', 'base');
	expect(views.at(-1)).toEqual({ kind: 'noDatasets', phrase: 'zero', why: '“base” is no run.' });
	await sources.choose();
	expect(views.at(-1)).toMatchObject({ kind: 'found', datasets: [{ name: 'pairs.jsonl' }] });
	await sources.find('helicopters', 'base');
	expect(asked).toEqual([['/data/pairs.jsonl'], ['/data/pairs.jsonl']]);
});

test('a search that is closed or followed by another is ended and shows nothing more', async () => {
	const signals: AbortSignal[] = [];
	const { sources, views } = sourcesWith({
		indexes: {
			find: (_, __, { signal, progress }) => {
				signals.push(signal);
				return new Promise((_resolve, reject) => {
					signal.addEventListener('abort', () => {
						progress.report('late', 0.5);
						reject(new WindsockError('cancelled', { what: 'indexing' }));
					});
				});
			},
		},
	});
	const first = sources.find('one', 'run:dpo');
	const second = sources.find('two', 'run:dpo');
	await first;
	sources.close();
	await second;
	expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
	expect(views).toEqual([
		expect.objectContaining({ phrase: 'one' }),
		expect.objectContaining({ phrase: 'two' }),
		undefined,
	]);
});

test('a dataset that cannot be searched says why beside those that were', async () => {
	const error = new WindsockError('fileMissing', { path: '/data/gone.jsonl', reason: 'ENOENT' });
	const { sources, views } = sourcesWith({
		dataOf: () => ({
			datasets: [...datasets, { location: '/data/gone.jsonl', run: 'sft', method: 'sft' }],
		}),
		indexes: {
			find: () => Promise.resolve({ ...found, failed: [{ path: '/data/gone.jsonl', error }] }),
		},
	});
	await sources.find('zero', 'run:dpo');
	const view = views.at(-1);
	expect(view?.kind === 'found' && view.datasets[1]?.problem).toMatch(/gone\.jsonl/);
});
