import { formatNumber } from '../../metrics/format';
import type { DoctorRule } from '../rule';
import { evidence, fromTo, type RunView } from '../runView';
import type { Track } from '../track';
import { shorterRun } from './shorterRun';

export interface Rise {
	/** From the lowest held-out loss to the newest. */
	readonly piece: Track;
	readonly low: number;
	readonly now: number;
}

/** Held-out loss that rises over evaluations while the training loss goes on falling. */
export const overfitSft: DoctorRule = {
	code: 'overfitSft',
	title: 'Overfitting',
	sources: [
		{
			title: 'Unsloth, LoRA guide',
			url: 'https://docs.unsloth.ai/get-started/fine-tuning-llms-guide/lora-hyperparameters-guide',
		},
	],
	check: run => {
		if (run.facts.method === 'dpo' || run.facts.method === 'kto') {
			return undefined;
		}
		const rise = heldOutRise(run, 0.03);
		if (rise === undefined) {
			return undefined;
		}
		const epoch = rise.piece.epoch[0] ?? Number.NaN;
		return {
			severity: 'warning',
			sentence: `The held-out loss has risen from ${formatNumber(rise.low)} at step ${rise.piece.firstStep} to ${formatNumber(rise.now)} while the training loss still falls.`,
			advice: `Keep the checkpoint nearest to step ${rise.piece.firstStep}; train shorter next time, or on more and more varied rows.`,
			evidence: [
				evidence(rise.piece, fromTo(rise.low, rise.now)),
				...(run.loss ? [evidence(run.loss, 'training loss')] : []),
			],
			changes: shorterRun(run, { step: rise.piece.firstStep, epoch }) ?? bestKept(run),
		};
	},
};

/**
 * The dataset whose held-out loss has risen most, by at least `share`, for two evaluations and more,
 * while the training loss did not rise with it. Undefined below three evaluations.
 */
export function heldOutRise(run: RunView, share: number): Rise | undefined {
	const loss = run.loss?.finite();
	const rises = run.held('loss').flatMap(track => {
		const held = track.finite();
		const lowest = held.value.reduce((a, b) => Math.min(a, b), Infinity);
		const at = held.value.lastIndexOf(lowest);
		const now = held.value[held.length - 1] ?? Number.NaN;
		const before = held.value[held.length - 2] ?? Number.NaN;
		const isLasting = held.length >= 3 && at <= held.length - 3;
		const limit = lowest + Math.max(share * Math.abs(lowest), 0.005);
		const piece = held.slice(at);
		if (!isLasting || !(now > limit) || !(before > lowest + (limit - lowest) / 3)) {
			return [];
		}
		return trainFalls(loss, piece) ? [{ piece, low: lowest, now }] : [];
	});
	return rises.toSorted((a, b) => b.now / b.low - a.now / a.low)[0];
}

function trainFalls(loss: Track | undefined, held: Track): boolean {
	if (loss === undefined) {
		return true;
	}
	const { firstStep, lastStep } = held;
	const reach = (lastStep - firstStep) / 2;
	const around = (step: number): number =>
		loss.where(i => Math.abs((loss.step[i] ?? 0) - step) <= reach).median;
	const [then, now] = [around(firstStep), around(lastStep)];
	return !(now > then);
}

function bestKept(run: RunView): Readonly<Record<string, unknown>> {
	return {
		load_best_model_at_end: true,
		metric_for_best_model: 'eval_loss',
		save_strategy: evals(run),
	};
}

/** The best checkpoint can be had only where every evaluation has one. */
function evals(run: RunView): unknown {
	const strategy = run.facts.value('eval_strategy');
	return strategy === 'steps' ? 'steps' : 'epoch';
}
