import { formatNumber } from '../../metrics/format';
import { median } from '../robust';
import type { DoctorRule } from '../rule';
import { evidence, type RunView } from '../runView';

/** Chosen answers become less likely, as rejected ones do: the mild form is how DPO works. */
export const displacement: DoctorRule = {
	code: 'displacement',
	title: 'Chosen answers displaced',
	sources: [
		{ title: 'Razin et al. 2024', url: 'https://arxiv.org/abs/2410.08847' },
		{ title: 'Smaug, DPOP', url: 'https://arxiv.org/abs/2402.13228' },
		{
			title: 'dpo#8',
			url: 'https://github.com/eric-mitchell/direct-preference-optimization/issues/8',
		},
	],
	check: run => {
		const chosen = run.nats('rewards/chosen')?.finite();
		const rejected = run.nats('rewards/rejected')?.finite();
		const isDue = chosen !== undefined && rejected !== undefined && chosen.length >= 6;
		if (run.facts.method !== 'dpo' || !isDue) {
			return undefined;
		}
		const end = chosen.last(0.25, 3);
		const fall = -end.median;
		const fallOfRejected = -rejected.last(0.25, 3).median;
		const share = fall / answerNats(run);
		const middle = median(
			chosen.value.subarray(Math.floor(chosen.length / 3), Math.ceil((2 * chosen.length) / 3)),
		);
		// It neither begins just now nor goes back to where it was.
		const isSteady = -middle > 0.25 * fall && fall > 0.5 * -middle;
		// Both fall nearly as far: the pairs are near-identical, and what they share is unlearnt. Which
		// of them falls further is then a matter of chance.
		const [less, more] = [Math.min(fall, fallOfRejected), Math.max(fall, fallOfRejected)];
		const isShared = less > 0.75 * more;
		const isSevere = share > 0.5 || (share > 0.25 && isShared);
		if (!(fall > 5) || !(isShared || fallOfRejected > fall) || !isSteady || !isSevere) {
			return undefined;
		}
		return {
			severity: 'warning',
			sentence: `Chosen answers have lost ${formatNumber(fall)} nats against the reference${run.betaRemark}${Number.isFinite(share) ? `, ${Math.round(100 * share)}% of what they had` : ''}, rejected ones ${formatNumber(fallOfRejected)}${isShared ? ': most of the fall is common to both' : ''}.`,
			advice:
				'Filter near-identical pairs, add an SFT term, or lower the learning rate; then look whether answers and refusals got worse.',
			evidence: [
				evidence(end, `${formatNumber(-fall)} nats`),
				...(run.train('logps/chosen')
					? [evidence(run.train('logps/chosen') ?? end, 'log-probability of chosen')]
					: []),
			],
			...(run.facts.isPlainSigmoid
				? { changes: { loss_type: ['sigmoid', 'sft'], loss_weights: [1, 0.2] } }
				: {}),
		};
	},
};

/** What a chosen answer costs the reference, in nats, usually; infinite where nobody knows. */
export function answerNats(run: RunView, side: 'chosen' | 'rejected' = 'chosen'): number {
	const ours = run.train(`logps/${side}`)?.finite();
	const ratio = run.nats(`rewards/${side}`);
	if (ours === undefined || ratio === undefined) {
		return Infinity;
	}
	const reference = ours.map((value, i) => value - (ratio.at(ours.step[i] ?? 0) ?? 0)).finite();
	return reference.length === 0 ? Infinity : Math.abs(reference.median);
}
