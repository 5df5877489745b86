import { formatNumber } from '../../metrics/format';
import { ruleOfThumb, type DoctorRule } from '../rule';
import { evidence } from '../runView';

/** GB below which the host calls a disk nearly full as well. */
const little = 5;

/** The disk of the run or of its checkpoints is nearly full. */
export const diskSpace: DoctorRule = {
	code: 'diskSpace',
	title: 'Disk nearly full',
	sources: [ruleOfThumb],
	check: run => {
		const disks = run.metrics.series.filter(
			({ metric, kind }) => kind === 'system' && /disk.*free|free.*disk/i.test(metric),
		);
		for (const { metric } of disks) {
			const free = run.track(metric, 'system')?.finite();
			const now = free?.value[free.length - 1];
			if (free !== undefined && now !== undefined && now < little) {
				const kept = run.facts.number('save_total_limit');
				return {
					severity: now < little / 5 ? 'error' : 'warning',
					sentence: `${formatNumber(Number(now.toPrecision(2)))} GB are left on the disk of the run, so a checkpoint may not fit.`,
					advice:
						'Delete or archive old runs on that host, or keep fewer checkpoints; a checkpoint that does not fit ends the run.',
					evidence: [evidence(free.slice(free.length - 1), `${formatNumber(now)} GB`)],
					...(kept === undefined || kept > 2 ? { changes: { save_total_limit: 2 } } : {}),
				};
			}
		}
		return undefined;
	},
};
