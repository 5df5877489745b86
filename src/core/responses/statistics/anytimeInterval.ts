import type { Interval } from '../wilson';

/**
 * Interval of a mean of scores in [0, 1] that holds at 95% however often it is looked at and whenever
 * voting ends: the hedged-capital confidence sequence of Waudby-Smith & Ramdas 2023 (“Estimating means
 * of bounded random variables by betting”, theorem 3 with the predictable plug-in bets, c = θ = ½, running
 * intersection). The scores come in the order of voting; the prompts have to be in an order that
 * does not depend on the answers. The whole of [0, 1] for none.
 */
export function anytimeInterval(scores: readonly number[], alpha = 0.05): Interval {
	const bets = betsFor(scores, alpha);
	const wealth = Math.log(2 / alpha);
	// Capital against means above falls with the mean, so the end is where it meets the limit.
	const low = edge(mean => highestCapital(scores, bets, mean) >= wealth);
	const mirrored = scores.map(score => 1 - score);
	const high = 1 - edge(mean => highestCapital(mirrored, bets, mean) >= wealth);
	return low <= high ? { low, high } : { low: high, high: low };
}

/** Predictable: the bet on a score knows only the scores before it. */
function betsFor(scores: readonly number[], alpha: number): Float64Array {
	const bets = new Float64Array(scores.length);
	let [sum, squares] = [0.5, 0.25];
	for (const [i, score] of scores.entries()) {
		const time = i + 1;
		const variance = squares / time;
		bets[i] = Math.sqrt((2 * Math.log(2 / alpha)) / (variance * time * Math.log(time + 1)));
		sum += score;
		squares += (score - sum / (time + 1)) ** 2;
	}
	return bets;
}

/** Log of the most capital that betting on a mean above `mean` ever made. */
function highestCapital(scores: readonly number[], bets: Float64Array, mean: number): number {
	let [capital, highest] = [0, 0];
	for (let i = 0; i < bets.length; i++) {
		const bet = Math.min(bets[i] ?? 0, mean === 0 ? Number.MAX_VALUE : 0.5 / mean);
		capital += Math.log1p(bet * ((scores[i] ?? 0) - mean));
		highest = Math.max(highest, capital);
	}
	return highest;
}

/** The largest mean that is ruled out from below; `isRuledOut` is true up to it and false beyond. */
function edge(isRuledOut: (mean: number) => boolean): number {
	let [low, high] = [0, 1];
	if (!isRuledOut(low)) {
		return 0;
	}
	while (high - low > 1e-9) {
		const middle = (low + high) / 2;
		if (isRuledOut(middle)) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return low;
}
