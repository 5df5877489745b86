import * as fc from 'fast-check';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { WindsockError } from '../../src/core/base/errors';
import { recogniseBytes } from '../../src/core/dataset/format';
import { Overlay } from '../../src/core/dataset/overlay';
import { DatasetFile } from '../../src/node/dataset/datasetFile';
import { saveDataset } from '../../src/node/dataset/saveDataset';

/** Broken files for each kind of file. `npm run test:fuzz` asks for more. */
const runs = Number(process.env['WINDSOCK_FUZZ_RUNS'] ?? 20);

const rows = [
	'{"messages": [{"role": "user", "content": "Grüß \\ud83d\\ude42"}], "score": 1.0}',
	'{"prompt": "p", "chosen": "c", "rejected": "r", "id": 12345678901234567890}',
	'{"text": "three\\nlines", "tags": ["a", {"b": null}]}',
	'["no", "object"]',
];
const fixtures = path.resolve(import.meta.dirname, '../fixtures/datasets');
const csv = 'prompt,completion\r\n"a ""quoted"" word","two\r\nlines"\r\nplain,\r\n';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const lines = encode(rows.join('\n'));

const kinds: readonly (readonly [name: string, whole: () => Promise<Uint8Array>])[] = [
	['a.jsonl', () => Promise.resolve(lines)],
	['a.json', () => Promise.resolve(encode(`[\n  ${rows.join(',\n  ')}\n]\n`))],
	['a.csv', () => Promise.resolve(encode(csv))],
	['a.tsv', () => Promise.resolve(encode(csv.replaceAll(',', '\t')))],
	['a.jsonl.gz', () => Promise.resolve(gzipSync(lines))],
	['a.jsonl.zst', () => Promise.resolve(zstdCompressSync(lines))],
	['a.parquet', () => readFile(path.join(fixtures, 'kinds.parquet'))],
	['a.arrow', () => readFile(path.join(fixtures, 'saved', 'data-00000-of-00001.arrow'))],
];

/** What disks, networks and other programs do to files. Places are shares of the size. */
const mutation = fc.record({
	kind: fc.constantFrom('flip', 'insert', 'delete', 'copy', 'cut', 'zero'),
	at: fc.double({ min: 0, max: 1, noNaN: true }),
	length: fc.nat(40),
	bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutated(whole: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
	let bytes = [...whole];
	for (const { kind, at, length, bytes: given } of mutations) {
		const from = Math.floor(at * bytes.length);
		if (kind === 'flip') {
			bytes[from] = (bytes[from] ?? 0) ^ (1 << (length % 8));
		} else if (kind === 'insert') {
			bytes.splice(from, 0, ...given);
		} else if (kind === 'delete') {
			bytes.splice(from, length);
		} else if (kind === 'copy') {
			bytes.splice(from, 0, ...bytes.slice(from, from + length));
		} else if (kind === 'zero') {
			bytes.fill(0, from, from + length);
		} else {
			bytes = bytes.slice(0, from);
		}
	}
	return Uint8Array.from(bytes);
}

/** All rows; undefined after a fault, which is a `WindsockError` with a sentence, or a bug. */
async function readAll(location: string): Promise<readonly string[] | undefined> {
	const opened = await DatasetFile.open(location, { scan: true });
	if (!opened.ok) {
		expect(WindsockError.is(opened.error)).toBe(true);
		return undefined;
	}
	const file = opened.value;
	const read: string[] = [];
	try {
		const scanned = await file.scanned;
		for (let from = 0; from < file.rows.count; from++) {
			for (const bytes of await file.rows.readRows(from, from + 1)) {
				recogniseBytes(bytes);
				read.push(Buffer.from(bytes).toString('latin1'));
			}
		}
		return scanned.ok ? read : undefined;
	} catch (error) {
		if (!WindsockError.is(error)) {
			throw error;
		}
		return undefined;
	} finally {
		await file.close();
	}
}

/** Whether it could be saved. */
async function saveUnedited(location: string): Promise<boolean> {
	const opened = await DatasetFile.open(location, { scan: true });
	if (!opened.ok) {
		return false;
	}
	const file = opened.value;
	try {
		await file.scanned;
		if (file.readOnly !== undefined) {
			return false;
		}
		const overlay = new Overlay(file.rows.count);
		return (await saveDataset(file, overlay, location, { overwrite: true })).ok;
	} finally {
		await file.close();
	}
}

/** Packed files and Parquet are written anew around the same rows. */
function isPlainText(name: string): boolean {
	return /\.(?:jsonl|json|csv|tsv)$/.test(name);
}

describe('a reader of broken files', () => {
	for (const [name, whole] of kinds) {
		it(
			`reads or refuses ${name}, and a save without edits keeps it`,
			{ timeout: 3_600_000 },
			async () => {
				const folder = await mkdtemp(path.join(tmpdir(), 'windsock-readers-'));
				const location = path.join(folder, name);
				const original = await whole();
				try {
					await fc.assert(
						fc.asyncProperty(
							fc.array(mutation, { minLength: 1, maxLength: 5 }),
							async mutations => {
								const bytes = mutated(original, mutations);
								await writeFile(location, bytes);
								const before = await readAll(location);
								if (before !== undefined && (await saveUnedited(location))) {
									expect(await readAll(location)).toEqual(before);
									if (isPlainText(name)) {
										expect((await readFile(location)).equals(bytes)).toBe(true);
									}
								}
							},
						),
						{ numRuns: runs, seed: 20_261_125 },
					);
				} finally {
					await rm(folder, { recursive: true, force: true });
				}
			},
		);
	}
});
