import { existsSync } from 'node:fs';
import { ok, type Result } from '../../core/base/result';
import type { MetricPoint } from '../../core/training/runLibrary';
import { readMetricFile } from '../../node/metrics/readMetricFile';
import { table, type Answer, type Output } from '../output';
import { findRun } from '../runArgument';
import type { Services } from '../services';

export async function metrics(
	services: Services,
	output: Output,
	target: string,
): Promise<Result<Answer>> {
	if (existsSync(target)) {
		return metricsOfFile(target);
	}
	const found = findRun(services, target);
	if (!found.ok) {
		return found;
	}
	const runId = found.value;
	const synced = await services.library.sync(runId);
	if (!synced.ok) {
		output.warn(synced.error);
	}
	const points = services.library.metrics(runId);
	const brokenLines = services.library.mirrored(runId)?.brokenLines ?? 0;
	return ok({ json: { runId, brokenLines, points }, text: pointsTable(points) });
}

async function metricsOfFile(path: string): Promise<Result<Answer>> {
	const file = await readMetricFile(path);
	if (!file.ok) {
		return file;
	}
	const { format, points, skipped } = file.value;
	const brokenLines = skipped.reduce((sum, { count }) => sum + count, 0);
	const notes = skipped.map(({ what, count }) => `skipped: ${count} ${what}\n`).join('');
	return ok({
		json: { path, format, brokenLines, skipped, points },
		text: notes + pointsTable(points),
	});
}

function pointsTable(points: readonly MetricPoint[]): string {
	return table(
		points.map(point => [
			String(point.n),
			`step ${point.step}`,
			point.kind === 'marker'
				? (point.label ?? point.kind)
				: [point.kind, point.label].join(' ').trim(),
			Object.entries(point.values)
				.map(([name, value]) => `${name}=${Number(value.toPrecision(6))}`)
				.join(' '),
		]),
	);
}
