import { describe, expect, it } from 'vitest';
import { codes, dpo, finding, findings, noise, sft, withArguments, withTrain } from './curves';

describe('the doctor on what SFT learns', () => {
	it('finds held-out loss that rises while the training loss falls', () => {
		const held = { eval_loss: (s: number) => 1.4 + 0.004 * Math.abs(s - 20) };
		const found = finding({ ...sft, held }, 'overfitSft');
		expect(found?.evidence[0]).toMatchObject({ kind: 'eval', metric: 'loss', from: 20, to: 60 });
		expect(found?.changes).toMatchObject({ load_best_model_at_end: true });
		const epochs = { ...withArguments(sft, { num_train_epochs: 3 }), epoch: 20, held };
		expect(finding(epochs, 'overfitSft')?.changes).toEqual({ num_train_epochs: 1 });
		// Where a recipe gives steps, epochs count for nothing.
		const given = { ...withArguments(epochs, { max_steps: 60 }), held };
		expect(finding(given, 'overfitSft')?.changes).toEqual({ max_steps: 20 });
	});

	it('waits for two evaluations after the lowest, and looks at each held-out file', () => {
		const late = { eval_loss: (s: number) => (s === 60 ? 1.6 : 1.5 - 0.002 * s) };
		expect(codes({ ...sft, held: late })).not.toContain('overfitSft');
		const files = [10, 20, 30, 40, 50].flatMap(step => [
			{ step, kind: 'eval' as const, label: 'mine', values: { eval_loss: 2 - 0.01 * step } },
			{ step, kind: 'eval' as const, label: 'theirs', values: { eval_loss: 1 + 0.01 * step } },
		]);
		const found = finding({ ...sft, held: {}, more: files }, 'overfitSft');
		expect(found?.evidence[0]?.dataset).toBe('theirs');
	});

	it('finds a loss that drops at the borders of epochs', () => {
		const steps = (s: number): number => 2 - 0.5 * Math.floor((s - 1) / 30) + 0.05 * noise(s);
		const run = { ...withTrain(sft, { loss: steps }), steps: 90, epoch: 30, held: {} };
		expect(finding(run, 'staircase')?.evidence).toHaveLength(2);
		const slope = withTrain(sft, { loss: s => 2 - 0.015 * s + 0.05 * noise(s) });
		expect(codes({ ...slope, steps: 90, epoch: 30, held: {} })).not.toContain('staircase');
		// A step down from a loss that falls within the epochs too is one all the same.
		const both = withTrain(sft, {
			loss: s => 3 - 0.015 * s - 0.2 * Math.floor((s - 1) / 30) + 0.05 * noise(s),
		});
		expect(codes({ ...both, steps: 90, epoch: 30, held: {} })).toContain('staircase');
	});

	it('finds rows that are known by heart, unless held-out rows are as easy', () => {
		const sure = withTrain(sft, {
			loss: s => 0.05 + 2 * Math.exp(-s / 8),
			mean_token_accuracy: s => 0.99 - 0.4 * Math.exp(-s / 8),
			entropy: s => 0.05 + Math.exp(-s / 8),
		});
		const epochs = { ...sure, epoch: 15 };
		expect(codes({ ...epochs, held: { eval_loss: () => 1.2 } })).toContain('memorised');
		expect(codes({ ...epochs, held: { eval_loss: () => 0.08 } })).not.toContain('memorised');
		// A low loss alone is no sign: code and short answers have it as well.
		const code = withTrain(epochs, { mean_token_accuracy: () => 0.93 });
		expect(codes({ ...code, held: {} })).not.toContain('memorised');
	});

	it('finds a loss that does not move at a rate that cannot move it', () => {
		const flat = withTrain(sft, { loss: s => 1.4 + 0.02 * noise(s), learning_rate: () => 1e-9 });
		const found = finding(
			{ ...withArguments(flat, { learning_rate: 1e-9 }), held: {} },
			'sftStuck',
		);
		expect(found?.changes).toEqual({ learning_rate: 2e-5 });
		// Which rows come moves the training loss more than such a rate; held-out rows stay the same.
		const rows = withTrain(flat, { loss: s => (s < 20 ? 1.43 : 1.4) + 0.02 * noise(s) });
		const stuck = withArguments(rows, { learning_rate: 1e-9 });
		expect(codes({ ...stuck, held: { eval_loss: () => 1.5 } })).toContain('sftStuck');
		expect(codes({ ...stuck, held: { eval_loss: s => 1.5 - 0.001 * s } })).not.toContain(
			'sftStuck',
		);
		// A model that knows its text has a flat loss too.
		const known = withTrain(flat, { learning_rate: () => 2e-5 });
		expect(codes(withArguments(known, { learning_rate: 2e-5 }))).not.toContain('sftStuck');
	});

	it('finds text that the model is sure of and wrong about', () => {
		const foreign = withTrain(sft, { loss: s => 1.2 + 4 * Math.exp(-s / 15) });
		expect(finding(foreign, 'foreignText')?.evidence[0]?.from).toBe(1);
		// A fresh model is unsure of everything, so its high loss is honest.
		const fresh = withTrain(foreign, { entropy: s => 1.2 + 4 * Math.exp(-s / 15) });
		expect(codes(fresh)).not.toContain('foreignText');
	});

	it('says of text that is new to the model only that it is, for new text is what training is for', () => {
		// A style that the model gives a tenth of the chance that it gives its own.
		const taught = withTrain(sft, {
			loss: s => 1.4 + 1.9 * Math.exp(-s / 15),
			entropy: s => 1.9 - 0.4 * Math.exp(-s / 15),
		});
		expect(finding(taught, 'foreignText')).toMatchObject({ severity: 'info' });
		expect(findings(taught).filter(({ severity }) => severity !== 'info')).toEqual([]);
	});

	it('finds rows that all say the same in the first epoch', () => {
		const blind = withTrain(sft, { loss: s => 0.01 + 2 * Math.exp(-s / 5) });
		expect(codes({ ...blind, held: {} })).toContain('sameText');
		expect(codes({ ...blind, held: {}, epoch: 10 })).not.toContain('sameText');
	});
});

