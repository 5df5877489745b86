import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { convertDataset } from '../../../../src/node/dataset/convertDataset';
import { locateSplit } from '../../../../src/node/dataset/hub/hubSplit';
import { placeOf } from '../../../support/hubPlaces';
import { PracticeHub } from '../../../support/hubServer';
import { temporaryFile, temporaryFolder } from './temporaryFolder';

const dialogue = (n: number): string =>
	JSON.stringify({
		prompt: `other ${n}`,
		messages: [
			{ role: 'user', content: `Question ${n}` },
			{ role: 'assistant', content: `Answer ${n}.` },
		],
		messages_2: null,
	});

describe('a dataset of a mixture', () => {
	const converted = async (share: { weight: number; seed: number }) => {
		const rows = Array.from({ length: 2000 }, (_, i) => `${dialogue(i)}\n`).join('');
		const path = await temporaryFile('a.jsonl', rows);
		const out = join(await temporaryFolder(), 'out.jsonl');
		const report = await convertDataset({ path, out, target: 'trl-sft', share });
		return { report, text: await readFile(out, 'utf8') };
	};

	it('gives the share of its rows that its weight says, the same for a seed', async () => {
		const first = await converted({ weight: 0.25, seed: 42 });
		expect(first.report).toMatchObject({ ok: true, value: { rowsIn: 2000 } });
		const lines = first.text.trimEnd().split('\n');
		// Four standard deviations of a binomial draw are 77 rows.
		expect(Math.abs(lines.length - 500)).toBeLessThan(78);
		expect((await converted({ weight: 0.25, seed: 42 })).text).toBe(first.text);
		expect((await converted({ weight: 0.25, seed: 43 })).text).not.toBe(first.text);
		const { report } = first;
		const { kept, changed, dropped } = report.ok
			? report.value
			: { kept: 0, changed: 0, dropped: [] };
		expect(kept + changed + dropped.length).toBe(2000);
		expect(new Set(dropped.map(({ reason }) => reason))).toEqual(
			new Set(['not in the share of 0.25 that is taken']),
		);
	});

	it('takes the rows of a smaller share into a larger one', async () => {
		const small = (await converted({ weight: 0.1, seed: 7 })).text.trimEnd().split('\n');
		const large = new Set((await converted({ weight: 0.5, seed: 7 })).text.split('\n'));
		expect(small.every(line => large.has(line))).toBe(true);
	});

	it('is read by its chosen columns only', async () => {
		const row = { text: 'Plain.', prompt: 'P', chosen: 'A', rejected: 'B' };
		const path = await temporaryFile('b.jsonl', `${JSON.stringify(row)}\n`);
		const out = join(await temporaryFolder(), 'out.jsonl');
		await convertDataset({ path, out, target: 'trl-sft', columns: ['text', 'absent'] });
		expect(await readFile(out, 'utf8')).toBe('{"text":"Plain."}\n');
	});
});

describe('a split of a dataset of the Hub', () => {
	let hub: PracticeHub;
	let cache: string;
	const commit = 'e'.repeat(40);
	const configs = [
		{
			config_name: 'default',
			data_files: [
				{ split: 'train_sft', path: 'data/train_sft-*' },
				{ split: 'test_sft', path: 'data/test_sft-*' },
			],
		},
		{ config_name: 'small', data_files: [{ split: 'tiny', path: 'small/tiny-*' }] },
	];

	beforeEach(async () => {
		hub = await PracticeHub.start();
		cache = join(await temporaryFolder(), 'hub');
		const line = `${dialogue(1)}\n`;
		hub.add({
			id: 'org/carded',
			commit,
			cardData: { configs },
			files: {
				'data/train_sft-00000-of-00002.jsonl': line,
				'data/train_sft-00001-of-00002.jsonl': line,
				'data/test_sft-00000-of-00001.jsonl': line,
				'small/tiny-00000-of-00001.jsonl': line,
			},
		});
		hub.add({
			id: 'org/bare',
			commit,
			files: {
				'data/train-00000-of-00002.jsonl': line,
				'data/train-00001-of-00002.jsonl': line,
				'data/test.jsonl': line,
			},
		});
	});
	afterEach(() => hub.stop());

	const located = (id: string, split: string, config?: string) =>
		locateSplit(
			placeOf(hub, cache),
			`hf://datasets/${id}`,
			split,
			config,
			new AbortController().signal,
		);

	it.each([
		['org/carded', 'train_sft', undefined, 'data/train_sft-*.jsonl'],
		['org/carded', 'test_sft', 'default', 'data/test_sft-*.jsonl'],
		['org/carded', 'tiny', 'small', 'small/tiny-*.jsonl'],
		['org/carded', 'tiny', undefined, 'small/tiny-*.jsonl'],
		['org/bare', 'train', undefined, 'data/train-*.jsonl'],
		['org/bare', 'test', 'default', 'data/test.jsonl'],
	])('is found at the commit of today: %s %s %s', async (id, split, config, path) => {
		expect(await located(id, split, config)).toEqual({
			ok: true,
			value: `hf://datasets/${id}@${commit}/${path}`,
		});
	});

	it('that is not there is answered with those that are', async () => {
		const found = await located('org/carded', 'train');
		expect(found.ok ? '' : found.error.code).toBe('datasetUnclear');
		const reason = found.ok ? '' : String(found.error.details['reason']);
		expect(reason).toContain('train_sft');
		expect(reason).toContain('small / tiny');
	});
});
