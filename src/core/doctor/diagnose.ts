import type { RunMetrics } from '../metrics/runMetrics';
import type { DoctorFinding, DoctorSeverity } from './finding';
import type { KnownRun, LiveState } from './runFacts';
import { doctorRules } from './rules';
import { RunView } from './runView';

const order: readonly DoctorSeverity[] = ['error', 'warning', 'info'];

/**
 * What the rules say about a run, the worst first. Pure and quick enough for each look at a run:
 * some milliseconds for 10,000 steps.
 *
 * @param live only of a run that is going now
 */
export function diagnose(
	metrics: RunMetrics,
	known: KnownRun = {},
	live?: LiveState,
): readonly DoctorFinding[] {
	const run = new RunView(metrics, known, live);
	const found = doctorRules.flatMap(({ code, title, sources, check }) => {
		const verdict = check(run);
		return verdict === undefined ? [] : [{ code, title, ...verdict, sources }];
	});
	return withoutEchoes(found).toSorted(
		(a, b) => order.indexOf(a.severity) - order.indexOf(b.severity),
	);
}

/** Rules that read the shape of curves. */
const shapes = [
	'divergence',
	'dpoChance',
	'dpoCollapse',
	'dpoStuck',
	'displacement',
	'gradientSpike',
	'lossSpike',
	'memorised',
	'overOptimised',
	'overfitDpo',
	'overfitSft',
	'sameText',
	'sftStuck',
	'staircase',
	'trainAccuracy',
];

/** What follows from a worse finding and would only repeat it. */
const echoes: ReadonlyMap<string, readonly string[]> = new Map([
	// Behind a NaN no curve means anything; a loss that ran away before it is why it came.
	['hiddenNan', ['notFinite', ...shapes.filter(code => code !== 'divergence'), 'slowdown']],
	['notFinite', [...shapes, 'slowdown']],
	['divergence', ['lossSpike', 'gradientSpike']],
	['dpoCollapse', ['overOptimised', 'trainAccuracy']],
	['memorised', ['staircase']],
	['sameText', ['dpoStuck', 'dpoChance', 'memorised', 'staircase']],
	['nothingTrained', ['sftStuck', 'sameText']],
	// Everything that is measured against the wrong reference is wrong with it.
	['dpoStart', ['overOptimised', 'divergence', 'displacement', 'dpoStuck', 'dpoChance']],
]);

function withoutEchoes(findings: readonly DoctorFinding[]): readonly DoctorFinding[] {
	const silenced = new Set(findings.flatMap(({ code }) => echoes.get(code) ?? []));
	return findings.filter(({ code }) => !silenced.has(code));
}
