import { formatNumber } from '../../metrics/format';
import type { DoctorRule } from '../rule';
import { evidence } from '../runView';
import { answerNats } from './displacement';

/** Far from the reference before the first epoch is over, when answers may already get worse. */
export const overOptimised: DoctorRule = {
	code: 'overOptimised',
	title: 'Far from the reference early',
	sources: [{ title: 'Rafailov et al. 2024', url: 'https://arxiv.org/abs/2406.02900' }],
	check: run => {
		const chosen = run.nats('rewards/chosen')?.finite();
		const rejected = run.nats('rewards/rejected')?.finite();
		if (run.facts.method !== 'dpo' || chosen === undefined || rejected === undefined) {
			return undefined;
		}
		const distance = chosen.map(
			(value, i) => (Math.abs(value) + Math.abs(rejected.value[i] ?? 0)) / 2,
		);
		const limit = Math.max(40, 0.2 * finiteOr(answerNats(run), 0));
		const at = distance.value.findIndex(
			(value, i) =>
				value > limit &&
				(distance.epoch[i] ?? Infinity) < 1 &&
				(distance.value[i + 1] ?? 0) > limit,
		);
		if (at < 0) {
			return undefined;
		}
		const piece = distance.slice(at, at + 2);
		return {
			severity: 'info',
			sentence: `At step ${piece.firstStep}, in the first epoch, answers are ${formatNumber(piece.value[0] ?? 0)} nats from the reference${run.betaRemark}; quality can fall from there though the loss falls.`,
			advice:
				'Save and evaluate at 10, 25, 50 and 100% of the first epoch and compare the answers; a higher β holds the policy nearer.',
			evidence: [evidence(chosen.slice(at, at + 2), `${formatNumber(chosen.value[at] ?? 0)} nats`)],
			changes: { save_strategy: 'steps', save_steps: 0.1, eval_strategy: 'steps', eval_steps: 0.1 },
		};
	},
};

function finiteOr(value: number, otherwise: number): number {
	return Number.isFinite(value) ? value : otherwise;
}
