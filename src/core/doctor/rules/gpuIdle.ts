import { formatNumber } from '../../metrics/format';
import { ruleOfThumb, type DoctorRule } from '../rule';
import { evidence } from '../runView';

/** GPUs that wait most of the time. */
export const gpuIdle: DoctorRule = {
	code: 'gpuIdle',
	title: 'GPU waits',
	sources: [ruleOfThumb],
	check: run => {
		const all = run.track('gpu_utilization_percent', 'system')?.finite();
		// The first samples are of loading.
		const busy = all?.slice(3);
		if (busy === undefined || busy.length < 10 || busy.median >= 30) {
			return undefined;
		}
		const workers = run.facts.number('dataloader_num_workers') ?? 0;
		return {
			severity: busy.median < 10 ? 'warning' : 'info',
			sentence: `The GPUs are busy ${formatNumber(busy.median)}% of the time.`,
			advice:
				'Give the data loader workers and the GPU larger batches; look whether it waits for a disk or for saving.',
			evidence: [evidence(busy, `${formatNumber(busy.median)}%`)],
			...(workers === 0 ? { changes: { dataloader_num_workers: 4 } } : {}),
		};
	},
};
