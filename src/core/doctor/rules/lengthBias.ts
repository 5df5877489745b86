import { formatNumber } from '../../metrics/format';
import { median } from '../robust';
import type { DoctorRule } from '../rule';
import { evidence } from '../runView';

/**
 * Chosen answers that are much longer than rejected ones. TRL logs no lengths, but the reference's
 * log-probabilities of both, which grow with them: logps less the log-ratio.
 */
export const lengthBias: DoctorRule = {
	code: 'lengthBias',
	title: 'Length tells the pairs apart',
	sources: [
		{ title: 'Park et al. 2024', url: 'https://aclanthology.org/2024.findings-acl.297/' },
		{ title: 'LD-DPO', url: 'https://arxiv.org/abs/2409.06411' },
	],
	check: run => {
		const sides = (['chosen', 'rejected'] as const).map(side => {
			const ours = run.train(`logps/${side}`);
			const ratio = run.nats(`rewards/${side}`);
			return ours?.map((value, i) => value - (ratio?.at(ours.step[i] ?? 0) ?? Number.NaN));
		});
		const [chosen, rejected] = sides;
		if (run.facts.method !== 'dpo' || chosen === undefined || rejected === undefined) {
			return undefined;
		}
		const ratios = chosen.map((value, i) => value / (rejected.value[i] ?? Number.NaN)).finite();
		const ratio = median(ratios.value);
		const agree = ratios.value.filter(value => value > 1.1).length / ratios.length;
		if (ratios.length < 5 || !(ratio > 1.4) || agree < 0.85) {
			return undefined;
		}
		return {
			severity: ratio > 1.6 ? 'warning' : 'info',
			sentence: `To the reference chosen answers cost ${formatNumber(ratio)} times as many nats as rejected ones, so they are most likely longer, and length alone may earn the reward.`,
			advice:
				'Compare the lengths in the dataset, balance the pairs, or let the excess length count less; watch how long the answers of checkpoints get.',
			evidence: [
				evidence(run.train('logps/chosen') ?? ratios, `${formatNumber(ratio)} × rejected`),
			],
			changes: { ld_alpha: 0.5 },
		};
	},
};
