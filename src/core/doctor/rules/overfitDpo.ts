import { formatNumber } from '../../metrics/format';
import type { DoctorRule } from '../rule';
import { evidence, fromTo } from '../runView';
import { heldOutRise } from './overfitSft';

/** The same rise as in SFT, which for preferences is no verdict. */
export const overfitDpo: DoctorRule = {
	code: 'overfitDpo',
	title: 'Held-out loss rises',
	sources: [
		{ title: 'Zephyr', url: 'https://arxiv.org/abs/2310.16944' },
		{ title: 'Rafailov et al. 2024', url: 'https://arxiv.org/abs/2406.02900' },
	],
	check: run => {
		const isPreference = run.facts.method === 'dpo' || run.facts.method === 'kto';
		const rise = isPreference ? heldOutRise(run, 0.05) : undefined;
		if (rise === undefined) {
			return undefined;
		}
		const accuracies = run.held('rewards/accuracies').map(track =>
			evidence(
				track.where(i => (track.step[i] ?? 0) >= rise.piece.firstStep),
				'held-out accuracy',
			),
		);
		return {
			severity: 'info',
			sentence: `Overfit by loss: the held-out loss has risen from ${formatNumber(rise.low)} at step ${rise.piece.firstStep} to ${formatNumber(rise.now)}. Zephyr improved all the same, others got worse.`,
			advice:
				'Compare answers, length, refusals and scores of each epoch before you keep it; do not stop on the held-out loss alone.',
			evidence: [evidence(rise.piece, fromTo(rise.low, rise.now)), ...accuracies],
			changes: { save_strategy: 'epoch', save_total_limit: null, load_best_model_at_end: false },
		};
	},
};
