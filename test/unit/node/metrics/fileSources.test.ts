import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LocalHost } from '../../../../src/node/hosts/localHost';
import { FileSources } from '../../../../src/node/metrics/fileSources';
import { fileSourceId, parseFileSourceId } from '../../../../src/node/metrics/fileSourceId';
import { err, ok } from '../../../../src/core/base/result';
import { WindsockError } from '../../../../src/core/base/errors';
import { event, records, scalar } from './eventFiles';
import { MetricFolder } from './metricFolder';
import { logTrackio, trackioDatabase } from './trackioFiles';

const folder = new MetricFolder();
const local = new LocalHost();
afterAll(() => {
	folder.remove();
	local.dispose();
});

const sourcesOf = (): FileSources =>
	new FileSources(
		{
			get: name =>
				Promise.resolve(
					name === 'box' ? ok(local) : err(new WindsockError('hostUnknown', { host: name })),
				),
		},
		{ here: 5, onHost: 5, slower: 1 },
	);

async function opened(sources: FileSources, path: string): Promise<readonly string[]> {
	const found = await sources.open(path);
	if (!found.ok) {
		throw found.error;
	}
	return found.value.ids;
}

/** Waits for the next change of a source. */
const changeOf = (sources: FileSources, id: string): Promise<void> =>
	new Promise(resolve => {
		const listener = sources.onDidChange(change => {
			if (change.id === id) {
				listener.dispose();
				resolve();
			}
		});
	});

const loss = (step: number): Uint8Array => records(event(step, step, scalar('train/loss', step)));

describe('files as sources of a run monitor', () => {
	it('are there at once, empty, and have their points once they are loaded', async () => {
		folder.write('runs/a/events.out.tfevents.1.h', loss(1));
		folder.write('runs/b/events.out.tfevents.1.h', loss(2));
		const sources = sourcesOf();
		const ids = await opened(sources, join(folder.path, 'runs'));
		expect(ids.map(id => sources.get(id)?.name)).toEqual(['a', 'b']);
		expect(sources.get(ids[0] ?? '')?.metrics.series).toEqual([]);
		await sources.load(ids[0] ?? '');
		const source = sources.get(ids[0] ?? '');
		expect(source?.format).toBe('TensorBoard events');
		expect(source?.where).toBe(join(folder.path, 'runs/a'));
		expect([...(source?.metrics.get('loss', 'train')?.values ?? [])]).toEqual([1]);
		expect(sources.get('file:nonsense')).toBeUndefined();
		sources.dispose();
	});

	it('are found again by their ids alone, as after a restart of the editor', async () => {
		folder.write('again/x/log.jsonl', '{"step": 1, "loss": 0.5}\n');
		const database = trackioDatabase(folder.write('again/p.db', ''));
		logTrackio(database, 'a#b/1', 1, { loss: 1 });
		logTrackio(database, 'c', 1, { loss: 2 });
		database.close();
		const ids = await opened(sourcesOf(), join(folder.path, 'again'));
		expect(ids).toHaveLength(3);
		const sources = sourcesOf();
		for (const id of ids) {
			expect(sources.get(id)?.id).toBe(id);
			await sources.load(id);
		}
		expect(ids.map(id => sources.get(id)?.name)).toEqual([
			'again/p.db/a#b/1',
			'again/p.db/c',
			'x/log.jsonl',
		]);
		expect(ids.map(id => sources.get(id)?.metrics.get('loss', 'train')?.values[0])).toEqual([
			1, 2, 0.5,
		]);
		sources.dispose();
	});

	it('that are gone, or on a host nobody knows, stay with the reason', async () => {
		const gone = fileSourceId({ label: join(folder.path, 'gone.csv'), format: 'CSV', run: '' });
		const far = fileSourceId({ label: 'nowhere:/x/log.jsonl', format: 'JSON lines', run: '' });
		const sources = sourcesOf();
		for (const id of [gone, far]) {
			await sources.load(id);
			expect(sources.get(id)?.skipped).toHaveLength(1);
		}
		expect(sources.get(gone)?.skipped[0]?.what).toContain('gone.csv');
		sources.dispose();
	});

	it('name what is cut off at the end of a file', async () => {
		const whole = Buffer.concat([loss(1), loss(2)]);
		folder.write('cut/events.out.tfevents.1.h', whole.subarray(0, -5));
		const sources = sourcesOf();
		const [id = ''] = await opened(sources, join(folder.path, 'cut'));
		await sources.load(id);
		expect(sources.get(id)?.skipped).toEqual([
			{ what: 'files that end within a record', count: 1 },
		]);
		sources.dispose();
	});

	it('are followed while watched, and no longer', async () => {
		const path = folder.write('live.jsonl', '{"step": 1, "loss": 1}\n');
		const sources = sourcesOf();
		const [id = ''] = await opened(sources, path);
		await sources.load(id);
		const watch = sources.watch(id);
		const other = sources.watch(id);
		const changed = changeOf(sources, id);
		appendFileSync(path, '{"step": 2, "loss": 2}\n');
		await changed;
		const before = sources.get(id)?.metrics;
		expect([...(before?.get('loss', 'train')?.values ?? [])]).toEqual([1, 2]);
		other.dispose();
		other.dispose();
		const replaced = changeOf(sources, id);
		// In one step, as trackers that write a file anew do it.
		writeFileSync(`${path}.new`, '{"step": 9, "loss": 9}\n');
		renameSync(`${path}.new`, path);
		await replaced;
		const after = sources.get(id)?.metrics;
		expect(after).not.toBe(before);
		expect([...(after?.get('loss', 'train')?.values ?? [])]).toEqual([9]);
		watch.dispose();
		sources.dispose();
	});

	it('of a host are read through its port and named with it', async () => {
		const path = folder.write('far/events.out.tfevents.1.h', loss(3));
		const sources = sourcesOf();
		const [id = ''] = await opened(sources, `box:${path}`);
		await sources.load(id);
		expect(sources.get(id)?.where).toBe(`local:${path}`);
		expect(sources.get(id)?.metrics.get('loss', 'train')?.length).toBe(1);
		sources.dispose();
	});
});

describe('the id of a file source', () => {
	it('gives back what it was made of, for any names', () => {
		for (const label of ['/a b/#log#x', 'gpu1:/r#events', 'C:\\runs\\a']) {
			for (const run of ['', 'a#b', 'ü/%']) {
				const parts = { label, format: 'log' as const, run };
				expect(parseFileSourceId(fileSourceId(parts))).toEqual(parts);
			}
		}
		expect(parseFileSourceId('01JABC')).toBeUndefined();
		expect(parseFileSourceId('file:/a#log#%')).toBeUndefined();
	});
});
