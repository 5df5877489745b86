import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LocalHost } from '../../../../src/node/hosts/localHost';
import { findMetrics } from '../../../../src/node/metrics/findMetrics';
import { MetricFiles, type ReadLimits } from '../../../../src/node/metrics/metricFiles';
import { hostPlace } from '../../../../src/node/metrics/places/hostPlace';
import type { MetricPlace } from '../../../../src/node/metrics/places/metricPlace';
import { splitHostPath } from '../../../../src/node/metrics/places/placeOf';
import { event, records, scalar } from './eventFiles';
import { MetricFolder } from './metricFolder';
import { history, wandbFile } from './wandbFiles';

const folder = new MetricFolder();
const host = new LocalHost();
afterAll(() => {
	folder.remove();
	host.dispose();
});

/** A host's files, with the bytes counted that were asked for. */
function counting(): { place: MetricPlace; read: () => number } {
	const inner = hostPlace(host);
	let read = 0;
	const place: MetricPlace = {
		...inner,
		read: async (path, start, length, options) => {
			const bytes = await inner.read(path, start, length, options);
			read += bytes.ok ? bytes.value.length : 0;
			return bytes;
		},
	};
	return { place, read: () => read };
}

interface Read {
	readonly steps: readonly number[];
	readonly files: MetricFiles;
	readonly bytes: number;
}

async function readFar(name: string, limits: ReadLimits): Promise<Read> {
	const { place, read } = counting();
	const found = await findMetrics(place, join(folder.path, name));
	const source = found.ok ? found.value.sources[0] : undefined;
	if (!source) {
		throw new Error(name);
	}
	const before = read();
	const files = new MetricFiles(place, source, limits);
	expect(await files.read()).toEqual({ ok: true, value: true });
	return { steps: [...files.reading.run().columns.take().step], files, bytes: read() - before };
}

const count = 20_000;
const all = Array.from({ length: count }, (_, i) => i + 1);
const tail = 128 * 1024;

describe('a large file on a host', () => {
	it.each([
		['log.jsonl', all.map(step => `{"step": ${step}, "loss": 0.${step}}\n`).join('')],
		['metrics.csv', `step,loss\n${all.map(step => `${step},0.${step}00000000000\n`).join('')}`],
		['train.log', all.map(step => `{'loss': 0.5, 'step': ${step}}\n`).join('')],
		[
			'events.out.tfevents.1.h',
			records(...all.map(step => event(step, step, scalar('train/loss', 1)))),
		],
		['run.wandb', wandbFile(...all.map(step => history(step, { loss: '1', _step: String(step) })))],
	])(
		'is read from its end alone, in whole rows, and %s says what was left out',
		async (name, content) => {
			folder.write(name, content);
			const { steps, files, bytes } = await readFar(name, { tail });
			expect(bytes).toBeLessThan(tail + 150_000);
			expect(steps.length).toBeGreaterThan(1000);
			expect(steps.length).toBeLessThan(count);
			expect(steps).toEqual(all.slice(-steps.length));
			expect(files.skipped.map(({ what }) => what)).toEqual([
				expect.stringContaining('of a large file on a host only the end is read'),
			]);
			const whole = await readFar(name, { tail, isWhole: true });
			expect(whole.steps).toEqual(all);
			expect(whole.files.skipped).toEqual([]);
		},
	);

	it('is asked for nothing but what is new, once it was read', async () => {
		folder.write('grow.jsonl', all.map(step => `{"step": ${step}, "loss": 1}\n`).join(''));
		const { place, read } = counting();
		const found = await findMetrics(place, join(folder.path, 'grow.jsonl'));
		const files = new MetricFiles(place, (found.ok ? found.value.sources[0] : undefined)!);
		await files.read();
		const before = read();
		await files.read();
		expect(read()).toBe(before);
	});
});

describe('host:path', () => {
	it('is taken apart, and a drive of Windows is no host', () => {
		expect(splitHostPath('gpu1:~/runs')).toEqual({ host: 'gpu1', path: '~/runs' });
		expect(splitHostPath('me@gpu1:a:b')).toEqual({ host: 'me@gpu1', path: 'a:b' });
		for (const path of ['C:\\runs', 'c:/runs', './a:b', '/a:b', 'runs']) {
			expect(splitHostPath(path)).toBeUndefined();
		}
	});
});
