import type { Granularity } from './drawing';
import { formatCount } from './format';
import type { Series } from './series';

/** What a trainer reports of the step that it logs at, not of all steps since the last line. */
const ofOneStep: ReadonlySet<string> = new Set(['grad_norm', 'learning_rate', 'lr', 'beta']);
/** What goes on counting, or is the highest so far. */
const ofAllSteps = /(^|_)(tokens|memory_gb|total_flos|samples|tokens_seen|samples_seen)$/;
const looksAt = 64;

/**
 * What one value of a series stands for: a mean over the steps since the line before, or one of
 * them. Undefined where every step has its own value or the question makes no sense.
 *
 * @param loggingSteps what the source says itself; else the usual distance between its lines tells
 * @param isTrainer the values were logged by a trainer whose habits are known (TRL, transformers)
 */
export function granularityOf(
	series: Series,
	loggingSteps: number | undefined,
	isTrainer: boolean,
): Granularity | undefined {
	if (series.kind !== 'train' || ofAllSteps.test(series.metric)) {
		return undefined;
	}
	const distance = usualDistance(series);
	// What a run records of every step by itself is nobody's mean, whatever its trainer logs.
	const of = distance === 1 ? distance : (loggingSteps ?? distance);
	if (of === undefined || of <= 1) {
		return undefined;
	}
	return { kind: !isTrainer ? 'unknown' : ofOneStep.has(series.metric) ? 'one' : 'mean', of };
}

export function granularityText({ kind, of }: Granularity): string {
	const steps = formatCount(of);
	return kind === 'mean'
		? `mean of ${steps} steps`
		: kind === 'one'
			? `1 step of ${steps}`
			: `logged every ${steps} steps`;
}

function usualDistance(series: Series): number | undefined {
	const steps = series.x('step').subarray(0, looksAt);
	const distances = Array.from(steps.subarray(1), (step, i) => step - (steps[i] ?? step))
		.filter(distance => distance > 0)
		.sort((a, b) => a - b);
	return distances[Math.floor(distances.length / 2)];
}
