import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import { parseSpec } from '../../core/contract/parseRunFiles';
import { diagnose } from '../../core/doctor/diagnose';
import { doctorText } from '../../core/doctor/doctorText';
import type { DoctorFinding } from '../../core/doctor/finding';
import { knownRun } from '../../core/doctor/knownRun';
import type { KnownRun } from '../../core/doctor/runFacts';
import { packPoints } from '../../core/metrics/packedPoints';
import { RunMetrics } from '../../core/metrics/runMetrics';
import type { MetricPoint } from '../../core/training/runLibrary';
import { readMetricFile } from '../../node/metrics/readMetricFile';
import type { Answer, Output } from '../output';
import { findRun } from '../runArgument';
import type { Services } from '../services';

interface Examined {
	/** A run's name, or the path as given. */
	readonly name: string;
	readonly runId?: string;
	readonly path?: string;
	readonly format?: string;
	readonly skipped?: readonly { readonly what: string; readonly count: number }[];
	readonly steps: number;
	readonly findings: readonly DoctorFinding[];
}

/** What the doctor says about runs and about what other tools wrote; bad news where training broke. */
export async function doctor(
	services: Services,
	output: Output,
	targets: readonly string[],
): Promise<Result<Answer>> {
	const examined: Examined[] = [];
	for (const target of targets) {
		const one = existsSync(target)
			? await examineFile(target)
			: await examineRun(services, output, target);
		if (!one.ok) {
			return one;
		}
		examined.push(one.value);
	}
	const isBad = examined.some(({ findings }) =>
		findings.some(({ severity }) => severity === 'error'),
	);
	return ok({
		json: { doctor: { runs: examined } },
		text: examined.map(textOf).join('\n'),
		exitCode: isBad ? 1 : 0,
	});
}

async function examineRun(
	services: Services,
	output: Output,
	target: string,
): Promise<Result<Examined>> {
	const found = findRun(services, target);
	if (!found.ok) {
		return found;
	}
	const runId = found.value;
	const synced = await services.library.sync(runId);
	if (!synced.ok) {
		output.warn(synced.error);
	}
	const run = services.library.get(runId);
	const spec = services.library.mirrored(runId)?.folder.spec;
	const known = spec === undefined ? {} : knownRun(spec, run?.maxSteps);
	return ok({
		name: run?.name ?? runId,
		runId,
		...findingsOf(services.library.metrics(runId), known),
	});
}

async function examineFile(path: string): Promise<Result<Examined>> {
	const file = await readMetricFile(path);
	if (!file.ok) {
		return file;
	}
	const { format, points, skipped, paths } = file.value;
	const known = await specBeside(paths[0] ?? path);
	return ok({ name: path, path, format, skipped, ...findingsOf(points, known) });
}

function findingsOf(
	points: readonly MetricPoint[],
	known: KnownRun,
): Pick<Examined, 'steps' | 'findings'> {
	const metrics = new RunMetrics();
	metrics.append(packPoints(points));
	const steps = Math.max(0, ...metrics.series.map(({ lastStep }) => lastStep ?? 0));
	return { steps, findings: diagnose(metrics, known) };
}

/** A run folder of ours says what was trained; beside other files nothing does. */
async function specBeside(file: string): Promise<KnownRun> {
	try {
		const spec = parseSpec(await readFile(join(dirname(file), 'spec.json'), 'utf8'));
		return spec === undefined ? {} : knownRun(spec.value);
	} catch {
		// There is none, or it cannot be read: the numbers alone have to do.
		return {};
	}
}

function textOf({ name, format, steps, skipped, findings }: Examined): string {
	const of = format === undefined ? '' : `, ${format}`;
	const notes = (skipped ?? []).map(({ what, count }) => `  skipped: ${count} ${what}\n`).join('');
	return `${name}: ${steps} steps${of}\n${notes}${doctorText(findings)}`;
}
