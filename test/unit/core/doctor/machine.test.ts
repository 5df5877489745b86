import { describe, expect, it } from 'vitest';
import { codes, finding, noise, sft, withArguments, withTrain, type Drawn } from './curves';

const steady = (s: number): number => s;

describe('the doctor on steps that stop coming', () => {
	const live = (secondsSinceStep: number, isTraining = true): Drawn['live'] => ({
		secondsSinceStep,
		isTraining,
	});
	const run: Drawn = { ...sft, steps: 40, time: steady };

	it('finds a stall by the age of the last step', () => {
		expect(codes({ ...run, live: live(30) })).not.toContain('stall');
		expect(finding({ ...run, live: live(200) }, 'stall')).toMatchObject({
			severity: 'error',
			evidence: [{ from: 40, to: 40 }],
		});
		expect(codes({ ...run, live: live(200, false) })).not.toContain('stall');
	});

	it('waits as long as the longest evaluation took', () => {
		const slow = { ...run, time: (s: number) => s + (s > 20 ? 300 : 0) };
		expect(codes({ ...slow, live: live(400) })).not.toContain('stall');
		expect(codes({ ...slow, live: live(700) })).toContain('stall');
	});

	it('waits longer where the first checkpoint is due, and where the GPUs are at work', () => {
		const saving = withArguments(run, { save_steps: 40 });
		expect(codes({ ...saving, live: live(400) })).not.toContain('stall');
		expect(codes({ ...saving, live: live(2000) })).toContain('stall');
		const atWork = { ...run, system: { gpu_power_watts: () => 650 } };
		expect(codes({ ...atWork, live: live(400) })).not.toContain('stall');
	});

	it('knows a hung NCCL by its power, whatever the utilisation', () => {
		const system = {
			gpu_power_watts: (s: number) => (s < 36 ? 650 : 120),
			gpu_utilization_percent: () => 100,
		};
		const found = finding({ ...run, system, live: live(200) }, 'stall');
		expect(found?.sentence).toContain('120 W instead of 650 W at 100% utilisation');
	});

	it('finds a hole in the log, but not one that an evaluation or a checkpoint fills', () => {
		const hole = (at: number) => (s: number) => s + (s > at ? 90 : 0);
		const found = finding({ ...run, heldEvery: 10, time: hole(15) }, 'stall');
		expect(found).toMatchObject({ severity: 'warning', evidence: [{ from: 15, to: 16 }] });
		expect(codes({ ...run, heldEvery: 10, time: hole(20) })).not.toContain('stall');
		const saved = [{ step: 15, kind: 'marker' as const, values: { checkpoint: 15 } }];
		expect(codes({ ...run, time: hole(15), more: saved })).not.toContain('stall');
	});

	it('judges a run of more steps than a call takes arguments', () => {
		const long = { ...run, steps: 140_000, live: { secondsSinceStep: 10, isTraining: true } };
		expect(codes(long)).not.toContain('stall');
	});

	it('says nothing where no times are known', () => {
		expect(codes({ ...run, time: () => Number.NaN })).toEqual([]);
	});
});

describe('the doctor on the host', () => {
	it('finds a lasting loss of speed', () => {
		const speed = (after: number): Drawn => ({
			...sft,
			system: { tokens_per_second: s => (s < 30 ? 1000 : after) + 20 * noise(s) },
		});
		expect(finding(speed(500), 'slowdown')?.sentence).toMatch(/by 5\d%|by 4\d%/);
		expect(codes(speed(850))).not.toContain('slowdown');
	});

	it('still names a loss of speed long after it, and none that was made good', () => {
		const speed = (from: number, to: number): Drawn => ({
			...sft,
			steps: 150,
			system: { tokens_per_second: s => (s >= from && s < to ? 500 : 1000) + 20 * noise(s) },
		});
		expect(finding(speed(15, 999), 'slowdown')?.evidence[0]).toMatchObject({ from: 15, to: 150 });
		expect(codes(speed(15, 100))).not.toContain('slowdown');
	});

	it('takes no dip at the end for lasting that the run had as long before and made good', () => {
		const dips = (...at: readonly number[]): Drawn => ({
			...sft,
			steps: 100,
			system: {
				tokens_per_second: s =>
					(at.some(from => s >= from && s < from + 6) ? 600 : 1000) + 20 * noise(s),
			},
		});
		expect(codes(dips(40, 95))).not.toContain('slowdown');
		expect(codes(dips(95))).toContain('slowdown');
		expect(codes(dips(40, 83, 89, 95))).toContain('slowdown');
	});

	it('finds a GPU that waits', () => {
		const busy = (share: number): Drawn => ({
			...sft,
			system: { gpu_utilization_percent: () => share },
		});
		expect(finding(busy(20), 'gpuIdle')?.severity).toBe('info');
		expect(finding(busy(3), 'gpuIdle')?.severity).toBe('warning');
		expect(codes(busy(95))).not.toContain('gpuIdle');
	});

	it('finds a GPU that heat slows down, and leaves the power cap alone', () => {
		const slowed = (metric: string): Drawn => ({ ...sft, system: { [metric]: () => 1 } });
		expect(codes(slowed('gpu_throttle/hw_thermal_slowdown'))).toContain('throttled');
		expect(codes(slowed('gpu_throttle/sw_power_cap'))).not.toContain('throttled');
	});

	it('finds a disk that is nearly full', () => {
		const free = (gigabytes: number): Drawn => ({
			...sft,
			system: { disk_free_gb: () => gigabytes },
		});
		expect(finding(free(3), 'diskSpace')?.severity).toBe('warning');
		expect(finding(free(0.5), 'diskSpace')?.severity).toBe('error');
		expect(codes(free(300))).not.toContain('diskSpace');
	});
});

describe('the doctor on a run that was resumed', () => {
	const again = (
		rate: (s: number) => number,
		loss: (s: number) => number,
		from = 41,
		to = 80,
	): Drawn => ({
		...withTrain(sft, {
			loss: s => 1.4 + 0.02 * noise(s),
			learning_rate: s => 2e-5 * (1 - s / 100),
		}),
		steps: 50,
		more: Array.from({ length: to - from + 1 }, (_, i) => ({
			step: from + i,
			attempt: 2,
			time: 60 + i,
			values: { loss: loss(from + i), learning_rate: rate(from + i), grad_norm: 0.8 },
		})),
	});
	const same = (s: number): number => 2e-5 * (1 - s / 100);
	const level = (s: number): number => 1.38 + 0.02 * noise(s, 3);

	it('has nothing to say where it went on as it was', () => {
		expect(codes(again(same, level))).toEqual([]);
	});

	it('finds a schedule that began anew', () => {
		const found = finding(
			again(s => 2e-5 * (1 - (s - 40) / 100), level),
			'resumeFault',
		);
		expect(found?.evidence[0]?.metric).toBe('learning_rate');
	});

	it('finds weights that did not come back', () => {
		const found = finding(
			again(same, s => level(s) + 0.8),
			'resumeFault',
		);
		expect(found?.evidence[0]?.metric).toBe('loss');
	});

	it('finds work that was done again though there was a checkpoint', () => {
		const run = again(same, level, 1, 60);
		const saved = { step: 40, kind: 'marker' as const, time: 40, values: { checkpoint: 40 } };
		const more = [saved, ...(run.more ?? [])];
		expect(finding({ ...run, more }, 'resumeFault')?.sentence).toContain('checkpoint of step 40');
		expect(codes(run)).not.toContain('resumeFault');
	});
});
