import type { SeriesKind } from '../metrics/series';
import { speedMetrics } from '../metrics/panels/genericPanels';
import { conditionDifference, type Condition, type NamedCondition } from './condition';
import type { RunConditions } from './runConditions';

/** A number of a run: which metric, of what. */
export interface MeasuredMetric {
	readonly metric: string;
	readonly kind: SeriesKind;
	/** The held-out file, where a run has several. */
	readonly dataset?: string;
}

export type Comparability =
	| {
			readonly isComparable: true;
			/** What is otherwise and does not forbid it, for people to know. */
			readonly notes: readonly string[];
	  }
	| {
			readonly isComparable: false;
			/** The weightiest first; empty for what is no result, such as a learning rate. */
			readonly reasons: readonly string[];
	  };

/** Set or counted, not achieved. */
const noResult = /^(learning_rate|num_tokens|epoch|step|total_flos|step_seconds|batch_tokens)$/;

/** Whether a difference to the same metric of another run would say anything. */
export function isResult({ metric, kind }: MeasuredMetric): boolean {
	return kind !== 'system' && !noResult.test(metric) && !speedMetrics.test(metric);
}

/**
 * Whether a difference between two runs in one metric means anything. Numbers on held-out data need
 * the same data, template, mask, β, loss and lengths; those on training data the same training
 * data; scores of an evaluation the same evaluation, template, mask, β and loss, while other lengths
 * are noted. What is not on record is never taken to be the same.
 */
export function comparability(
	before: RunConditions,
	after: RunConditions,
	measured: MeasuredMetric,
): Comparability {
	if (!isResult(measured)) {
		return { isComparable: false, reasons: [] };
	}
	const method = conditionDifference('method', before.method, after.method);
	const isScore = measured.kind === 'evaluation';
	const data = isScore
		? evaluationDifference(before, after, measured)
		: measured.kind === 'eval'
			? evalSetDifference(before, after, measured)
			: conditionDifference('training data', before.trainingData, after.trainingData);
	const template = conditionDifference('template', before.template, after.template);
	const objective = [
		...differences(before.mask, after.mask),
		...differences(before.beta, after.beta),
		...differences(before.loss, after.loss),
	];
	const length = differences(before.length, after.length);
	// Under another method the rest of the conditions has other names.
	const training = method === undefined ? [...objective, ...(isScore ? [] : length)] : [];
	const found = [method, data, template, ...training].filter(reason => reason !== undefined);
	if (found.length > 0) {
		return { isComparable: false, reasons: found.toSorted(knownFirst) };
	}
	const notes = isScore ? length : [referenceNote(before, after)];
	return { isComparable: true, notes: notes.filter(note => note !== undefined) };
}

function evalSetDifference(
	before: RunConditions,
	after: RunConditions,
	{ dataset }: MeasuredMetric,
): string | undefined {
	const setOf = (run: RunConditions): Condition | undefined =>
		dataset === undefined ? run.evalSet : namedSet(run.evalSets, dataset);
	return conditionDifference('eval set', setOf(before), setOf(after));
}

/** The trainer names metrics by the file's name without its ending. */
function namedSet(sets: ReadonlyMap<string, Condition>, dataset: string): Condition | undefined {
	const found = [...sets].filter(
		([name]) => name === dataset || name.replace(/(\.[A-Za-z0-9]+)+$/, '') === dataset,
	);
	return found.length === 1 ? found[0]?.[1] : undefined;
}

function evaluationDifference(
	before: RunConditions,
	after: RunConditions,
	{ metric }: MeasuredMetric,
): string | undefined {
	const name = metric.slice(0, Math.max(0, metric.indexOf('/')));
	return conditionDifference(
		'evaluation',
		before.evaluations.get(name),
		after.evaluations.get(name),
	);
}

function differences(
	before: readonly NamedCondition[],
	after: readonly NamedCondition[],
): (string | undefined)[] {
	const other = new Map(after.map(({ name, condition }) => [name, condition]));
	const names = new Set(before.map(({ name }) => name));
	return [
		...before.map(({ name, condition }) => conditionDifference(name, condition, other.get(name))),
		...after
			.filter(({ name }) => !names.has(name))
			.map(({ name, condition }) => conditionDifference(name, undefined, condition)),
	];
}

/** Rewards are log-ratios to the run's own reference. */
function referenceNote(before: RunConditions, after: RunConditions): string | undefined {
	const isPreference = before.method.isKnown && ['dpo', 'kto'].includes(before.method.identity);
	const difference = conditionDifference('reference', before.reference, after.reference);
	return isPreference ? difference : undefined;
}

function knownFirst(a: string, b: string): number {
	return Number(a.endsWith(' not recorded')) - Number(b.endsWith(' not recorded'));
}
