import { formatNumber } from '../../metrics/format';
import { tooLow } from '../../training/usualRates';
import type { DoctorRule } from '../rule';
import { evidence, type RunView } from '../runView';

/** The policy does not leave the reference: loss at ln 2, log-ratios at 0. */
export const dpoStuck: DoctorRule = {
	code: 'dpoStuck',
	title: 'Nothing is learnt',
	sources: [
		{ title: 'alignment-handbook', url: 'https://github.com/huggingface/alignment-handbook' },
		{ title: 'TRL, DPO trainer', url: 'https://huggingface.co/docs/trl/dpo_trainer' },
	],
	check: run => {
		const loss = run.loss?.finite();
		const isDue =
			loss !== undefined && loss.length >= 8 && run.lastStep >= Math.max(20, 2 * run.warmupEnd);
		if (run.facts.method !== 'dpo' || !isDue || (run.live !== undefined && run.share < 0.3)) {
			return undefined;
		}
		const end = loss.last(0.4, 5);
		const margins = run.nats('rewards/margins')?.finite().last(0.4, 3);
		const off = Math.abs(end.median - Math.LN2);
		const accuracy = run.train('rewards/accuracies')?.finite().last(0.4, 3).median ?? 0.5;
		const margin = margins?.median ?? 0;
		// Where β is small a margin of a few nats hardly shows in the loss. Rounding alone decides
		// which of two equal answers is the better one, so the accuracy then says nothing.
		const isAtStart = off < 0.005 && Math.abs(margin) * Math.max(run.beta, 0.02) < 0.01;
		if (!isAtStart || (accuracy > 0.7 && off > 0.001)) {
			return undefined;
		}
		return {
			severity: 'warning',
			sentence: `After ${run.lastStep} steps the loss is still ${formatNumber(end.median)} (ln 2 is 0.6931) and the margin ${formatNumber(margin)} nats${run.betaRemark}: the policy has not left the reference.`,
			advice:
				'Raise the learning rate; if it is usual already, look whether chosen and rejected are told apart by the labels at all.',
			evidence: [
				evidence(end, formatNumber(end.median)),
				...(margins ? [evidence(margins, `${formatNumber(margin)} nats`)] : []),
			],
			...faster(run),
		};
	},
};

function faster(run: RunView): { readonly changes?: Readonly<Record<string, unknown>> } {
	const rate = run.facts.number('learning_rate') ?? highestRate(run);
	if (rate === undefined || !(rate > 0)) {
		return {};
	}
	const usual = tooLow(run.facts.method, run.facts.isAdapter ?? false, rate);
	return { changes: { learning_rate: usual ?? Number((10 * rate).toPrecision(2)) } };
}

export function highestRate(run: RunView): number | undefined {
	const rates = run.train('learning_rate')?.finite().value;
	return rates?.reduce((a, b) => Math.max(a, b), 0);
}
