import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { LineSplitter } from '../../core/contract/lineSplitter';
import { parseLines, parseMetricLine } from '../../core/contract/parseRunFiles';
import type { MetricPoint } from '../../core/training/runLibrary';
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
		output.error(synced.error);
	}
	const points = services.library.metrics(runId);
	const brokenLines = services.library.mirrored(runId)?.brokenLines ?? 0;
	return ok({ json: { runId, brokenLines, points }, text: pointsTable(points) });
}

async function metricsOfFile(path: string): Promise<Result<Answer>> {
	let bytes: Uint8Array;
	try {
		bytes = await readFile(path);
	} catch (error) {
		return err(new WindsockError('fileUnreadable', { path, reason: reasonOf(error) }));
	}
	const { values, broken } = parseLines(new LineSplitter().push(bytes), parseMetricLine);
	return ok({ json: { path, brokenLines: broken, points: values }, text: pointsTable(values) });
}

function pointsTable(points: readonly MetricPoint[]): string {
	return table(
		points.map(point => [
			String(point.n),
			`step ${point.step}`,
			point.label ?? point.kind,
			Object.entries(point.values)
				.map(([name, value]) => `${name}=${Number(value.toPrecision(6))}`)
				.join(' '),
		]),
	);
}
