import { describe, expect, it } from 'vitest';
import { withDerived } from '../../../../src/core/metrics/derivedValues';
import {
	companionName,
	countNames,
	isScoreCompanion,
} from '../../../../src/core/metrics/scoreNames';
import type { MetricPoint } from '../../../../src/core/training/runLibrary';

const point = (
	kind: MetricPoint['kind'],
	values: Readonly<Record<string, number>>,
): MetricPoint => ({ n: 1, attempt: 1, step: 10, time: 1, wall: 1, kind, values });

describe('numbers that follow from logged ones', () => {
	it('are the log-ratio on chosen in nats, the reward divided by β, in training and held-out', () => {
		const train = withDerived(point('train', { 'rewards/chosen': -0.25, loss: 0.6 }), {
			beta: 0.1,
		});
		expect(train.values).toEqual({ 'rewards/chosen': -0.25, loss: 0.6, 'log_ratio/chosen': -2.5 });
		const heldOut = withDerived(point('eval', { 'eval_rewards/chosen': 0.02 }), { beta: 0.01 });
		expect(heldOut.values['eval_log_ratio/chosen']).toBe(2);
	});

	it('leave a log-ratio out where β is unknown or no reward was logged', () => {
		const rewards = point('train', { 'rewards/chosen': 1 });
		expect(withDerived(rewards, {})).toBe(rewards);
		expect(withDerived(rewards, { beta: 0 })).toBe(rewards);
		const plain = point('train', { loss: 1 });
		expect(withDerived(plain, { beta: 0.1 })).toBe(plain);
	});

	it('keep NaN what is NaN, and never replace what was logged under the same name', () => {
		const nan = withDerived(point('train', { 'rewards/chosen': Number.NaN }), { beta: 0.1 });
		expect(nan.values['log_ratio/chosen']).toBeNaN();
		const logged = { 'rewards/chosen': 1, 'log_ratio/chosen': 7 };
		expect(withDerived(point('train', logged), { beta: 0.1 }).values).toEqual(logged);
	});

	it('are the ends of the 95% interval of a score with a standard error', () => {
		const { values } = withDerived(
			point('evaluation', { 'arc/acc,none': 0.5, 'arc/acc_stderr,none': 0.1, 'arc/f1': 1 }),
			{},
		);
		expect(values['arc/acc_low,none']).toBeCloseTo(0.304, 5);
		expect(values['arc/acc_high,none']).toBeCloseTo(0.696, 5);
		expect(Object.keys(values)).toHaveLength(5);
	});
});

describe('the names beside a score', () => {
	it('stand before the comma that lm-evaluation-harness puts its filter behind', () => {
		expect(companionName('mt-bench', 'low')).toBe('mt-bench_low');
		expect(companionName('a,b/acc,none', 'stderr')).toBe('a,b/acc_stderr,none');
		expect(countNames('arc/acc,none')).toContain('arc/sample_len');
		expect(countNames('mt-bench')).toEqual(['mt-bench_n']);
	});

	it('are told from scores by the score that they belong to', () => {
		const has = (name: string): boolean => ['arc/acc,none', 'mt-bench'].includes(name);
		expect(isScoreCompanion('arc/acc_stderr,none', has)).toBe(true);
		expect(isScoreCompanion('mt-bench_high', has)).toBe(true);
		expect(isScoreCompanion('arc/sample_len', has)).toBe(true);
		expect(isScoreCompanion('how_high', has)).toBe(false);
		expect(isScoreCompanion('arc/acc_norm,none', has)).toBe(false);
	});
});
