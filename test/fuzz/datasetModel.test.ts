import * as fc from 'fast-check';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Result } from '../../src/core/base/result';
import { DatasetModel } from '../../src/node/dataset/datasetModel';
import type { UndoableChange } from '../../src/node/dataset/editableDataset';
import {
	changeRow,
	deleteRows,
	duplicateRows,
	moveRows,
	stampOf,
} from '../../src/node/dataset/rowEditing';

/** Sequences; each has up to `longest` steps. `npm run test:fuzz` asks for more. */
const runs = Number(process.env['WINDSOCK_FUZZ_RUNS'] ?? 15);
const longest = 25;

const kinds = [
	'edit',
	'delete',
	'duplicate',
	'move',
	'undo',
	'redo',
	'save',
	'revert',
	'external',
] as const;
const steps = fc.array(
	fc.record({ kind: fc.constantFrom(...kinds), at: fc.nat(20), value: fc.nat(99) }),
	{ maxLength: longest },
);

interface Remembered {
	readonly change: UndoableChange;
	readonly rows: readonly string[];
}

it(
	'a dataset does what a plain list of rows does, whatever is edited, undone, saved and reloaded',
	{ timeout: 3_600_000 },
	async () => {
		const folder = await mkdtemp(path.join(tmpdir(), 'windsock-model-'));
		try {
			await fc.assert(
				fc.asyncProperty(steps, fc.boolean(), async (sequence, hasCrlf) => {
					const file = path.join(folder, 'a.jsonl');
					const lineEnd = hasCrlf ? '\r\n' : '\n';
					const write = (rows: readonly string[]): string =>
						rows.map(row => row + lineEnd).join('');
					let saved: readonly string[] = [1, 2, 3].map(n => `{"n": ${n}.0, "text": "a"}`);
					let rows = saved;
					let undo: Remembered[] = [];
					let redo: Remembered[] = [];
					await writeFile(file, write(saved));
					const options = { open: {}, annotations: undefined, now: () => new Date(0) };
					const model = value(await DatasetModel.open(file, options));
					try {
						value(await model.file.scanned);
						for (const { kind, at, value: number } of sequence) {
							if (kind === 'undo' || kind === 'redo') {
								const [from, to] = kind === 'undo' ? [undo, redo] : [redo, undo];
								const last = from.pop();
								if (last) {
									await (kind === 'undo' ? last.change.undo() : last.change.redo());
									to.push({ change: last.change, rows });
									rows = last.rows;
								}
							} else if (kind === 'save') {
								value(await model.save({ overwrite: false }));
								saved = rows;
								expect(await readFile(file, 'utf8')).toBe(write(saved));
							} else if (kind === 'revert' || kind === 'external') {
								if (kind === 'external') {
									saved = [...saved, `{"n": ${number}, "text": "new"}`];
									await writeFile(file, write(saved));
								}
								value(await model.revert());
								value(await model.file.scanned);
								[rows, undo, redo] = [saved, [], []];
							} else if (rows.length > 0) {
								const made = await edit(model, rows, kind, at % rows.length, number);
								if (made.change) {
									undo.push({ change: made.change, rows });
									[rows, redo] = [made.rows, []];
								}
							}
							expect(await contents(model)).toEqual(rows);
						}
					} finally {
						model.dispose();
						value(await model.file.scanned.then(() => ({ ok: true, value: undefined }) as const));
					}
				}),
				{ seed: 11, numRuns: runs },
			);
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	},
);

async function edit(
	model: DatasetModel,
	rows: readonly string[],
	kind: 'edit' | 'delete' | 'duplicate' | 'move',
	at: number,
	number: number,
): Promise<{ change: UndoableChange | undefined; rows: readonly string[] }> {
	const { id } = model.rowAt(at);
	const next = [...rows];
	const row = rows[at] ?? '';
	switch (kind) {
		case 'edit': {
			const change = { kind: 'setScalar', path: ['n'], typed: `${number}.50` } as const;
			next[at] = row.replace(/"n": [\d.]+/, `"n": ${number}.50`);
			const stamp = stampOf(new TextEncoder().encode(row));
			return { change: value(await changeRow(model, id, change, stamp)), rows: next };
		}
		case 'delete':
			next.splice(at, 1);
			return { change: value(await deleteRows(model, [id])), rows: next };
		case 'duplicate':
			next.splice(at, 0, row);
			return { change: value(await duplicateRows(model, [id])), rows: next };
		case 'move': {
			const to = number % rows.length;
			next.splice(to, 0, ...next.splice(at, 1));
			return { change: value(await moveRows(model, [id], to)), rows: next };
		}
	}
}

async function contents(model: DatasetModel): Promise<string[]> {
	const all = Array.from({ length: model.rowCount }, (_, position) => model.rowAt(position));
	return (await model.readRows(all)).map(bytes => new TextDecoder().decode(bytes));
}

function value<T>(result: Result<T>): T {
	if (!result.ok) {
		throw result.error;
	}
	return result.value;
}
