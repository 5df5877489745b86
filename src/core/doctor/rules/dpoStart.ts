import { formatNumber } from '../../metrics/format';
import type { DoctorEvidence } from '../finding';
import type { DoctorRule } from '../rule';
import { evidence, type RunView } from '../runView';
import type { Track } from '../track';

/**
 * At step 1 policy and reference are the same model, so rewards are 0 whatever the loss, and the
 * sigmoid loss alone is ln 2. Means over more steps say nothing about that.
 */
export const dpoStart: DoctorRule = {
	code: 'dpoStart',
	title: 'Policy and reference differ',
	sources: [
		{
			title: 'dpo#46',
			url: 'https://github.com/eric-mitchell/direct-preference-optimization/issues/46',
		},
		{ title: 'trl#744', url: 'https://github.com/huggingface/trl/issues/744' },
		{ title: 'trl#2042', url: 'https://github.com/huggingface/trl/issues/2042' },
	],
	check: run => {
		if (run.facts.method !== 'dpo') {
			return undefined;
		}
		const seen = [lossOff(run), ...rewardsOff(run)].filter(found => found !== undefined);
		const [first] = seen;
		if (first === undefined) {
			return undefined;
		}
		const dropout = run.facts.hasArguments && run.facts.value('disable_dropout') === false;
		return {
			severity: 'error',
			sentence: `At step 1 ${first.metric === 'loss' ? `the loss is ${first.values} instead of 0.6931 (ln 2)` : `${first.metric} is ${first.values} instead of 0`}: policy and reference do not agree before training.`,
			advice: dropout
				? 'Dropout is on, so that both see other networks; turn it off.'
				: 'Start from the very model that is the reference: the merged SFT model, the same adapter, dropout off, no other precision, no stale reference log-probabilities.',
			evidence: seen,
			changes: dropout
				? { disable_dropout: true }
				: { precompute_ref_log_probs: null, disable_dropout: true },
		};
	},
};

/** What rounding alone may do, in nats of a whole answer. */
function tolerance(run: RunView): number {
	if (run.facts.isSinglePrecision) {
		return 0.05;
	}
	// Through bf16 kernels about 1e-2 a token, of either sign.
	const answer = Math.abs(run.train('logps/chosen')?.value[0] ?? 100);
	return Math.max(0.5, 0.01 * (Number.isFinite(answer) ? answer : 100));
}

function lossOff(run: RunView): DoctorEvidence | undefined {
	const first = startOf(run.loss) ?? startOf(run.train('loss'));
	const loss = first?.value[0];
	if (first === undefined || loss === undefined || !run.facts.isPlainSigmoid) {
		return undefined;
	}
	// The slope of the loss at 0 is a half; the noise of a batch is smaller than that of a pair.
	const allowed = Math.max(0.001, 0.25 * run.beta * tolerance(run));
	return Math.abs(loss - Math.LN2) > allowed ? evidence(first, loss.toFixed(4)) : undefined;
}

function rewardsOff(run: RunView): readonly DoctorEvidence[] {
	return ['rewards/chosen', 'rewards/rejected', 'rewards/margins'].flatMap(metric => {
		const first = startOf(run.train(metric));
		const reward = first?.value[0];
		return first !== undefined &&
			reward !== undefined &&
			Math.abs(reward) / run.beta > tolerance(run)
			? [evidence(first, formatNumber(reward))]
			: [];
	});
}

/** The point of step 1 or 0 alone, when it is a number. */
function startOf(track: Track | undefined): Track | undefined {
	const first = track?.slice(0, 1);
	return first !== undefined && first.firstStep <= 1 && Number.isFinite(first.value[0])
		? first
		: undefined;
}
