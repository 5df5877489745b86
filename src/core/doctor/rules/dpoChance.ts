import { formatNumber } from '../../metrics/format';
import { mean, standardError } from '../robust';
import type { DoctorRule } from '../rule';
import { evidence, type RunView } from '../runView';
import type { Track } from '../track';

/** The policy moves, and is right about unseen pairs no more often than a coin. */
export const dpoChance: DoctorRule = {
	code: 'dpoChance',
	title: 'No better than a coin',
	sources: [
		{ title: 'TRL, DPO trainer', url: 'https://huggingface.co/docs/trl/dpo_trainer' },
		{
			title: 'YeungNLP and zephyr-7b-gemma-dpo: 0.66–0.77',
			url: 'https://huggingface.co/HuggingFaceH4/zephyr-7b-gemma-v0.1',
		},
	],
	check: run => {
		if (
			run.facts.method !== 'dpo' ||
			!hasMoved(run) ||
			(run.live !== undefined && run.share < 0.3)
		) {
			return undefined;
		}
		const unseen = firstEpoch(run);
		const held = heldOut(run);
		// Pairs of the first epoch are unseen as well, and there are more of them.
		const isDoubted = unseen !== undefined && unseen.accuracy + unseen.error >= 0.6;
		const isChance = unseen !== undefined && unseen.accuracy + 2 * unseen.error < 0.6;
		const hasHeld = run.held('rewards/accuracies').length > 0;
		const found = hasHeld ? (isDoubted ? undefined : held) : isChance ? unseen : undefined;
		if (found === undefined) {
			return undefined;
		}
		const isHeldOut = found.track.kind === 'eval';
		return {
			severity: 'warning',
			sentence: `${isHeldOut ? 'On held-out pairs' : 'On pairs seen for the first time'} chosen beats rejected in ${Math.round(100 * found.accuracy)}% of cases, as a coin would.`,
			advice:
				'Read twenty pairs: the labels may be swapped, mixed up or noise. If they are right, the learning rate may be too low to learn from them in one pass.',
			evidence: [evidence(found.track, formatNumber(found.accuracy))],
		};
	},
};

/** Enough for a loss that differs from ln 2, or log-ratios beyond rounding. */
function hasMoved(run: RunView): boolean {
	const margins = run.nats('rewards/margins')?.finite();
	const loss = run.loss?.finite();
	if (margins === undefined || loss === undefined || run.lastStep < 20) {
		return false;
	}
	const size = margins.last(0.5, 3).map(Math.abs).median;
	return size * run.beta > 0.02;
}

interface Accuracy {
	readonly track: Track;
	readonly accuracy: number;
	/** Standard error. */
	readonly error: number;
}

/** Over the last evaluations; each must be of pairs enough that a coin shows as one. */
function heldOut(run: RunView): Accuracy | undefined {
	for (const all of run.held('rewards/accuracies')) {
		const { dataset } = all;
		const runtime = run.track('runtime', 'eval', dataset)?.value[0] ?? Number.NaN;
		const speed = run.track('samples_per_second', 'eval', dataset)?.value[0] ?? Number.NaN;
		const pairs = Math.round(runtime * speed);
		const track = all.finite().last(0.5, 2);
		const accuracy = mean(track.value);
		// Of an unknown number of pairs, a hundred is a cautious guess.
		const error = 0.5 / Math.sqrt(pairs > 0 ? pairs : 100);
		if (all.length >= 2 && accuracy + 2 * error < 0.66) {
			return { track, accuracy, error };
		}
	}
	return undefined;
}

/** The second half of the first epoch, in which pairs are new to the policy. */
function firstEpoch(run: RunView): Accuracy | undefined {
	const all = run.train('rewards/accuracies')?.finite();
	const { warmupEnd } = run;
	const first = all?.where(
		i => (all.epoch[i] ?? Infinity) <= 1.001 && (all.step[i] ?? 0) > warmupEnd,
	);
	const track = first?.slice(Math.floor(first.length / 2));
	return track === undefined || track.length < 5
		? undefined
		: { track, accuracy: mean(track.value), error: standardError(track.value) };
}
