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
import type { MetricPlace } from '../../node/metrics/places/metricPlace';
import { readFiles, readTargets, syncedRun } from '../metricTargets';
import type { Answer, Output } from '../output';
import type { Services } from '../services';
import { skippedLines } from '../skippedLines';

/** A record of a run is far smaller. */
const specBytes = 1 << 22;

interface Examined {
	/** A run's name; of files where they are. */
	readonly name: string;
	readonly runId?: string;
	readonly path?: string;
	readonly format?: string;
	readonly skipped?: readonly { readonly what: string; readonly count: number }[];
	readonly steps: number;
	/** Without one most rules have nothing to judge by. */
	readonly hasLoss: boolean;
	readonly findings: readonly DoctorFinding[];
}

/** What the doctor says about runs and about what other tools wrote; bad news where training broke. */
export async function doctor(
	services: Services,
	output: Output,
	targets: readonly string[],
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const read = await readTargets<Examined>(targets, {
		files: target => examineFiles(services, output, target, signal),
		run: target => examineRun(services, output, target),
	});
	if (!read.ok) {
		return read;
	}
	const examined = read.value;
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
): Promise<Result<readonly Examined[]>> {
	const found = await syncedRun(services, output, target);
	if (!found.ok) {
		return found;
	}
	const runId = found.value;
	const run = services.library.get(runId);
	const spec = services.library.mirrored(runId)?.folder.spec;
	const known = spec === undefined ? {} : knownRun(spec, run?.maxSteps);
	const seen = findingsOf(services.library.metrics(runId), known);
	return ok([{ name: run?.name ?? runId, runId, ...seen }]);
}

async function examineFiles(
	services: Services,
	output: Output,
	target: string,
	signal: AbortSignal,
): Promise<Result<readonly Examined[]>> {
	const read = await readFiles(services, output, target, { signal });
	if (!read.ok) {
		return read;
	}
	const { place, path: whole, runs } = read.value;
	const examined: Examined[] = [];
	for (const { name, path, format, files, points, skipped, facts } of runs) {
		const beside = await specBeside(place, files[0] ?? whole);
		const known = facts.maxSteps === undefined ? beside : { maxSteps: facts.maxSteps, ...beside };
		examined.push({ name, path, format, skipped, ...findingsOf(points, known) });
	}
	return ok(examined);
}

function findingsOf(
	points: readonly MetricPoint[],
	known: KnownRun,
): Pick<Examined, 'steps' | 'hasLoss' | 'findings'> {
	const metrics = new RunMetrics();
	metrics.append(packPoints(points));
	const last = metrics.series.map(({ lastStep }) => lastStep ?? 0).filter(Number.isFinite);
	const hasLoss = metrics.series.some(({ metric }) => metric === 'loss');
	return { steps: Math.max(0, ...last), hasLoss, findings: diagnose(metrics, known) };
}

/** A run folder of ours says what was trained; beside other files nothing does. */
async function specBeside(place: MetricPlace, file: string): Promise<KnownRun> {
	const folder = file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')));
	const read = await place.read(place.join(folder, 'spec.json'), 0, specBytes);
	// There is none, or it cannot be read: the numbers alone have to do.
	const spec = read.ok ? parseSpec(new TextDecoder().decode(read.value)) : undefined;
	return spec === undefined ? {} : knownRun(spec.value);
}

function textOf({ name, format, steps, skipped, hasLoss, findings }: Examined): string {
	const of = format === undefined ? '' : `, ${format}`;
	const notes = skippedLines(skipped ?? [])
		.map(line => `  ${line}\n`)
		.join('');
	return `${name}: ${steps} steps${of}\n${notes}${doctorText(findings, hasLoss)}`;
}
