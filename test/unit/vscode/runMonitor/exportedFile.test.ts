import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { joinedPieces, patientWork } from '../../../../src/vscode/runMonitor/export/patientWork';
import {
	writeWhole,
	type WritableFiles,
} from '../../../../src/vscode/runMonitor/export/writeWhole';
import { MetricFolder } from '../../node/metrics/metricFolder';

const folder = new MetricFolder();
afterAll(() => folder.remove());

const files: WritableFiles<string> = { stat, writeFile, delete: path => rm(path) };
/** A disk that is full after some bytes. */
const full: WritableFiles<string> = {
	...files,
	writeFile: async (path, content) => {
		await writeFile(path, content.subarray(0, 3));
		throw new Error('no space left');
	},
};
const content = new TextEncoder().encode('step,loss\n');

describe('an exported file', () => {
	it('is written whole, or leaves nothing where it cannot be', async () => {
		const path = join(folder.path, 'all.csv');
		await expect(writeWhole(full, path, content)).rejects.toThrow('no space left');
		expect(existsSync(path)).toBe(false);
		await writeWhole(files, path, content);
		expect(readFileSync(path, 'utf8')).toBe('step,loss\n');
		const within = join(path, 'below.csv');
		await expect(writeWhole(files, within, content)).rejects.toThrow(/ENOTDIR|ENOENT/);
		expect(readFileSync(path, 'utf8')).toBe('step,loss\n');
	});

	it('that stood there before is not removed', async () => {
		const path = join(folder.path, 'old.csv');
		writeFileSync(path, 'old');
		await expect(writeWhole(full, path, content)).rejects.toThrow('no space left');
		expect(existsSync(path)).toBe(true);
	});

	it('has no content once it was cancelled, however far it had come', async () => {
		const cancel = new AbortController();
		const given: number[] = [];
		function* pieces(): Generator<string, void> {
			for (let n = 1; n <= 10; n++) {
				given.push(n);
				if (n === 3) {
					cancel.abort();
				}
				yield `${n}\n`;
			}
		}
		expect(await joinedPieces(pieces(), cancel.signal)).toBeUndefined();
		expect(given).toEqual([1, 2, 3]);
		const seen: string[] = [];
		const done = await patientWork(pieces(), AbortSignal.abort(), piece => seen.push(piece));
		expect([done, seen]).toEqual([undefined, ['1\n']]);
	});
});
