import { describe, expect, it } from 'vitest';
import { parseHubListing } from '../../../../../src/core/dataset/hub/hubListing';
import { hubChoices } from '../../../../../src/node/dataset/hub/hubChoices';

function choicesOf(paths: readonly string[], configs?: unknown, folder?: string) {
	const listing = parseHubListing({
		id: 'org/name',
		sha: 'a'.repeat(40),
		siblings: paths.map(rfilename => ({ rfilename, size: 1, blobId: 'b' })),
		...(configs === undefined ? {} : { cardData: { configs } }),
	});
	if (!listing) {
		throw new Error('it is no listing');
	}
	return hubChoices(listing, folder).map(({ name, path, files }) => [
		name,
		path,
		files.map(file => file.path),
	]);
}

const shards = (name: string): string[] => [
	`data/${name}-00001-of-00002-0123456789abcdef.parquet`,
	`data/${name}-00000-of-00002-fedcba9876543210.parquet`,
];

describe('the lists that a dataset of the Hub can be opened as', () => {
	it('are the splits of its card, by configuration', () => {
		const paths = ['README.md', ...shards('train_sft'), 'en/a.jsonl', 'en/b.jsonl'];
		const configs = [
			{
				config_name: 'default',
				data_files: [
					{ split: 'train_sft', path: 'data/train_sft-*' },
					{ split: 'gone', path: 'data/gone-*' },
				],
			},
			{ config_name: 'en', data_dir: 'en', data_files: '*.jsonl' },
			{ config_name: 'two', data_files: [{ split: 'x', path: ['en/b.jsonl', 'en/a.jsonl'] }] },
		];
		expect(choicesOf(paths, configs)).toEqual([
			['train_sft', 'data/train_sft-*.parquet', shards('train_sft').toReversed()],
			['en / train', 'en/*.jsonl', ['en/a.jsonl', 'en/b.jsonl']],
			['two / x', '{en/b.jsonl,en/a.jsonl}', ['en/a.jsonl', 'en/b.jsonl']],
		]);
	});

	it('are without a card the files that differ by their number', () => {
		expect(choicesOf([...shards('train'), ...shards('test'), 'data/train-extra.parquet'])).toEqual([
			['data/train-[0-9]*.parquet', 'data/train-[0-9]*.parquet', shards('train').toReversed()],
			['data/train-extra.parquet', 'data/train-extra.parquet', ['data/train-extra.parquet']],
			['data/test-*.parquet', 'data/test-*.parquet', shards('test').toReversed()],
		]);
		expect(choicesOf(['train_10.jsonl', 'train_2.jsonl', 'dataset_infos.json'])).toEqual([
			['train_*.jsonl', 'train_*.jsonl', ['train_2.jsonl', 'train_10.jsonl']],
		]);
		expect(choicesOf(['train.json', 'test.json', '.hidden.json'])).toEqual([
			['train.json', 'train.json', ['train.json']],
			['test.json', 'test.json', ['test.json']],
		]);
		expect(choicesOf(['a/x.jsonl', 'b/x.jsonl'], undefined, 'b')).toEqual([
			['b/x.jsonl', 'b/x.jsonl', ['b/x.jsonl']],
		]);
	});

	it('hold nothing that leads out of the repository', () => {
		expect(choicesOf(['../a.jsonl', '/b.jsonl', 'c/../../d.jsonl', 'e.jsonl'])).toEqual([
			['e.jsonl', 'e.jsonl', ['e.jsonl']],
		]);
		expect(parseHubListing({ id: 'a/b', sha: '../..', siblings: [] })).toBeUndefined();
		expect(parseHubListing('<html>')).toBeUndefined();
	});
});
