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
		const found = heldOut(run) ?? firstEpoch(run);
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
			return { track, accuracy };
		}
	}
	return undefined;
}

/** The second half of the first epoch, where there are no held-out pairs. */
function firstEpoch(run: RunView): Accuracy | undefined {
	if (run.held('rewards/accuracies').length > 0) {
		return undefined;
	}
	const all = run.train('rewards/accuracies')?.finite();
	const first = all?.where(i => (all.epoch[i] ?? Infinity) <= 1);
	const track = first?.slice(Math.floor(first.length / 2));
	if (track === undefined || track.length < 8 || track.firstStep <= run.warmupEnd) {
		return undefined;
	}
	const accuracy = mean(track.value);
	return accuracy + 2 * standardError(track.value) < 0.6 ? { track, accuracy } : undefined;
}
