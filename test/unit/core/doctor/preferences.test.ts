import { describe, expect, it } from 'vitest';
import { codes, dpo, drawn, finding, noise, withArguments, withTrain, type Drawn } from './curves';
import { diagnose } from '../../../../src/core/doctor/diagnose';

const onCpu = withArguments(dpo, { use_cpu: true, bf16: false });

describe('the start of DPO', () => {
	const off = (loss: number): Drawn =>
		withTrain(dpo, { loss: s => (s === 1 ? loss : 0.6 + 0.02 * noise(s)) });

	it('is judged on step 1 with the sigmoid loss', () => {
		const found = finding(off(0.85), 'dpoStart');
		expect(found).toMatchObject({
			severity: 'error',
			evidence: [{ metric: 'loss', from: 1, to: 1 }],
		});
		expect(found?.sentence).toContain('0.8500');
		expect(codes(off(Math.LN2))).not.toContain('dpoStart');
	});

	it('is not judged by the loss of other losses, of weights or of an SFT term', () => {
		for (const more of [
			{ loss_type: 'ipo' },
			{ loss_type: ['sigmoid', 'sft'], loss_weights: [1, 0.2] },
			{ loss_weights: [0.5] },
			{ rpo_alpha: 1 },
			{ use_weighting: true },
		]) {
			expect(codes(withArguments(off(0.85), more))).not.toContain('dpoStart');
		}
	});

	it('is not judged by a mean over several steps', () => {
		const first = (s: number): number => (s <= 10 ? 0.8 : 0.6);
		const metrics = drawn({ ...withTrain(dpo, { loss: first }), every: 10 });
		const later = diagnose(metrics, dpo.known);
		// The helper logs step 1 as well, as our trainer does.
		expect(later.map(({ code }) => code)).toContain('dpoStart');
		const means = drawn({
			...dpo,
			train: {},
			more: [10, 20, 30, 40].map(step => ({ step, values: { loss: first(step) } })),
		});
		expect(diagnose(means, dpo.known).map(({ code }) => code)).not.toContain('dpoStart');
	});

	it('is judged by the rewards of any loss, more strictly in single precision', () => {
		const drift = (nats: number): Drawn['train'] => ({
			'rewards/chosen': s => (s === 1 ? 0.1 * nats : -0.1),
		});
		const ipo = withArguments(dpo, { loss_type: 'ipo' });
		expect(codes(withTrain(ipo, drift(20) ?? {}))).toContain('dpoStart');
		expect(codes(withTrain(ipo, drift(1) ?? {}))).not.toContain('dpoStart');
		expect(codes(withTrain(onCpu, drift(1) ?? {}))).toContain('dpoStart');
	});

	it('names dropout where it is on', () => {
		const run = withArguments(off(0.8), { disable_dropout: false });
		expect(finding(run, 'dpoStart')).toMatchObject({ changes: { disable_dropout: true } });
	});
});

describe('preferences that are not learnt', () => {
	const still = withTrain(dpo, {
		loss: s => Math.LN2 + 1e-5 * noise(s),
		'rewards/chosen': () => 0,
		'rewards/rejected': () => 0,
		'rewards/margins': s => 1e-5 * noise(s),
		'rewards/accuracies': s => (s % 2 === 0 ? 0.5 : 0.4),
	});

	it('show as a policy that does not leave its reference', () => {
		const slow = withArguments(still, { learning_rate: 1e-9 });
		expect(finding(slow, 'dpoStuck')).toMatchObject({
			severity: 'warning',
			changes: { learning_rate: 5e-7 },
		});
		expect(codes(dpo)).not.toContain('dpoStuck');
	});

	it('are not looked for in the first steps of a live run', () => {
		const live = { secondsSinceStep: 1, isTraining: true };
		const known = { ...still.known, maxSteps: 1000 };
		expect(codes({ ...still, known, live })).not.toContain('dpoStuck');
	});

	it('show as a coin on held-out pairs', () => {
		const held = { eval_loss: () => 0.7, 'eval_rewards/accuracies': () => 0.5 };
		const coin = withTrain(dpo, { 'rewards/accuracies': s => 0.5 + 0.1 * noise(s) });
		expect(finding({ ...coin, held }, 'dpoChance')?.evidence[0]?.kind).toBe('eval');
		// Unseen pairs of training that are told apart speak against it.
		expect(codes({ ...dpo, held })).not.toContain('dpoChance');
		expect(codes(dpo)).not.toContain('dpoChance');
	});

	it('show in the first epoch where no pairs are held out, and not from a few of them', () => {
		const coin = {
			...withTrain(dpo, { 'rewards/accuracies': s => 0.5 + 0.1 * noise(s) }),
			held: {},
		};
		expect(codes(coin)).toContain('dpoChance');
		const few = {
			eval_loss: () => 0.7,
			'eval_rewards/accuracies': () => 0.55,
			eval_runtime: () => 1,
			eval_samples_per_second: () => 8,
		};
		expect(codes({ ...dpo, held: few })).not.toContain('dpoChance');
	});

	it('are impossible where chosen and rejected are one text', () => {
		const same = withTrain(still, { 'logps/chosen': () => -90, 'logps/rejected': () => -90 });
		expect(codes(same)).toEqual(['sameText']);
	});
});

