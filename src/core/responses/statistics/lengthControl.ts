import type { Interval } from '../wilson';
import { normalQuantile } from './normal';

/** One prompt between two models, with the lengths of their answers in characters. */
export interface LengthScore {
	/** 1: the first model was better; ½ for a tie. */
	readonly score: number;
	readonly firstLength: number;
	readonly secondLength: number;
}

export interface LengthControlledShare extends Interval {
	/** Share of the first model if both answers were of one length; 95%. */
	readonly value: number;
	/** Log-odds for the first model per unit of tanh(difference of lengths / its deviation). */
	readonly lengthWeight: number;
	readonly prompts: number;
}

const mostSteps = 50;

/**
 * Length-controlled win rate in AlpacaEval's `length_controlled_minimal` form (Dubois et al. 2024):
 * logit p = θ + φ·tanh(Δ/sd(Δ)), Δ the difference of lengths in characters, predicted at Δ = 0. Fitted
 * by plain maximum likelihood where AlpacaEval searches an L1 penalty by cross-validation; the interval
 * is Wald's on θ. Undefined where the likelihood has no highest point: lengths that part the wins
 * from the losses, or no loss at all (Albert & Anderson 1984).
 */
export function lengthControlledShare(
	prompts: readonly LengthScore[],
): LengthControlledShare | undefined {
	const features = lengthFeatures(prompts);
	const hasLengths = features.some(feature => feature !== features[0]);
	if (!hasHighestPoint(prompts, features, hasLengths)) {
		return undefined;
	}
	let [own, weight] = [0, 0];
	let variance = Number.NaN;
	for (let step = 0; step < mostSteps; step++) {
		let [slope, lengthSlope, bend, mixed, lengthBend] = [0, 0, 0, 0, 0];
		for (const [i, { score }] of prompts.entries()) {
			const feature = features[i] ?? 0;
			const expected = 1 / (1 + Math.exp(-own - weight * feature));
			const spread = expected * (1 - expected);
			slope += score - expected;
			lengthSlope += (score - expected) * feature;
			bend += spread;
			mixed += spread * feature;
			lengthBend += spread * feature * feature;
		}
		const determinant = hasLengths ? bend * lengthBend - mixed * mixed : bend;
		const [move, lengthMove] = hasLengths
			? [
					(lengthBend * slope - mixed * lengthSlope) / determinant,
					(bend * lengthSlope - mixed * slope) / determinant,
				]
			: [slope / bend, 0];
		variance = hasLengths ? lengthBend / determinant : 1 / bend;
		const longest = Math.max(Math.abs(move), Math.abs(lengthMove));
		if (longest < 1e-10) {
			break;
		}
		const scale = Math.min(1, 2 / longest);
		own += scale * move;
		weight += scale * lengthMove;
	}
	const half = normalQuantile(0.975) * Math.sqrt(variance);
	const share = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));
	return {
		value: share(own),
		low: share(own - half),
		high: share(own + half),
		lengthWeight: weight,
		prompts: prompts.length,
	};
}

/** Why there is no share at equal length: nothing to fit, or a fit that runs away. */
export type NoLengthControl = 'fewPrompts' | 'neverLost' | 'neverWon' | 'lengthsPart';

/** Undefined where `lengthControlledShare` has a share. */
export function noLengthControl(prompts: readonly LengthScore[]): NoLengthControl | undefined {
	if (prompts.length < 2) {
		return 'fewPrompts';
	}
	if (prompts.every(({ score }) => score === 1)) {
		return 'neverLost';
	}
	if (prompts.every(({ score }) => score === 0)) {
		return 'neverWon';
	}
	return lengthControlledShare(prompts) ? undefined : 'lengthsPart';
}

/** tanh of the difference over its sample deviation; all zero where the differences are all equal. */
function lengthFeatures(prompts: readonly LengthScore[]): number[] {
	const differences = prompts.map(({ firstLength, secondLength }) => firstLength - secondLength);
	const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length;
	const squares = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0);
	const deviation = Math.sqrt(squares / (differences.length - 1));
	return differences.map(one => (deviation > 0 ? Math.tanh(one / deviation) : 0));
}

/** Wins and losses overlap along the lengths, a tie being some of both. */
function hasHighestPoint(
	prompts: readonly LengthScore[],
	features: readonly number[],
	hasLengths: boolean,
): boolean {
	const won = features.filter((_, i) => (prompts[i]?.score ?? 0) > 0);
	const lost = features.filter((_, i) => (prompts[i]?.score ?? 1) < 1);
	if (won.length === 0 || lost.length === 0 || !hasLengths) {
		return won.length > 0 && lost.length > 0;
	}
	const [lowWon, highWon] = ends(won);
	const [lowLost, highLost] = ends(lost);
	return highLost > lowWon && highWon > lowLost;
}

function ends(values: readonly number[]): readonly [number, number] {
	return values.reduce<[number, number]>(
		([low, high], value) => [Math.min(low, value), Math.max(high, value)],
		[Infinity, -Infinity],
	);
}
