import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { localPlace } from '../../../../src/node/metrics/places/localPlace';
import {
	readMetrics,
	type AllRead,
	type ReadMetricsOptions,
	type ReadRun,
} from '../../../../src/node/metrics/readMetrics';

/** A folder of files that tests write, and what is read from it. */
export class MetricFolder {
	readonly path: string = mkdtempSync(join(tmpdir(), 'windsock-metrics-'));

	write(name: string, content: string | Uint8Array): string {
		const path = join(this.path, name);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, content);
		return path;
	}

	async all(name = '.', options?: ReadMetricsOptions): Promise<AllRead> {
		const read = await readMetrics(localPlace, join(this.path, name), options);
		if (!read.ok) {
			throw read.error;
		}
		return read.value;
	}

	/** The only run of a file. */
	async one(name: string, content?: string | Uint8Array): Promise<ReadRun> {
		if (content !== undefined) {
			this.write(name, content);
		}
		const { runs } = await this.all(name);
		const [run] = runs;
		if (run === undefined || runs.length !== 1) {
			throw new Error(`${runs.length} runs in ${name}`);
		}
		return run;
	}

	remove(): void {
		rmSync(this.path, { recursive: true });
	}
}

/** A point in few words: kind, step, values. */
export function short({ points }: Pick<ReadRun, 'points'>): readonly unknown[] {
	return points.map(({ kind, step, values }) => [kind, step, values]);
}
