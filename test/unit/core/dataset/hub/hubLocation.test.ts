import { describe, expect, it } from 'vitest';
import {
	hubLocationText,
	isHubLocation,
	parseHubLocation,
	readHubLocation,
	withoutRevision,
} from '../../../../../src/core/dataset/hub/hubLocation';

function parsed(text: string) {
	const result = parseHubLocation(text);
	return result.ok ? result.value : result.error.code;
}

describe('a location of the Hub', () => {
	it.each([
		['hf://datasets/org/name', { id: 'org/name', revision: undefined, path: '' }],
		['hf://datasets/squad@v1.0', { id: 'squad', revision: 'v1.0', path: '' }],
		[
			'hf://datasets/org/name@main/data/train-*.parquet',
			{ id: 'org/name', revision: 'main', path: 'data/train-*.parquet' },
		],
		[
			'hf://datasets/org/name@refs/convert/parquet/default/train/0000.parquet',
			{ id: 'org/name', revision: 'refs/convert/parquet', path: 'default/train/0000.parquet' },
		],
		['hf://datasets/org/name@a%2Fb/x.csv', { id: 'org/name', revision: 'a/b', path: 'x.csv' }],
		['hf://datasets/org/name/data/', { id: 'org/name', revision: undefined, path: 'data' }],
	])('reads %s and writes it as it was meant', (text, location) => {
		expect(parsed(text)).toEqual(location);
		expect(parsed(hubLocationText(location))).toEqual(location);
	});

	it.each([
		'hf://models/org/name',
		'hf://datasets/',
		'hf://datasets/../etc',
		'hf://datasets/org/name@main/../../secret',
		'hf://datasets/org/name/a//b',
		'hf://datasets/org/na me',
		'hf://datasets/org/name@/x.jsonl',
		'hf://datasets/org/name/a\\b.jsonl',
	])('refuses %s', text => {
		expect(parsed(text)).toBe('hubLocationInvalid');
	});

	it('takes what people paste: a name, or the address of a page', () => {
		for (const [text, location] of [
			[' org/name ', 'hf://datasets/org/name'],
			['org/name@v2', 'hf://datasets/org/name@v2'],
			['https://huggingface.co/datasets/org/name', 'hf://datasets/org/name'],
			['https://huggingface.co/datasets/org/name?row=3', 'hf://datasets/org/name'],
			[
				'https://huggingface.co/datasets/org/name/blob/main/data/a.jsonl',
				'hf://datasets/org/name@main/data/a.jsonl',
			],
			[
				'https://hub.example/datasets/org/name/tree/refs%2Fconvert%2Fparquet',
				'hf://datasets/org/name@refs/convert/parquet',
			],
		] as const) {
			const read = readHubLocation(text);
			expect(read.ok && hubLocationText(read.value)).toBe(location);
		}
		expect(readHubLocation('not a name').ok).toBe(false);
	});

	it('names what is said about a dataset the same at every commit', () => {
		expect(withoutRevision('hf://datasets/org/name@abc/a.jsonl')).toBe(
			'hf://datasets/org/name/a.jsonl',
		);
		expect(withoutRevision('/home/me@work/a.jsonl')).toBe('/home/me@work/a.jsonl');
		expect(isHubLocation('/hf://datasets')).toBe(false);
	});
});
