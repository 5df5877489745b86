import { describe, expect, it } from 'vitest';
import { findingsOnDisk } from '../../../../src/node/runs/findingsOnDisk';
import { temporaryFile } from '../dataset/temporaryFolder';

describe('the findings of a recipe that is being written', () => {
	it('name the files that are not there, once each', async () => {
		const path = await temporaryFile('there.jsonl', '{}');
		const text = 'method: sft\ndatasets: [there.jsonl, gone.jsonl]\ntest_split_size: 0.1\n';
		const found = findingsOnDisk(text, path.replace('there.jsonl', 'r.yaml'));
		expect(found).toMatchObject([
			{ code: 'datasetMissing', severity: 'error', key: 'datasets', line: 2 },
		]);
		expect(found[0]?.message).toContain('gone.jsonl');
	});
	it('say nothing of files before the recipe lies anywhere, nor of YAML that is no recipe', () => {
		expect(findingsOnDisk('method: sft\ndataset_path: gone.jsonl\n', undefined)).toEqual([]);
		expect(findingsOnDisk('dataset_path: gone.jsonl\n', '/w/other.yaml')).toEqual([]);
	});
});