describe('preferences that go too far', () => {
	const torn = (nats: number): Drawn =>
		withTrain(dpo, {
			loss: s => Math.LN2 / (1 + s * s),
			'rewards/margins': s => (0.1 * nats * (s - 1)) / 59,
			'rewards/accuracies': s => (s === 1 ? 0 : 1),
		});

	it('collapse, in units of β', () => {
		expect(finding(torn(200), 'dpoCollapse')).toMatchObject({
			severity: 'error',
			changes: { learning_rate: 5e-8 },
		});
		expect(codes(torn(60))).not.toContain('dpoCollapse');
		// The same rewards at β = 1 are a tenth of the nats.
		expect(codes(withArguments(torn(200), { beta: 1 }))).not.toContain('dpoCollapse');
	});

	it('displace chosen answers, which in the mild form is normal', () => {
		const fallen = (chosen: number, rejected: number): Drawn =>
			withTrain(dpo, {
				'rewards/chosen': s => (0.1 * chosen * (s - 1)) / 59,
				'rewards/rejected': s => (0.1 * rejected * (s - 1)) / 59,
				'rewards/margins': s => (0.1 * (chosen - rejected) * (s - 1)) / 59,
				'logps/chosen': s => -250 + (chosen * (s - 1)) / 59,
				'logps/rejected': s => -250 + (rejected * (s - 1)) / 59,
			});
		const severe = finding(fallen(-200, -230), 'displacement');
		expect(severe).toMatchObject({
			severity: 'warning',
			changes: { loss_type: ['sigmoid', 'sft'] },
		});
		expect(codes(fallen(-30, -60))).not.toContain('displacement');
		expect(codes(fallen(-130, -150))).toContain('displacement');
		// Of near-identical pairs it is chance which of both falls further.
		expect(codes(fallen(-150, -145))).toContain('displacement');
		// Chosen answers that alone lose are another fault.
		expect(codes(fallen(-150, -10))).not.toContain('displacement');
	});

	it('go far from the reference before the first epoch is over', () => {
		const far = withTrain(dpo, {
			'rewards/chosen': s => -0.1 * 3 * (s - 1),
			'rewards/rejected': s => -0.1 * 6 * (s - 1),
		});
		expect(finding(far, 'overOptimised')?.severity).toBe('info');
		expect(codes({ ...far, epoch: 5 })).not.toContain('overOptimised');
	});

	it('show as a rising held-out loss, which is no verdict and stops nothing early', () => {
		const held = {
			eval_loss: (s: number) => 0.55 + 0.004 * s,
			'eval_rewards/accuracies': () => 0.7,
		};
		const found = finding({ ...dpo, held }, 'overfitDpo');
		expect(found?.severity).toBe('info');
		expect(found?.sentence).toContain('Zephyr improved all the same');
		expect(found?.changes).toMatchObject({ load_best_model_at_end: false });
		expect(codes({ ...dpo, held })).not.toContain('overfitSft');
	});

	it('show as a train accuracy near 1 from the second epoch on only', () => {
		const perfect = withTrain(dpo, { 'rewards/accuracies': s => (s === 1 ? 0 : 1) });
		expect(codes(perfect)).not.toContain('trainAccuracy');
		expect(finding({ ...perfect, epoch: 30 }, 'trainAccuracy')?.severity).toBe('info');
	});

	it('rest on length where chosen answers are much longer', () => {
		const long = withTrain(dpo, {
			'logps/chosen': s => -500 + 20 * noise(s),
			'logps/rejected': s => -240 + 20 * noise(s, 2),
		});
		expect(finding(long, 'lengthBias')).toMatchObject({ changes: { ld_alpha: 0.5 } });
		expect(codes(dpo)).not.toContain('lengthBias');
	});
});
