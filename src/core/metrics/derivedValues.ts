import type { MetricPoint } from '../training/runLibrary';
import { companionName, scoreOfCompanion } from './scoreNames';

/** Of a normal distribution: 95% lie within so many standard errors. */
const within95 = 1.959964;

/** What turns logged numbers into others that follow from them. */
export interface Derivation {
	/** β of a preference training; without it no log-ratio is known. */
	readonly beta?: number;
}

/**
 * A point with the numbers that follow from its own: `log_ratio/chosen` in nats (log π/π_ref, a
 * reward divided by β), and of a score with a standard error the ends of its 95% interval. What was
 * logged under such a name itself stays as it is.
 */
export function withDerived(point: MetricPoint, derivation: Derivation): MetricPoint {
	const derived =
		point.kind === 'train' || point.kind === 'eval'
			? logRatios(point, derivation.beta)
			: point.kind === 'evaluation'
				? intervals(point)
				: [];
	return derived.length === 0
		? point
		: { ...point, values: { ...Object.fromEntries(derived), ...point.values } };
}

type Entry = readonly [string, number];

function logRatios({ kind, values }: MetricPoint, beta: number | undefined): readonly Entry[] {
	const prefix = kind === 'eval' ? 'eval_' : '';
	const reward = values[`${prefix}rewards/chosen`];
	return reward === undefined || beta === undefined || !(beta > 0)
		? []
		: [[`${prefix}log_ratio/chosen`, reward / beta]];
}

function intervals({ values }: MetricPoint): readonly Entry[] {
	return Object.entries(values).flatMap(([name, error]): readonly Entry[] => {
		const score = scoreOfCompanion(name);
		const value = score === undefined ? undefined : values[score];
		if (score === undefined || value === undefined || name !== companionName(score, 'stderr')) {
			return [];
		}
		return [
			[companionName(score, 'low'), value - within95 * error],
			[companionName(score, 'high'), value + within95 * error],
		];
	});
}
