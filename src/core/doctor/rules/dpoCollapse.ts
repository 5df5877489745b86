import { formatNumber } from '../../metrics/format';
import type { DoctorRule } from '../rule';
import { evidence, type RunView } from '../runView';
import { answerNats } from './displacement';
import { highestRate } from './dpoStuck';
import { tenth } from './notFinite';

/**
 * Nats of chosen over rejected beyond what telling good from bad takes: 100 (trl#1236 had 150 to
 * 230), and of short answers several times what they cost.
 */
function wideMarginOf(run: RunView): number {
	return Math.min(100, Math.max(40, 1.5 * answerNats(run)));
}

/** The loss is as good as 0 and the margin huge: the policy has torn itself from the reference. */
export const dpoCollapse: DoctorRule = {
	code: 'dpoCollapse',
	title: 'Preferences collapse',
	sources: [{ title: 'trl#1236', url: 'https://github.com/huggingface/trl/issues/1236' }],
	check: run => {
		const margins = run.nats('rewards/margins')?.finite();
		const loss = run.loss?.finite();
		if (run.facts.method !== 'dpo' || margins === undefined || loss === undefined) {
			return undefined;
		}
		const wideMargin = wideMarginOf(run);
		const end = margins.last(0.2, 3);
		const lossEnd = loss.last(0.2, 5);
		const accuracy = run.train('rewards/accuracies')?.finite().last(0.2, 3).median ?? 0;
		const isTorn = lossEnd.median < 0.03 && accuracy >= 0.99 && end.median > wideMargin;
		if (margins.length < 3 || !isTorn) {
			return undefined;
		}
		const first = margins.where(i => (margins.value[i] ?? 0) > wideMargin).firstStep;
		return {
			severity: 'error',
			sentence: `Loss ${formatNumber(lossEnd.median)}, accuracy ${formatNumber(accuracy)} and a margin of ${formatNumber(end.median)} nats${run.betaRemark}, beyond ${formatNumber(Math.round(wideMargin))} since step ${first}: the policy has torn itself from the reference.`,
			advice:
				'Lower the learning rate to a tenth or raise β, and look whether something trivial, such as a format, tells chosen from rejected.',
			evidence: [
				evidence(end, `${formatNumber(end.median)} nats`),
				evidence(lossEnd, formatNumber(lossEnd.median)),
			],
			...slower(run),
		};
	},
};

export function slower(run: RunView): { readonly changes?: Readonly<Record<string, unknown>> } {
	const rate = run.facts.number('learning_rate') ?? highestRate(run);
	return rate === undefined || !(rate > 0) ? {} : { changes: { learning_rate: tenth(rate) } };
}
