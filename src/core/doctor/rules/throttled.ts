import { formatNumber } from '../../metrics/format';
import { mean } from '../robust';
import { ruleOfThumb, type DoctorRule } from '../rule';
import { evidence } from '../runView';

/** What slows a card down and is no good sign; the power cap of a card under full load is none. */
const reasons: ReadonlyMap<string, string> = new Map([
	['gpu_throttle/sw_thermal_slowdown', 'heat'],
	['gpu_throttle/hw_thermal_slowdown', 'heat'],
	['gpu_throttle/hw_power_brake_slowdown', 'the power brake'],
	['gpu_throttle/hw_slowdown', 'the card itself'],
]);

/** Cards that heat or power slow down. */
export const throttled: DoctorRule = {
	code: 'throttled',
	title: 'GPU is slowed down',
	sources: [ruleOfThumb],
	check: run => {
		const found = [...reasons].flatMap(([metric, words]) => {
			const track = run.track(metric, 'system')?.finite();
			const share = track === undefined ? 0 : mean(track.value);
			return track !== undefined && track.length >= 6 && share > 0.2
				? [{ track, words, share }]
				: [];
		});
		const [worst] = found.toSorted((a, b) => b.share - a.share);
		if (worst === undefined) {
			return undefined;
		}
		const { track, words, share } = worst;
		return {
			severity: 'warning',
			sentence: `In ${Math.round(100 * share)}% of the samples ${words} slows the GPU down.`,
			advice:
				'Mend cooling or power of the host, or lower the power limit of the card, so that its clock is even.',
			evidence: [evidence(track, `${formatNumber(Math.round(100 * share))}%`)],
		};
	},
};
