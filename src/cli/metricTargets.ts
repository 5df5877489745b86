import { existsSync } from 'node:fs';
import { ok, type Result } from '../core/base/result';
import type { MetricPlace } from '../node/metrics/places/metricPlace';
import { placeOf, splitHostPath } from '../node/metrics/places/placeOf';
import { readMetrics, type AllRead, type ReadMetricsOptions } from '../node/metrics/readMetrics';
import type { Output } from './output';
import { findRun } from './runArgument';
import type { Services } from './services';

/** How a command reads what an argument may mean. */
export interface TargetReaders<T> {
	readonly files: (target: string) => Promise<Result<readonly T[]>>;
	readonly run: (target: string) => Promise<Result<readonly T[]>>;
}

/** All targets in their order; the first that cannot be read ends it. */
export async function readTargets<T>(
	targets: readonly string[],
	{ files, run }: TargetReaders<T>,
): Promise<Result<readonly T[]>> {
	const all: T[] = [];
	for (const target of targets) {
		const read = isMetricPath(target) ? await files(target) : await run(target);
		if (!read.ok) {
			return read;
		}
		all.push(...read.value);
	}
	return ok(all);
}

/** Whether an argument means files, here or on a host, rather than a run. */
function isMetricPath(target: string): boolean {
	const far = splitHostPath(target);
	return existsSync(target) || (far !== undefined && far.host !== 'run');
}

/** What files hold, with the place they are at; what was left out of them is said. */
export async function readFiles(
	services: Services,
	output: Output,
	target: string,
	options: ReadMetricsOptions,
): Promise<Result<Pick<AllRead, 'runs'> & { readonly place: MetricPlace; readonly path: string }>> {
	const placed = await placeOf(target, process.cwd(), services.hosts);
	if (!placed.ok) {
		return placed;
	}
	const { place, path } = placed.value;
	const read = await readMetrics(place, path, options);
	if (!read.ok) {
		return read;
	}
	read.value.left.forEach(({ what, count }) => output.note(`${target}: ${count} ${what}`));
	read.value.failures.forEach(failure => output.warn(failure));
	return ok({ place, path, runs: read.value.runs });
}

/** The id of a run, whose mirror is as new as its host lets it be. */
export async function syncedRun(
	services: Services,
	output: Output,
	target: string,
): Promise<Result<string>> {
	const found = findRun(services, target);
	if (!found.ok) {
		return found;
	}
	const synced = await services.library.sync(found.value);
	if (!synced.ok) {
		output.warn(synced.error);
	}
	return found;
}
