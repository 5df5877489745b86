import { describe, expect, it } from 'vitest';
import { codes, dpo, finding, noise, sft, withArguments, withTrain, type Drawn } from './curves';

const nanFrom = (step: number, before: (s: number) => number) => (s: number) =>
	s < step ? before(s) : Number.NaN;

describe('the doctor on numbers that are none', () => {
	it('has nothing to say about sound runs', () => {
		expect(codes(sft)).toEqual([]);
		expect(codes(dpo)).toEqual([]);
	});

	it('names the first step whose loss is no number', () => {
		const run = withTrain(sft, { loss: nanFrom(30, () => 1.4), grad_norm: nanFrom(30, () => 1) });
		const found = finding(run, 'notFinite');
		expect(found?.severity).toBe('error');
		expect(found?.evidence[0]).toMatchObject({ metric: 'loss', from: 30 });
		expect(found?.changes).toEqual({ learning_rate: 2e-6 });
		expect(codes(run)).not.toContain('hiddenNan');
	});

	it('says to stop a run that trains, and not one that has ended', () => {
		const ended = withTrain(sft, { loss: nanFrom(30, () => 1.4), grad_norm: nanFrom(30, () => 1) });
		const live = { ...ended, live: { secondsSinceStep: 1, isTraining: true } };
		expect(finding(live, 'notFinite')?.advice).toMatch(/^Stop it, go on from a checkpoint/);
		expect(finding(ended, 'notFinite')?.advice).toMatch(/^Go on from a checkpoint/);
	});

	it('does not call weights lost that gave numbers again', () => {
		const at = (...steps: number[]) =>
			withTrain(sft, { loss: s => (steps.includes(s) ? Number.NaN : 1.4) });
		const once = finding(at(30), 'notFinite');
		expect(once?.severity).toBe('warning');
		expect(once?.sentence).toContain('loss is NaN at step 30, and a number again');
		expect(once?.evidence[0]).toMatchObject({ from: 30, to: 30 });
		const twice = finding(at(20, 30), 'notFinite');
		expect(twice?.sentence).toContain('2 times from step 20 to step 30');
		expect(twice?.changes).toBeUndefined();
	});

	it('names a held-out loss that is no number', () => {
		const run = { ...sft, held: { eval_loss: () => Number.NaN } };
		expect(finding(run, 'notFinite')?.evidence[0]).toMatchObject({ kind: 'eval', from: 10 });
	});

	it('finds a NaN that a filter hid behind 0', () => {
		const run = withTrain(sft, {
			loss: s => (s < 30 ? 1.4 : 0),
			grad_norm: nanFrom(30, () => 1),
		});
		const found = finding(run, 'hiddenNan');
		expect(found).toMatchObject({ severity: 'error', changes: { logging_nan_inf_filter: false } });
		expect(found?.evidence[0]?.from).toBe(30);
	});

	it('finds a NaN behind a loss that stays flat', () => {
		const run = withTrain(sft, {
			loss: s => (s < 30 ? 1.4 : 1.41),
			grad_norm: nanFrom(30, () => 1),
		});
		expect(codes(run)).toContain('hiddenNan');
	});

	it('finds a loss of 0 out of nowhere where no gradient is logged', () => {
		const run = { ...sft, train: { loss: (s: number) => (s < 40 ? 1.3 : 0) } };
		expect(codes(run)).toContain('hiddenNan');
	});

	it('lets a scaler of fp16 look for its scale', () => {
		const run = withTrain(withArguments(sft, { fp16: true, bf16: false }), {
			grad_norm: s => (s < 4 ? Infinity : 0.8),
		});
		expect(codes(run)).toEqual([]);
	});

	it('takes a DPO loss of 0 with a huge margin for what it is', () => {
		const run = withTrain(dpo, {
			loss: s => (s < 40 ? Math.LN2 - 0.01 * s : 0),
			'rewards/margins': s => s,
		});
		expect(codes(run)).not.toContain('hiddenNan');
	});

	it('says that no token carries loss', () => {
		const run = withTrain(sft, { loss: () => 0, grad_norm: () => 0 });
		expect(finding(run, 'nothingTrained')?.severity).toBe('error');
		expect(codes(sft)).not.toContain('nothingTrained');
	});
});

