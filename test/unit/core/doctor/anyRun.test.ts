import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../../src/core/doctor/diagnose';
import { doctorText } from '../../../../src/core/doctor/doctorText';
import { doctorRules } from '../../../../src/core/doctor/rules';
import { packPoints } from '../../../../src/core/metrics/packedPoints';
import { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import type { MetricPoint } from '../../../../src/core/training/runLibrary';
import { trlOptions } from '../../../../src/core/training/trlOptions';
import { codes, dpo, drawn, sft } from './curves';

const wild = fc.oneof(
	fc.double(),
	fc.constantFrom(0, 1, 0.5, Math.LN2, Number.NaN, Infinity, -Infinity, 1e-320),
);
const names = [
	'loss',
	'eval_loss',
	'grad_norm',
	'learning_rate',
	'entropy',
	'mean_token_accuracy',
	'rewards/chosen',
	'rewards/rejected',
	'rewards/margins',
	'rewards/accuracies',
	'logps/chosen',
	'logps/rejected',
	'tokens_per_second',
	'gpu_power_watts',
	'disk_free_gb',
	'epoch',
	'<b>/ü',
];
const point = fc.record({
	attempt: fc.integer({ min: 1, max: 3 }),
	step: fc.oneof(fc.integer({ min: 0, max: 90 }), wild),
	epoch: wild,
	time: wild,
	wall: wild,
	kind: fc.constantFrom(
		'train',
		'step',
		'eval',
		'system',
		'marker',
		'summary',
		'check',
		'evaluation',
	),
	values: fc.dictionary(fc.constantFrom(...names), wild, { maxKeys: 6 }),
});
const argument = fc.dictionary(
	fc.constantFrom(
		'beta',
		'learning_rate',
		'loss_type',
		'max_grad_norm',
		'num_train_epochs',
		'fp16',
	),
	fc.oneof(wild, fc.boolean(), fc.constant(null), fc.string(), fc.array(fc.string())),
);

describe('the doctor on any run', () => {
	it('throws on none, and each finding has words, steps and a source', () => {
		fc.assert(
			fc.property(
				fc.array(point, { maxLength: 60 }),
				fc.option(argument, { nil: undefined }),
				fc.constantFrom('sft', 'dpo', 'kto', 'script', undefined),
				fc.boolean(),
				(points, given, method, isLive) => {
					const metrics = new RunMetrics();
					metrics.append(packPoints(points.map((one, i) => ({ ...one, n: i + 1 }) as MetricPoint)));
					const known = { method, arguments: given } as Parameters<typeof diagnose>[1];
					const live = isLive ? { secondsSinceStep: 1e4, isTraining: true } : undefined;
					for (const found of diagnose(metrics, known, live)) {
						expect(found.evidence.length).toBeGreaterThan(0);
						expect(found.sources.length).toBeGreaterThan(0);
						expect(doctorText([found])).not.toMatch(/undefined|\[object/);
					}
				},
			),
			{ numRuns: 400, seed: 6 },
		);
	});

	it('has nothing to say of an empty run, of one point and of a run that has just begun', () => {
		expect(diagnose(new RunMetrics())).toEqual([]);
		expect(codes({ ...sft, steps: 1 })).toEqual([]);
		expect(codes({ ...dpo, steps: 1 })).toEqual([]);
		expect(codes({ ...dpo, steps: 9 })).toEqual([]);
	});

	it('has nothing to say of sound runs, long or short, by steps or by means, with or without recipe', () => {
		for (const run of [sft, dpo]) {
			for (const steps of [20, 60, 200, 3000]) {
				expect(codes({ ...run, steps, epoch: 4000, heldEvery: 100 })).toEqual([]);
				expect(codes({ ...run, steps, epoch: 4000, heldEvery: 100, every: 10 })).toEqual([]);
				expect(codes({ ...run, steps, epoch: 4000, heldEvery: 100, known: {} })).toEqual([]);
			}
		}
	});

	it('proposes only keys that a recipe takes', () => {
		const runs = [
			{ ...sft, train: { ...sft.train, loss: (s: number) => 1 + s }, live: undefined },
			{ ...dpo, train: { ...dpo.train, loss: () => Number.NaN } },
		];
		for (const found of runs.flatMap(run => diagnose(drawn(run), run.known))) {
			for (const key of Object.keys(found.changes ?? {})) {
				expect(trlOptions('dpo').has(key) || trlOptions('sft').has(key)).toBe(true);
			}
		}
	});

	it('has a code of its own for each of at least 17 rules', () => {
		const all = doctorRules.map(({ code }) => code);
		expect(new Set(all).size).toBe(all.length);
		expect(all.length).toBeGreaterThanOrEqual(17);
	});

	it('is done with 100,000 steps in a blink', () => {
		const metrics = drawn({ ...sft, steps: 100_000 });
		const began = performance.now();
		diagnose(metrics, sft.known);
		expect(performance.now() - began).toBeLessThan(2000);
	});
});
