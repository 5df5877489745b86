import { formatNumber } from '../../metrics/format';
import type { DoctorRule } from '../rule';
import { evidence } from '../runView';

/** Train accuracy near 1 from the second epoch on; in the first it is measured on unseen pairs. */
export const trainAccuracy: DoctorRule = {
	code: 'trainAccuracy',
	title: 'Training pairs known by heart',
	sources: [{ title: 'Zephyr', url: 'https://arxiv.org/abs/2310.16944' }],
	check: run => {
		const all = run.train('rewards/accuracies')?.finite();
		const later = all?.where(i => (all.epoch[i] ?? 0) > 1.001);
		if (run.facts.method !== 'dpo' || later === undefined || later.length < 3) {
			return undefined;
		}
		const end = later.last(0.5, 3);
		if (!(end.median >= 0.99)) {
			return undefined;
		}
		const held = run.held('rewards/accuracies')[0]?.finite();
		const there = held?.value[held.length - 1];
		return {
			severity: 'info',
			sentence: `From epoch 2 on ${formatNumber(100 * end.median)}% of the training pairs are right${there === undefined ? '' : `, ${formatNumber(100 * there)}% of the held-out ones`}: they are known by heart, which by itself does no harm.`,
			advice:
				'Judge by held-out pairs and by answers; compare the checkpoint of the first epoch with the last.',
			evidence: [
				evidence(end, formatNumber(end.median)),
				...(held && there !== undefined
					? [evidence(held.slice(held.length - 1), formatNumber(there))]
					: []),
			],
		};
	},
};
