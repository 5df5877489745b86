import { formatNumber } from '../../metrics/format';
import { quantile } from '../robust';
import { ruleOfThumb, type DoctorRule } from '../rule';
import { evidence, fromTo } from '../runView';

/** A lasting loss of speed. */
export const slowdown: DoctorRule = {
	code: 'slowdown',
	title: 'Slower than before',
	sources: [ruleOfThumb],
	check: run => {
		const all = run.track('tokens_per_second', 'system')?.finite();
		// The first lines are of a machine that warms up.
		const speed = all?.slice(Math.min(2, Math.ceil(0.1 * all.length)));
		if (speed === undefined || speed.length < 8) {
			return undefined;
		}
		const before = speed.first(0.35, 3);
		const end = speed.last(0.25, 3);
		const share = 1 - end.median / before.median;
		// Lasting: even its best moments are slower than the slow ones before.
		const isLasting = quantile(end.value, 0.9) < quantile(before.value, 0.25);
		if (!(share > 0.3) || !isLasting) {
			return undefined;
		}
		return {
			severity: 'warning',
			sentence: `The speed has fallen by ${Math.round(100 * share)}%, from ${formatNumber(Math.round(before.median))} to ${formatNumber(Math.round(end.median))} tokens/s, and stays there.`,
			advice:
				'Look for another job on the host, for throttling and temperature of the GPU, and for a data loader that has become slow.',
			evidence: [evidence(end, fromTo(Math.round(before.median), Math.round(end.median)))],
		};
	},
};
