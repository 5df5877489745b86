import { afterAll, expect, it } from 'vitest';
import { findMetrics } from '../../../../src/node/metrics/findMetrics';
import { MetricFiles } from '../../../../src/node/metrics/metricFiles';
import { localPlace } from '../../../../src/node/metrics/places/localPlace';
import { MetricFolder } from './metricFolder';

const folder = new MetricFolder();
afterAll(() => folder.remove());

it('reads a log anew that a run begun again has written over with the same first lines and more', async () => {
	const banner = `${'Loading the model. '.repeat(40)}\n`;
	const dicts = (loss: number, count: number): string =>
		Array.from({ length: count }, (_, i) => `{'loss': ${loss}, 'step': ${i + 1}}\n`).join('');
	const path = folder.write('train.log', banner + dicts(9, 5));
	const found = await findMetrics(localPlace, path);
	const files = new MetricFiles(localPlace, (found.ok ? found.value.sources[0] : undefined)!);
	await files.read();
	folder.write('train.log', banner + dicts(1, 20));
	await files.read();
	expect(files.generation).toBe(1);
	const { metrics } = files.reading.run().columns.take();
	expect(metrics.map(({ name, value }) => [name, [...value]])).toEqual([
		['loss', Array.from({ length: 20 }, () => 1)],
	]);
	folder.write('train.log', banner + dicts(1, 21));
	await files.read();
	expect(files.generation).toBe(1);
	expect([...files.reading.run().columns.take().step]).toEqual([21]);
});
