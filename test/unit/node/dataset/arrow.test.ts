import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DatasetFile } from '../../../../src/node/dataset/datasetFile';
import { temporaryFile } from './temporaryFolder';

const saved = 'test/fixtures/datasets/saved';

describe('a folder of save_to_disk', () => {
	it('opens with every type kept, and read-only', async () => {
		const result = await DatasetFile.open(saved, { scan: true });
		if (!result.ok) {
			throw result.error;
		}
		onTestFinished(() => result.value.close());
		expect((await result.value.scanned).ok).toBe(true);
		const rows = await result.value.rows.readRows(0, 3);
		expect(rows.map(row => new TextDecoder().decode(row))).toEqual([
			'{"id":9007199254740993,"text":"a","messages":[{"role":"user","content":"x"}],"raw":"data:application/octet-stream;base64,AAE=","score":1.0}',
			'{"id":2,"text":null,"messages":[],"raw":null,"score":2.5}',
			'{"id":3,"text":"c","messages":null,"raw":"data:application/octet-stream;base64,","score":null}',
		]);
		expect(result.value.readOnly).toMatch(/Arrow files are read-only/);
	});

	it('says that a file is no Arrow file', async () => {
		for (const bytes of [
			'',
			'not an arrow file at all',
			(await readFile(`${saved}/state.json`)).toString(),
		]) {
			const result = await DatasetFile.open(await temporaryFile('a.arrow', bytes));
			expect(!result.ok && result.error.code).toBe('fileUnreadable');
		}
	});
});