describe('the doctor on spikes and divergence', () => {
	it('finds a spike of a single step, in steps and in means', () => {
		const spiked = (s: number): number => (s === 40 ? 6 : 1.4 + 0.1 * Math.sin(s));
		expect(finding(withTrain(sft, { loss: spiked }), 'lossSpike')?.evidence[0]?.from).toBe(40);
		const steps = { ...sft, step: { loss: spiked } };
		expect(finding(steps, 'lossSpike')?.evidence[0]).toMatchObject({ kind: 'step', from: 40 });
		const means = withTrain({ ...sft, steps: 300, every: 5 }, { loss: s => (s === 200 ? 4 : 1.4) });
		expect(codes(means)).toContain('lossSpike');
	});

	it('takes neither noise nor the falling start for a spike', () => {
		expect(codes({ ...sft, steps: 600 })).not.toContain('lossSpike');
	});

	it('finds a gradient spike, as a warning only where nothing clips it', () => {
		const run = withTrain(sft, { grad_norm: s => (s === 40 ? 60 : 0.8 + 0.05 * Math.sin(s)) });
		expect(finding(run, 'gradientSpike')?.severity).toBe('info');
		const open = finding(withArguments(run, { max_grad_norm: 0 }), 'gradientSpike');
		expect(open).toMatchObject({ severity: 'warning', changes: { max_grad_norm: 1 } });
		expect(codes(sft)).not.toContain('gradientSpike');
	});

	it('finds a loss that climbs and stays up, and one that leaps and does not come back', () => {
		const climbs = withTrain(sft, { loss: s => 1.2 + Math.max(0, s - 20) * 0.1 });
		expect(finding(climbs, 'divergence')).toMatchObject({
			severity: 'error',
			changes: { learning_rate: 2e-6, warmup_steps: 0.1 },
		});
		const leaps = withTrain(sft, { loss: s => (s < 3 ? 2.3 : 3.5 + 5 * Math.exp(-s / 10)) });
		expect(codes(leaps)).toContain('divergence');
		expect(codes(leaps)).not.toContain('lossSpike');
	});

	it('finds a loss that leaps at once and is no better in the last third than before it', () => {
		const leaps = (end: number): Drawn =>
			withTrain(sft, {
				loss: s => (s < 4 ? 2.3 : end + 5 * Math.exp(-s / 10)) + 0.1 * noise(s),
			});
		expect(codes(leaps(2.6))).toContain('divergence');
		expect(codes(leaps(1.7))).not.toContain('divergence');
	});

	it('finds a DPO loss of pairs that cost nothing or a lot, whose middle value says little', () => {
		const torn = (share: number): Drawn =>
			withTrain(dpo, {
				loss: s => (s < 3 ? Math.LN2 : noise(s) > 1 - 2 * share ? 3 + noise(s, 2) : 0.3),
			});
		expect(codes(torn(0.45))).toContain('divergence');
		expect(codes(torn(0.03))).not.toContain('divergence');
	});

	it('takes a spike that comes down, and a DPO loss that rises below a coin toss, for no divergence', () => {
		expect(codes(withTrain(sft, { loss: s => (s === 40 ? 6 : 1.4) }))).not.toContain('divergence');
		const rising = withTrain(dpo, { loss: s => (s === 1 ? Math.LN2 : 0.3 + 0.004 * s) });
		expect(codes(rising)).not.toContain('divergence');
	});

	it('knows no coin toss of other losses', () => {
		const ipo = withArguments(dpo, { loss_type: 'ipo' });
		const falling = withTrain(ipo, { loss: s => 25 - 0.2 * s });
		expect(codes(falling)).not.toContain('divergence');
	});

	it('finds a DPO loss that stays above a coin toss', () => {
		const run = withTrain(dpo, { loss: s => (s < 3 ? Math.LN2 : 1.5 + 0.5 * Math.sin(s)) });
		expect(codes(run)).toContain('divergence');
	});
});
