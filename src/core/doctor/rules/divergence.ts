import { formatNumber } from '../../metrics/format';
import { mean, median, spread, standardError } from '../robust';
import type { DoctorRule } from '../rule';
import { evidence, fromTo, stopFirst } from '../runView';
import type { Track } from '../track';
import { tenth } from './notFinite';

/** The loss climbs away from where it was, or leaps and does not come back to where it began. */
export const divergence: DoctorRule = {
	code: 'divergence',
	title: 'Loss runs away',
	sources: [
		{ title: 'OLMo 2, training stability', url: 'https://arxiv.org/abs/2501.00656' },
		// A run has diverged that ends no lower than it began.
		{ title: 'Wortsman et al. 2023', url: 'https://arxiv.org/abs/2309.14322' },
		{ title: 'trl#1236', url: 'https://github.com/huggingface/trl/issues/1236' },
	],
	check: run => {
		const loss = run.loss?.finite();
		// Other losses, and sums of several, have other values where nothing is told apart.
		const startsAtCoin = Math.abs((loss?.value[0] ?? 0) - Math.LN2) < 0.1;
		const isCoin = run.facts.method === 'dpo' && (run.facts.isPlainSigmoid || startsAtCoin);
		const found = loss && (isCoin ? aboveCoin(loss) : climb(loss));
		if (found === undefined) {
			return undefined;
		}
		const { low, peak, now, piece } = found;
		const rate = run.facts.number('learning_rate');
		return {
			severity: 'error',
			sentence: `The loss has risen from ${formatNumber(low)} at step ${piece.firstStep} to ${formatNumber(peak)} and is ${formatNumber(now)} now: it has not come back.`,
			advice: stopFirst(
				run,
				'go on from a checkpoint before the rise with a tenth of the learning rate and some warm-up.',
			),
			evidence: [evidence(piece, fromTo(low, now))],
			...(rate === undefined ? {} : { changes: { learning_rate: tenth(rate), warmup_steps: 0.1 } }),
		};
	},
};

interface Climb {
	readonly low: number;
	readonly peak: number;
	readonly now: number;
	/** From the lowest place to the end. */
	readonly piece: Track;
}

interface Windows {
	readonly size: number;
	/** Medians over windows side by side, all but the newest two. */
	readonly medians: readonly { readonly at: number; readonly value: number }[];
	/** The lower one of the newest two. */
	readonly now: number;
	readonly noise: number;
}

function windowsOf(loss: Track): Windows | undefined {
	const size = Math.max(4, Math.min(50, Math.floor(loss.length / 8)));
	if (loss.length < 3 * size) {
		return undefined;
	}
	const medians: { readonly at: number; readonly value: number }[] = [];
	for (let at = 0; at + size <= loss.length - 2 * size; at += size) {
		medians.push({ at, value: median(loss.value.subarray(at, at + size)) });
	}
	const newest = loss.value.subarray(loss.length - size);
	const before = loss.value.subarray(loss.length - 2 * size, loss.length - size);
	return {
		size,
		medians,
		now: Math.min(median(newest), median(before)),
		noise: Math.max(spread(newest), spread(before)),
	};
}

/**
 * Out of the noise and by a quarter; after a leap to half as much again a tenth is enough, and after
 * any leap that the last third of the run is no better than the model was before it: what it had is
 * lost.
 */
function climb(loss: Track): Climb | undefined {
	const windows = windowsOf(loss);
	if (windows === undefined) {
		return undefined;
	}
	const { medians, now, noise } = windows;
	// The first steps are before any harm was done.
	const first = { at: 0, value: mean(loss.value.subarray(0, 2)) };
	const low = [first, ...medians].reduce((a, b) => (b.value < a.value ? b : a));
	const after = medians.filter(({ at }) => at >= low.at).map(({ value }) => value);
	const top = topOf(loss.value.subarray(low.at));
	const peak = Math.max(now, ...after);
	const size = Math.abs(low.value);
	const late = loss.last(1 / 3, 6);
	const isClimb = now > low.value + Math.max(0.5, 0.25 * size, 4 * noise);
	const isLeap =
		peak > low.value + Math.max(0.5 * size, 6 * noise) &&
		now > low.value + Math.max(0.2, 0.1 * size, 2 * noise);
	const isLost =
		top > low.value + Math.max(0.5, 0.25 * size, 6 * noise) &&
		late.median > low.value + Math.max(0.05 * size, spread(late.value));
	return isClimb || isLeap || isLost
		? { low: low.value, peak: Math.max(peak, top), now, piece: loss.slice(low.at) }
		: undefined;
}

/** The highest that a loss is over some steps: a leap at once may be short, and one step is a spike. */
function topOf(values: Float64Array): number {
	let top = -Infinity;
	// What lasts is seen in a long run without looking at each step.
	const stride = Math.max(1, Math.floor(values.length / 2000));
	for (let at = 0; at + 5 <= values.length; at += stride) {
		top = Math.max(top, median(values.subarray(at, at + 5)));
	}
	return top;
}

/**
 * A preference loss of more than a coin toss costs, for a while, and no less than that now. Where
 * margins are huge and of either sign half of the pairs cost nothing and the others a lot: then the
 * middle value says little and the mean tells.
 */
function aboveCoin(loss: Track): Climb | undefined {
	const windows = windowsOf(loss);
	if (windows === undefined) {
		return undefined;
	}
	const { size, medians, now } = windows;
	const late = loss.last(1 / 3, 6).value;
	const isWorse = mean(late) - 2 * standardError(late) > Math.LN2;
	const means = medians.map(({ at }) => meanButHighest(loss.value.subarray(at, at + size)));
	const peak = Math.max(now, ...medians.map(({ value }) => value), ...(isWorse ? means : []));
	return peak > 1 && (isWorse || now > Math.LN2 - 0.05)
		? { low: loss.value[0] ?? Math.LN2, peak, now: isWorse ? mean(late) : now, piece: loss }
		: undefined;
}

/** Without the highest, which may be a single spike. */
function meanButHighest(values: Float64Array): number {
	return mean(values.toSorted().subarray(0, -1));
}