describe('the doctor on the settings of a run', () => {
	it('holds the learning rate against what others take, by method and adapter', () => {
		const rate = (run: typeof sft, value: number, more: Record<string, unknown> = {}) =>
			finding(withArguments(run, { learning_rate: value, ...more }), 'learningRate');
		expect(rate(sft, 1e-3)).toMatchObject({
			severity: 'warning',
			changes: { learning_rate: 2e-5 },
		});
		expect(rate(sft, 2e-4, { use_peft: true })).toBeUndefined();
		expect(rate(dpo, 5e-5)?.changes).toEqual({ learning_rate: 5e-7 });
		expect(rate(dpo, 5e-6, { use_peft: true })).toBeUndefined();
		expect(rate(dpo, 1e-9)?.sentence).toContain('below');
	});

	it('does not judge the rate of toys, nor where nobody knows what was trained', () => {
		expect(codes(withArguments(sft, { learning_rate: 1e-2, use_cpu: true }))).not.toContain(
			'learningRate',
		);
		const foreign = { ...withTrain(sft, { learning_rate: () => 1e-2 }), known: {} };
		expect(codes(foreign)).not.toContain('learningRate');
	});

	it('finds clipping that is always on, beyond what is usual in full DPO', () => {
		const clipped = withTrain(sft, { grad_norm: s => 30 + noise(s) });
		expect(finding(clipped, 'clipping')).toMatchObject({ severity: 'warning' });
		expect(codes(withTrain(sft, { grad_norm: s => 2.3 + 0.3 * noise(s) }))).not.toContain(
			'clipping',
		);
		expect(codes(dpo)).not.toContain('clipping');
		// The loss of a pair is of whole replies, of an adapter's too, so that its gradient is large.
		const adapter = withArguments(dpo, { use_peft: true });
		const twice = withTrain(adapter, { grad_norm: s => 2.2 + 0.3 * noise(s) });
		expect(codes(twice)).not.toContain('clipping');
		expect(codes(withTrain(adapter, { grad_norm: s => 50 + noise(s) }))).toContain('clipping');
		expect(codes(withTrain(dpo, { grad_norm: s => 500 + noise(s) }))).toContain('clipping');
	});
});
