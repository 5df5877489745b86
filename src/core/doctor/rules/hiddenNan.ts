import { formatNumber } from '../../metrics/format';
import type { DoctorRule } from '../rule';
import { evidence, stopFirst, type RunView } from '../runView';
import type { Track } from '../track';

/** Steps in a row that a scaler of mixed precision may leave out while it looks for its scale. */
const scalerSteps = 8;

/**
 * A loss that looks like a number while training has broken: transformers' `logging_nan_inf_filter`
 * puts the running mean, or 0, in its place and steps all the same.
 */
export const hiddenNan: DoctorRule = {
	code: 'hiddenNan',
	title: 'NaN behind a number',
	sources: [{ title: 'trl#6702', url: 'https://github.com/huggingface/trl/issues/6702' }],
	check: run => {
		const gradients = brokenGradients(run);
		const zeros = gradients === undefined ? zerosFromNowhere(run) : undefined;
		const found = gradients ?? zeros;
		if (found === undefined) {
			return undefined;
		}
		const step = found.firstStep;
		const loss = run.loss?.at(step) ?? 0;
		return {
			severity: 'error',
			sentence:
				gradients === undefined
					? `The loss is exactly 0 from step ${step} on, out of nowhere: a NaN was most likely replaced.`
					: `From step ${step} on the gradient norm is ${formatNumber(found.value[0] ?? Number.NaN)} while the loss is logged as ${formatNumber(loss)}: the loss was replaced, the weights are lost.`,
			advice: stopFirst(
				run,
				'go on from a checkpoint before that step, and turn the filter off so that the log says NaN where there is one.',
			),
			evidence: [evidence(found, formatNumber(found.value[0] ?? Number.NaN))],
			changes: { logging_nan_inf_filter: false },
		};
	},
};

/** Gradients that are no numbers at steps whose loss is said to be one, to the end or for long. */
function brokenGradients(run: RunView): Track | undefined {
	const norm = run.train('grad_norm');
	const loss = run.loss;
	if (norm === undefined || loss === undefined) {
		return undefined;
	}
	let begin = -1;
	for (let i = 0; i < norm.length; i++) {
		const isBroken = !Number.isFinite(norm.value[i]);
		const said = loss.at(norm.step[i] ?? 0);
		if (isBroken && said !== undefined && Number.isFinite(said)) {
			begin = begin < 0 ? i : begin;
		} else if (!isBroken && begin >= 0) {
			if (i - begin > scalerSteps || !mayScale(run)) {
				return norm.slice(begin, i);
			}
			begin = -1;
		}
	}
	const left = norm.length - begin;
	// At the very end of a run in mixed precision a few left-out steps prove nothing.
	return begin < 0 || (run.facts.is('fp16') && left <= scalerSteps) ? undefined : norm.slice(begin);
}

/** Of a foreign run nobody knows whether it scales. */
function mayScale(run: RunView): boolean {
	return run.facts.is('fp16') || !run.facts.hasArguments;
}

/** Two and more losses of exactly 0 behind others, though the answers are not told apart for certain. */
function zerosFromNowhere(run: RunView): Track | undefined {
	const loss = run.loss;
	if (loss === undefined || loss.length < 4) {
		return undefined;
	}
	let at = loss.length;
	while (at > 0 && loss.value[at - 1] === 0) {
		at--;
	}
	const before = loss.value[at - 1];
	const margin = run.nats('rewards/margins')?.finite().last(0.1, 1).median ?? 0;
	return loss.length - at >= 2 && before !== undefined && before > 0.05 && !(margin > 50)
		? loss.slice(at)
		: undefined;
}
