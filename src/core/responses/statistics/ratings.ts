import { eloPerLogOdds, fitBradleyTerry } from './bradleyTerry';
import { winTable, type ComparisonGroup } from './comparisonGroups';
import { percentile } from './percentile';
import { resampledWins } from './resampledWins';
import { WinPaths } from './winPaths';

/** A bound is absent where too many resamples have none: the model never lost, or never won, in them. */
export interface RatingInterval {
	readonly low?: number;
	readonly high?: number;
}

export interface Rating {
	readonly label: string;
	/** Elo's scale; the mean of the models that have one is 1000, if none is the anchor. */
	readonly rating?: number;
	/** 95%, percentiles of the resamples. */
	readonly interval?: RatingInterval;
	/** 1 plus the number of models whose lower bound is above this one's upper one, as LMSYS ranks. */
	readonly rank?: number;
	/** Why there is no rating. `unconnected`: no chain of wins links it to the others both ways. */
	readonly notEstimable?: 'noVotes' | 'unbeaten' | 'winless' | 'unconnected';
}

export interface RatingOptions {
	readonly rounds: number;
	readonly seed: number;
	/** This model has this rating in each resample, and so no interval. */
	readonly anchor?: { readonly label: string; readonly rating: number };
}

const centre = 1000;

/**
 * Bradley-Terry ratings as LMSYS fits them, with intervals from drawing groups with replacement: groups
 * of one comparison are LMSYS's own multinomial bootstrap (100 rounds there), groups by prompt keep
 * together what depends on each other. A model that never lost has no rating but a word for it, as
 * its likelihood has no highest point; in resamples it counts as above all others, not as a large number.
 *
 * @returns in the order of `labels`
 */
export function ratings(
	groups: readonly ComparisonGroup[],
	labels: readonly string[],
	options: RatingOptions = { rounds: 1000, seed: 1 },
): Rating[] {
	const models = labels.length;
	const wins = winTable(groups, models);
	const paths = new WinPaths(wins, models);
	const linked = paths.largestLinked(labels.map((_, i) => i));
	if (linked.length < 2) {
		return labels.map((label, i) => ({ label, notEstimable: whyNot(wins, models, i) }));
	}
	const strengths = new Float64Array(models);
	for (const [i, strength] of fitBradleyTerry(wins, models, linked).entries()) {
		strengths[linked[i] ?? 0] = strength;
	}
	const anchored = linked.find(model => labels[model] === options.anchor?.label);
	const offset = (of: ArrayLike<number>): number =>
		anchored === undefined || !options.anchor
			? centre
			: options.anchor.rating - eloPerLogOdds * (of[anchored] ?? 0);
	const own = { wins, models, linked, strengths };
	const drawn = resampled(groups, own, options).map(sample => {
		const shift = offset(sample);
		// The anchor itself out of reach: nothing can be said of anybody.
		return sample.map(strength =>
			Number.isFinite(shift) ? shift + eloPerLogOdds * strength : Number.NaN,
		);
	});
	const intervals = new Map(linked.map(model => [model, intervalOf(drawn, model)]));
	const shift = offset(strengths);
	return labels.map((label, i) => {
		const interval = intervals.get(i);
		if (!interval) {
			return { label, notEstimable: whyNot(wins, models, i) };
		}
		const high = interval.high ?? Infinity;
		const above = [...intervals.values()].filter(other => (other.low ?? -Infinity) > high).length;
		return {
			label,
			rating: shift + eloPerLogOdds * (strengths[i] ?? 0),
			interval,
			rank: 1 + above,
		};
	});
}

function whyNot(wins: Float64Array, models: number, model: number): Rating['notEstimable'] {
	let [won, lost] = [0, 0];
	for (let other = 0; other < models; other++) {
		won += wins[model * models + other] ?? 0;
		lost += wins[other * models + model] ?? 0;
	}
	if (won + lost === 0) {
		return 'noVotes';
	}
	return lost === 0 ? 'unbeaten' : won === 0 ? 'winless' : 'unconnected';
}

interface Fit {
	readonly wins: Float64Array;
	readonly models: number;
	readonly linked: readonly number[];
	/** By place of the model. */
	readonly strengths: Float64Array;
}

/** Log-strengths by place, one array a round; ±∞ above or below all that is linked, NaN unknown. */
function resampled(
	groups: readonly ComparisonGroup[],
	{ models, linked, strengths }: Fit,
	{ rounds, seed }: RatingOptions,
): Float64Array[] {
	return resampledWins(groups, models, rounds, seed).map(wins => {
		const paths = new WinPaths(wins, models);
		const inside = paths.largestLinked(linked);
		// Of two halves that are not linked neither is where the other's place could be told from.
		const held = 2 * inside.length > linked.length ? inside : [];
		const fitted = fitBradleyTerry(wins, models, held, strengths);
		// Those that are held have the mean that they have in the fit of all votes.
		const mean = held.reduce((sum, model) => sum + (strengths[model] ?? 0), 0) / held.length;
		const sample = new Float64Array(models).fill(Number.NaN);
		for (const model of linked) {
			const position = held.indexOf(model);
			sample[model] =
				position < 0
					? placeOutside(paths, model, held.length > 0 ? held : linked)
					: mean + (fitted[position] ?? 0);
		}
		return sample;
	});
}

/** Above or below all of the others that a chain of one direction links it to; NaN for both or none. */
function placeOutside(paths: WinPaths, model: number, others: readonly number[]): number {
	const above = others.some(other => paths.leads(model, other) && !paths.leads(other, model));
	const below = others.some(other => paths.leads(other, model) && !paths.leads(model, other));
	return above === below ? Number.NaN : above ? Infinity : -Infinity;
}

/** What is not known in a round may be anything, so it widens both ends. */
function intervalOf(drawn: readonly Float64Array[], model: number): RatingInterval {
	const bound = (share: number, unknown: number): number => {
		const values = Float64Array.from(drawn, sample => {
			const value = sample[model] ?? unknown;
			return Number.isNaN(value) ? unknown : value;
		});
		return percentile(values.sort(), share);
	};
	const [low, high] = [bound(0.025, -Infinity), bound(0.975, Infinity)];
	return {
		...(Number.isFinite(low) ? { low } : {}),
		...(Number.isFinite(high) ? { high } : {}),
	};
}
