import { createHash } from 'node:crypto';
import { runConditions } from '../../core/comparability/runConditions';
import { soundSpec } from '../../core/runTable/soundSpec';
import type { RunInputs } from '../../core/training/runDiff';
import { diagnose } from '../../core/doctor/diagnose';
import { knownRun } from '../../core/doctor/knownRun';
import type { ReportSource } from '../../core/metrics/export/composeReport';
import { argumentFacts, runFacts } from '../../core/metrics/export/runFacts';
import { reportFinding } from '../../core/metrics/export/reportFinding';
import { madeWithFrom } from '../../core/training/rerunRemark';
import type { MirroredRun } from './mirroredRun';

export interface ReportPlace {
	/** Decides its colour and mark. */
	readonly slot: number;
	/** Name to show instead of its own. */
	readonly name?: string;
	/** Its resolved arguments count among the facts, to tell runs apart by. */
	readonly withArguments: boolean;
}

/**
 * A run of the library as a report takes it: all points of its mirror, what is on record, and what
 * the doctor says. Its metrics have been loaded.
 *
 * @param mirrored finds the runs that checkpoints come from
 */
export function runReportSource(
	run: MirroredRun,
	{ slot, name, withArguments }: ReportPlace,
	mirrored: (runId: string) => MirroredRun | undefined,
): ReportSource {
	const { spec, madeWith } = inputsOf(run);
	const { summary, metrics } = run;
	const steps = Number(spec.train?.arguments['logging_steps']);
	const times = metrics.series.map(series => series.x('time').findLast(Number.isFinite) ?? 0);
	const activeSeconds = Math.max(0, ...times);
	return {
		id: run.id,
		name: name ?? summary.name,
		slot,
		...(summary.method === undefined ? {} : { method: summary.method }),
		metrics,
		run: summary,
		...(Number.isInteger(steps) && steps > 0 ? { loggingSteps: steps } : {}),
		facts: [
			...runFacts({ summary, spec, madeWith, activeSeconds }),
			...(withArguments ? argumentFacts(spec) : []),
		],
		findings: diagnose(metrics, knownRun(spec, summary.maxSteps)).map(reportFinding),
		...(spec.train?.recipeText === undefined ? {} : { recipe: spec.train.recipeText }),
		skipped: run.brokenLines === 0 ? [] : [`${run.brokenLines} broken lines of metrics.jsonl`],
		conditions: runConditions(inputsOf(run), id => runInputs(mirrored(id)), sha256),
		evalRows: dataset => evalRows(run, dataset),
	};
}

function inputsOf(run: MirroredRun): RunInputs {
	const { spec, status } = run.folder;
	const madeWith = madeWithFrom(status?.madeWith);
	return { spec: soundSpec(spec), hostName: run.hostName, madeWith };
}

function runInputs(run: MirroredRun | undefined): RunInputs | undefined {
	return run?.folder.spec.train === undefined ? undefined : inputsOf(run);
}

function sha256(text: string): string {
	return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Of the held-out file of this name, or of the only one. */
function evalRows(run: MirroredRun, dataset: string | undefined): number | undefined {
	const files = (inputsOf(run).spec.train?.datasets ?? []).filter(({ split }) => split === 'eval');
	const found =
		dataset === undefined
			? files.length === 1
				? files[0]
				: undefined
			: files.find(({ source = '', path }) => [source, path].some(name => stem(name) === dataset));
	return typeof found?.rows === 'number' ? found.rows : undefined;
}

function stem(path: string): string {
	return (path.split(/[\\/]/).at(-1) ?? '').replace(/\..*$/, '');
}
