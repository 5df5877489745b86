import {
	bool,
	dictionary,
	fixedSizeList,
	float32,
	int32,
	largeUtf8,
	list,
	struct,
	tableFromArrays,
	tableToIPC,
	timestamp,
	utf8,
} from '@uwdata/flechette';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { messageFor } from '../../../../src/core/base/errorMessages';
import { expected } from '../../../../src/node/dataset/expected';
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

const types = {
	flag: bool(),
	kind: dictionary(utf8()),
	pair: fixedSizeList(float32(), 2),
	scores: list(int32()),
	spoken: list(struct({ role: dictionary(utf8()), content: largeUtf8() })),
	at: timestamp(),
};

/** Every way in which Arrow writes lengths that is read here. */
function everyKind(format: 'file' | 'stream'): Uint8Array {
	const turn = (role: string, content: string) => ({ role, content });
	const table = tableFromArrays(
		{
			flag: [true, null, false],
			kind: ['a', 'b', 'a'],
			pair: [[1, 2], null, [3, 4]],
			scores: [[1, 2, 3], [], [4]],
			spoken: [[turn('user', 'Hi'), turn('assistant', 'Hello')], null, [turn('user', 'x')]],
			at: [new Date(0), new Date(1000), null],
		},
		{ types },
	);
	return tableToIPC(table, { format }) as Uint8Array;
}

/** All rows as text, or the sentence why there are none. */
async function rowsIn(path: string): Promise<string[] | string> {
	const opened = await DatasetFile.open(path);
	if (!opened.ok) {
		return messageFor(opened.error);
	}
	const read = await expected(() => opened.value.rows.readRows(0, opened.value.rows.count));
	await opened.value.close();
	return read.ok ? read.value.map(row => new TextDecoder().decode(row)) : messageFor(read.error);
}

describe('an Arrow file with a broken length', () => {
	it.each(['file', 'stream'] as const)(
		'is read whole where nothing is broken (%s)',
		async format => {
			const rows = await rowsIn(await temporaryFile('a.arrow', everyKind(format)));
			expect(rows).toHaveLength(3);
			expect(rows[0]).toBe(
				'{"flag":true,"kind":"a","pair":[1.0,2.0],"scores":[1,2,3],"spoken":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}],"at":"1970-01-01T00:00:00.000"}',
			);
		},
	);

	it.each([
		['file', 0x7fffffff],
		['stream', 30_000_000],
	] as const)(
		'never makes more than the file holds (%s, %d in each place)',
		async (format, length) => {
			const whole = everyKind(format);
			const path = await temporaryFile('a.arrow', whole);
			let refused = 0;
			for (let at = 0; at + 4 <= whole.length; at += 4) {
				const broken = Uint8Array.from(whole);
				new DataView(broken.buffer).setInt32(at, length, true);
				await writeFile(path, broken);
				const rows = await rowsIn(path);
				const size = typeof rows === 'string' ? 0 : rows.join('').length;
				expect(size).toBeLessThan(whole.length * 8);
				refused += typeof rows === 'string' ? 1 : 0;
			}
			expect(refused).toBeGreaterThan(50);
		},
	);
});
