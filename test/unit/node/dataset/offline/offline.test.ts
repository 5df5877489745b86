import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { messageFor } from '../../../../../src/core/base/errorMessages';
import { DatasetFile } from '../../../../../src/node/dataset/datasetFile';
import { DatasetModel } from '../../../../../src/node/dataset/datasetModel';
import type { DatasetPlace } from '../../../../../src/node/dataset/far/farSource';
import { keepOffline, type KeepOptions } from '../../../../../src/node/dataset/offline/keepOffline';
import { keptCopyAt, type KeptCopy } from '../../../../../src/node/dataset/offline/keptCopy';
import { planMergeBack, type Merge } from '../../../../../src/node/dataset/offline/mergeBack';
import { placeOf } from '../../../../support/hubPlaces';
import { PracticeHub } from '../../../../support/hubServer';
import { temporaryFolder } from '../temporaryFolder';

const signal = new AbortController().signal;
const row = (id: number, text = `text ${id}`): string =>
	`{"id": ${id}, "text": "${text}", "n": 1.0}`;
const lines = (...rows: readonly string[]): string => rows.map(one => `${one}\n`).join('');

interface Desk {
	readonly workspace: string;
	/** The source; a local file stands for one that is far away. */
	readonly path: string;
}

async function desk(...rows: readonly string[]): Promise<Desk> {
	const workspace = await temporaryFolder();
	const path = join(await temporaryFolder(), 'chats.jsonl');
	await writeFile(path, lines(...rows));
	return { workspace, path };
}

async function model(path: string, place?: DatasetPlace): Promise<DatasetModel> {
	const opened = await DatasetModel.open(path, {
		open: place ? { place, scan: false } : {},
		annotations: undefined,
		now: () => new Date(0),
	});
	if (!opened.ok) {
		throw opened.error;
	}
	onTestFinished(() => opened.value.dispose());
	await (place ? opened.value.file.indexed : opened.value.file.scanned);
	return opened.value;
}

async function kept(
	{ path, workspace }: Desk,
	options: Partial<KeepOptions> = {},
): Promise<KeptCopy> {
	const file = await DatasetFile.open(path);
	if (!file.ok) {
		throw file.error;
	}
	const copy = await keepOffline(file.value, { workspace, now: new Date(0), signal, ...options });
	await file.value.close();
	if (!copy.ok) {
		throw copy.error;
	}
	return copy.value;
}

/** Merges the copy into the source and saves that. */
async function merged(copy: KeptCopy, { path }: Desk): Promise<Merge> {
	const source = await model(path);
	const plan = await planMergeBack(copy, source, { signal });
	if (!plan.ok) {
		throw plan.error;
	}
	const { edit } = plan.value;
	const made = await source.edit(() => Promise.resolve({ ok: true, value: edit }));
	const saved = await source.save({ overwrite: false });
	expect(made.ok && saved.ok).toBe(true);
	return plan.value;
}

