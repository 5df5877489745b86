// How many scalars a second come out of a TensorBoard event file on disk, as columns that a run
// monitor draws: five tags a step, one scalar an event, every checksum verified.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MetricFiles } from '../../src/node/metrics/metricFiles';
import { localPlace } from '../../src/node/metrics/places/localPlace';
import type { Measurement } from '../support/bench/measurement';
import { median } from '../support/bench/statistics';
import { event, records, scalar } from '../unit/node/metrics/eventFiles';

const tags = ['loss', 'grad_norm', 'learning_rate', 'rewards/chosen', 'rewards/rejected'];
const steps = 200_000;
const rounds = 5;

export async function measure(): Promise<readonly Measurement[]> {
	const folder = await mkdtemp(path.join(tmpdir(), 'windsock-events-'));
	try {
		const file = path.join(folder, 'events.out.tfevents.1.bench');
		await writeFile(file, eventFile());
		const speeds: number[] = [];
		for (let round = 0; round < rounds; round++) {
			const files = new MetricFiles(localPlace, {
				format: 'TensorBoard events',
				path: file,
				files: [file],
				name: 'bench',
				isFolder: false,
			});
			const began = performance.now();
			const read = await files.read();
			const seconds = (performance.now() - began) / 1000;
			const { metrics } = files.reading.run().columns.take();
			const scalars = metrics.reduce((sum, { value }) => sum + value.length, 0);
			if (!read.ok || scalars !== steps * tags.length) {
				throw new Error(`${scalars} scalars`);
			}
			speeds.push(scalars / seconds);
		}
		const value = median(speeds) / 1e6;
		return [{ what: 'TensorBoard event file, a million scalars', value, unit: 'M/s', least: 1 }];
	} finally {
		await rm(folder, { recursive: true });
	}
}

function eventFile(): Uint8Array {
	const parts: Uint8Array[] = [];
	for (let step = 0; step < steps; step++) {
		for (const tag of tags) {
			parts.push(records(event(1.7e9 + step, step, scalar(`train/${tag}`, Math.sin(step)))));
		}
	}
	return Buffer.concat(parts);
}
