import { formatNumber } from '../../metrics/format';
import type { DoctorRule, Verdict } from '../rule';
import { evidence, stopFirst, type RunView } from '../runView';
import type { Track } from '../track';

/** Logits are left out: a masked token's is −Infinity and means nothing. */
const watched = ['loss', 'grad_norm', 'rewards/chosen', 'rewards/rejected', 'logps/chosen'];

/** A number that is none, shown as such. What a filter hid is `hiddenNan`. */
export const notFinite: DoctorRule = {
	code: 'notFinite',
	title: 'Not a number',
	sources: [{ title: 'trl#6702', url: 'https://github.com/huggingface/trl/issues/6702' }],
	check: run => {
		const found = firstBroken(run);
		if (found === undefined) {
			return undefined;
		}
		const { track, value } = found;
		const step = track.firstStep;
		const isHeldOut = track.kind === 'eval';
		const half = run.facts.is('fp16');
		if (Number.isFinite(track.value.at(-1))) {
			return passed(track, value);
		}
		return {
			severity: 'error',
			sentence: isHeldOut
				? `The held-out ${track.metric} is ${formatNumber(value)} from step ${step} on.`
				: `${track.metric} is ${formatNumber(value)} from step ${step} on, so the weights are lost.`,
			advice: isHeldOut
				? 'Look for held-out rows without a token that carries loss, such as answers cut away by max_length.'
				: stopFirst(
						run,
						half
							? 'go on from a checkpoint before that step, and train in bf16, whose range is that of float32.'
							: 'go on from a checkpoint before that step with a lower learning rate, and look at the rows of that step.',
					),
			evidence: [evidence(track, formatNumber(value))],
			...changesFor(run, isHeldOut, half),
		};
	},
};

/** Weights that are lost give no number ever again; these did. */
function passed(track: Track, value: number): Verdict {
	const broken = track.where(i => !Number.isFinite(track.value[i]));
	const { firstStep, lastStep, length } = broken;
	const name = track.kind === 'eval' ? `The held-out ${track.metric}` : track.metric;
	const where =
		length === 1
			? `at step ${firstStep}`
			: `or infinite ${length} times from step ${firstStep} to step ${lastStep}`;
	return {
		severity: 'warning',
		sentence: `${name} is ${formatNumber(value)} ${where}, and a number again afterwards, so the weights are not lost.`,
		advice:
			'Look at the rows of those steps, such as answers cut away by max_length, of which no token carries loss.',
		evidence: [evidence(broken, formatNumber(value))],
	};
}

function changesFor(
	run: RunView,
	isHeldOut: boolean,
	half: boolean,
): { readonly changes?: Readonly<Record<string, unknown>> } {
	const rate = run.facts.number('learning_rate');
	if (isHeldOut || (!half && rate === undefined)) {
		return {};
	}
	return { changes: half ? { fp16: null, bf16: true } : { learning_rate: tenth(rate ?? 0) } };
}

/** Rounded so that a recipe can show it. */
export function tenth(rate: number): number {
	return Number((rate / 10).toPrecision(2));
}

function firstBroken(run: RunView): { readonly track: Track; readonly value: number } | undefined {
	const tracks = [
		...(run.loss ? [run.loss] : []),
		...watched.slice(1).flatMap(metric => run.train(metric) ?? []),
		...run.held('loss'),
	];
	for (const track of tracks) {
		const at = track.value.findIndex(value => !Number.isFinite(value));
		if (at >= 0 && !isScalerAtWork(run, track, at)) {
			return { track: track.slice(at), value: track.value[at] ?? Number.NaN };
		}
	}
	return undefined;
}

/**
 * A scaler of mixed precision finds its scale by steps that overflow, which it leaves out: gradients
 * are infinite there, and finite again soon.
 */
function isScalerAtWork(run: RunView, track: Track, at: number): boolean {
	if (track.metric !== 'grad_norm') {
		return false;
	}
	// The same break is told as hidden where the loss stayed a number.
	const loss = run.loss?.at(track.step[at] ?? 0);
	if (loss !== undefined && Number.isFinite(loss)) {
		return true;
	}
	return track.value.slice(at).some(Number.isFinite);
}