describe('a copy that is kept offline', () => {
	it('has the bytes of its source and says what it was made of', async () => {
		const at = await desk(row(1), row(2));
		const copy = await kept(at);
		expect(await readFile(copy.path, 'utf8')).toBe(lines(row(1), row(2)));
		expect(await keptCopyAt(copy.path)).toEqual(copy);
		expect(copy.record).toMatchObject({ source: at.path, keptAt: '1970-01-01T00:00:00.000Z' });
		expect(await keptCopyAt(at.path)).toBeUndefined();
		const second = await kept(at);
		expect(dirname(second.path)).toBe(`${dirname(copy.path)}-2`);
	});

	it('carries over what was edited, removed and added, and nothing else', async () => {
		const at = await desk(row(1), row(2), row(3), row(4));
		const copy = await kept(at);
		await writeFile(copy.path, lines(row(1), row(7), row(8), row(2, 'mine'), row(4)));
		expect(await merged(copy, at)).toMatchObject({
			replaced: 1,
			deleted: 1,
			inserted: 2,
			conflicts: 0,
		});
		expect(await readFile(at.path, 'utf8')).toBe(
			lines(row(1), row(7), row(8), row(2, 'mine'), row(4)),
		);
		const again = await merged(copy, at);
		expect(again).toMatchObject({ edit: undefined, already: 4, conflicts: 0 });
	});

	it('lists what was changed on both sides and leaves it as the source has it', async () => {
		const at = await desk(row(1), row(2), row(3), row(4), row(5));
		const copy = await kept(at);
		await writeFile(copy.path, lines(row(1, 'mine'), row(2, 'mine'), row(4), row(5, 'same')));
		await writeFile(
			at.path,
			lines(row(9), row(1, 'theirs'), row(3, 'theirs'), row(4, 'theirs'), row(5, 'same')),
		);
		expect(await merged(copy, at)).toMatchObject({ edit: undefined, already: 1, conflicts: 3 });
		const listed = (await readFile(copy.conflictsPath, 'utf8')).trim().split('\n');
		expect(listed).toEqual([
			`{"conflict": "changed here and in the source", "source_row": 2, "before": ${row(1)}, "mine": ${row(1, 'mine')}, "source": ${row(1, 'theirs')}}`,
			`{"conflict": "changed here, removed in the source", "before": ${row(2)}, "mine": ${row(2, 'mine')}}`,
			`{"conflict": "removed here, changed in the source", "source_row": 3, "before": ${row(3)}, "source": ${row(3, 'theirs')}}`,
		]);
	});

	it('keeps a slice, whose edits come back to the rows that it was made of', async () => {
		const at = await desk(row(0, 'twin'), row(1), row(2), row(3), row(0, 'twin'), row(5));
		const copy = await kept(at, { rows: [4, 1, 2], query: 'twin' });
		expect(await readFile(copy.path, 'utf8')).toBe(lines(row(0, 'twin'), row(1), row(2)));
		await writeFile(copy.path, lines(row(0, 'mine'), row(1), row(6)));
		await merged(copy, at);
		expect(await readFile(at.path, 'utf8')).toBe(
			lines(row(0, 'twin'), row(1), row(6), row(3), row(0, 'mine'), row(5)),
		);
	});

	it('does not touch a source that has changes which are not saved', async () => {
		const at = await desk(row(1), row(2));
		const copy = await kept(at);
		const source = await model(at.path);
		await source.editText(0, [['text']], 'other');
		const plan = await planMergeBack(copy, source, { signal });
		expect(plan.ok || messageFor(plan.error)).toContain('not saved');
	});

	it('leaves nothing behind when it is cancelled', async () => {
		const at = await desk(row(1), row(2));
		const file = await DatasetFile.open(at.path);
		if (!file.ok) {
			throw file.error;
		}
		onTestFinished(() => file.value.close());
		const stopped = await keepOffline(file.value, {
			workspace: at.workspace,
			now: new Date(0),
			signal: AbortSignal.abort(),
		});
		expect(stopped.ok || stopped.error.code).toBe('cancelled');
		expect(await readdir(join(at.workspace, '.windsock', 'offline'))).toEqual(['.gitignore']);
	});

	it('is made of a dataset of the Hub, and merges into it without reading it', async () => {
		const hub = await PracticeHub.start();
		onTestFinished(() => hub.stop());
		const workspace = await temporaryFolder();
		const files = { 'a-0.jsonl': lines(row(1), row(2)), 'a-1.jsonl': lines(row(3)) };
		hub.add({ id: 'org/name', commit: 'f'.repeat(40), files });
		const source = await model('hf://datasets/org/name', placeOf(hub, join(workspace, 'cache')));
		const copy = await keepOffline(source.file, { workspace, now: new Date(0), signal });
		if (!copy.ok) {
			throw copy.error;
		}
		expect(await readFile(copy.value.path, 'utf8')).toBe(lines(row(1), row(2), row(3)));
		await writeFile(copy.value.path, lines(row(1), row(2), row(3, 'mine')));
		const plan = await planMergeBack(copy.value, source, { signal });
		expect(plan.ok && plan.value.replaced).toBe(1);
		const made = await source.edit(() =>
			Promise.resolve({ ok: true, value: plan.ok ? plan.value.edit : undefined }),
		);
		expect(made.ok).toBe(true);
		const [, , third] = await source.readRows([0, 1, 2].map(place => source.rowAt(place)));
		expect(Buffer.from(third ?? []).toString()).toBe(row(3, 'mine'));
	});

	it('merges as a person would by hand, whatever was done on both sides', async () => {
		for (let seed = 1; seed <= 12; seed++) {
			const draw = generator(seed);
			const ids = Array.from({ length: 30 }, (_, i) => i);
			const at = await desk(...ids.map(id => row(id)));
			const copy = await kept(at);
			const [mine, theirs] = [changed(ids, 'mine', 100, draw), changed(ids, 'theirs', 200, draw)];
			await writeFile(copy.path, lines(...mine.values()));
			await writeFile(at.path, lines(...theirs.values()));
			const { conflicts } = await merged(copy, at);
			const expected = new Map(theirs);
			let clashes = 0;
			for (const id of ids) {
				const [before, my, their] = [row(id), mine.get(id), theirs.get(id)];
				if (my === before || my === their) {
					continue;
				}
				if (their !== before) {
					clashes++;
				} else if (my === undefined) {
					expected.delete(id);
				} else {
					expected.set(id, my);
				}
			}
			for (const [id, text] of mine) {
				if (id >= 100) {
					expected.set(id, text);
				}
			}
			const found = (await readFile(at.path, 'utf8')).trim().split('\n').sort();
			expect(found, `seed ${seed}`).toEqual([...expected.values()].sort());
			expect(conflicts, `seed ${seed}`).toBe(clashes);
		}
	});
});

/** Some rows edited, some removed, some added, by id. */
function changed(
	ids: readonly number[],
	who: string,
	firstNew: number,
	draw: () => number,
): Map<number, string> {
	const rows = new Map<number, string>();
	let next = firstNew;
	for (const id of ids) {
		const what = draw();
		if (what < 0.15) {
			rows.set(id, row(id, draw() < 0.3 ? 'both' : who));
		} else if (what > 0.1 + 0.15) {
			rows.set(id, row(id));
		}
		if (draw() < 0.1) {
			rows.set(next, row(next++, who));
		}
	}
	return rows;
}

function generator(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}
