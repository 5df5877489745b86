import { describe, expect, it } from 'vitest';
import {
	comparability,
	type Comparability,
	type MeasuredMetric,
} from '../../../../src/core/comparability/comparability';
import { foreignConditions } from '../../../../src/core/comparability/runConditions';
import type { TrainSpec } from '../../../../src/core/contract/runFiles.generated';
import type { RunInputs } from '../../../../src/core/training/runDiff';
import { trlVersion } from '../../../../src/core/training/trlOptions';
import { conditionsOf, dataset, dpoRun, sha256 } from './runs';

const evalLoss: MeasuredMetric = { metric: 'loss', kind: 'eval' };
const trainLoss: MeasuredMetric = { metric: 'loss', kind: 'train' };
const comparable: Comparability = { isComparable: true, notes: [] };
const template = { chat_template_path: 'zephyr.jinja' };

function compare(
	before: RunInputs,
	after: RunInputs,
	measured: MeasuredMetric = evalLoss,
	...others: readonly RunInputs[]
): Comparability {
	return comparability(conditionsOf(before, ...others), conditionsOf(after, ...others), measured);
}

function reasons(found: Comparability): readonly string[] | undefined {
	return found.isComparable ? undefined : found.reasons;
}

const sft = (
	argumentsOf: Record<string, unknown> = {},
	train: Partial<TrainSpec> = {},
): RunInputs => dpoRun({ method: 'sft', ...train, arguments: { ...template, ...argumentsOf } });

describe('numbers on held-out data', () => {
	it('compare where set, template, mask, β, loss and lengths are the same', () => {
		expect(compare(dpoRun(), dpoRun({}, { id: 'OTHER', name: 'other' }))).toEqual(comparable);
		const faster = dpoRun({ arguments: { ...template, learning_rate: 1e-6, num_train_epochs: 3 } });
		expect(compare(dpoRun(), faster)).toEqual(comparable);
	});

	it.each<readonly [string, Partial<TrainSpec>, RegExp]>([
		['β', { arguments: { ...template, beta: 0.01 } }, /^β 0\.1 ≠ 0\.01$/],
		['the loss', { arguments: { ...template, loss_type: 'ipo' } }, /^loss type sigmoid ≠ ipo$/],
		[
			'the loss, of several',
			{ arguments: { ...template, loss_type: ['sigmoid', 'sft'] } },
			/^loss type sigmoid ≠ sigmoid\+sft$/,
		],
		['the length', { arguments: { ...template, max_length: 512 } }, /^max_length 1024 ≠ 512$/],
		['the template', { chatTemplate: '{{ other }}' }, /^template zephyr\.jinja \w{6} ≠ zephyr/],
		[
			'the content of the set',
			{ datasets: [dataset('train', 'pairs.jsonl'), dataset('eval', 'held-out.jsonl', 'new')] },
			/^eval set held-out\.jsonl \(\w{6}\) ≠ held-out\.jsonl \(\w{6}\)$/,
		],
		['the method', { method: 'kto' }, /^method dpo ≠ kto$/],
	])('name %s where it differs', (_what, train, text) => {
		const found = reasons(compare(dpoRun(), dpoRun(train)));
		expect(found).toHaveLength(1);
		expect(found?.[0]).toMatch(text);
	});

	it('name the mask of SFT where it differs', () => {
		expect(reasons(compare(sft(), sft({ assistant_only_loss: true })))).toEqual([
			'assistant_only_loss false ≠ true',
		]);
		expect(reasons(compare(sft({ completion_only_loss: true }), sft()))).toEqual([
			'completion_only_loss true ≠ unset',
		]);
		expect(reasons(compare(sft({ packing: true }), sft()))).toEqual(['packing true ≠ false']);
	});

	it('name the weightiest reason first and what is merely unknown last', () => {
		const other = dpoRun({
			arguments: { beta: 0.01, chat_template_path: 'org/model' },
			chatTemplate: undefined,
		} as Partial<TrainSpec>);
		expect(reasons(compare(dpoRun(), other))).toEqual(['β 0.1 ≠ 0.01', 'template not recorded']);
	});

	it('do not care about the training data, and a value given is the same as the default', () => {
		const other = dpoRun({
			arguments: { ...template, beta: 0.1, loss_type: ['sigmoid'], max_length: 1024 },
			datasets: [dataset('train', 'other.jsonl'), dataset('eval', 'held-out.jsonl')],
		});
		expect(compare(dpoRun(), other)).toEqual(comparable);
		expect(reasons(compare(dpoRun(), other, trainLoss))?.[0]).toMatch(/^training data pairs/);
	});

	it('of one of several sets ask for that set only', () => {
		const sets = (other: string): Partial<TrainSpec> => ({
			datasets: [
				dataset('train', 'pairs.jsonl'),
				dataset('eval', 'easy.jsonl'),
				dataset('eval', 'hard.jsonl', other),
			],
		});
		const [before, after] = [dpoRun(sets('a')), dpoRun(sets('b'))];
		expect(compare(before, after, { ...evalLoss, dataset: 'easy' })).toEqual(comparable);
		expect(reasons(compare(before, after, { ...evalLoss, dataset: 'hard' }))).toHaveLength(1);
		expect(reasons(compare(before, after, { ...evalLoss, dataset: 'gone' }))).toEqual([
			'eval set not recorded',
		]);
	});
});

describe('what is not on record', () => {
	const unversioned = { madeWith: undefined };

	it('is never taken to be the same', () => {
		const nothing = comparability(foreignConditions, foreignConditions, evalLoss);
		expect(reasons(nothing)).toEqual([
			'method not recorded',
			'eval set not recorded',
			'template not recorded',
		]);
		const noHash = { split: 'eval', path: '/w/held-out.jsonl' } as const;
		expect(
			reasons(compare(dpoRun({ datasets: [noHash] }), dpoRun({ datasets: [noHash] }))),
		).toEqual(['eval set not recorded']);
		expect(reasons(compare(dpoRun({ datasets: [] }), dpoRun({ datasets: [] })))).toEqual([
			'eval set not recorded',
		]);
	});

	it('is the same where both took the default of one version, whatever it is', () => {
		const old = { madeWith: { packages: { trl: '0.9.6' } } };
		expect(compare(dpoRun({}, {}, old), dpoRun({}, {}, old))).toEqual(comparable);
		expect(compare(dpoRun({}, {}, unversioned), dpoRun({}, {}, unversioned))).toEqual(comparable);
		const given = dpoRun({ arguments: { ...template, beta: 0.1 } }, {}, old);
		expect(reasons(compare(dpoRun({}, {}, old), given))).toEqual(['β not recorded']);
	});

	it('is the default of an interpreter of the user, which no lock tells', () => {
		const own = { environment: { lockHash: 'a'.repeat(16), python: '/usr/bin/python3' } };
		const run = dpoRun({}, own, unversioned);
		expect(reasons(compare(run, run))).toContain('β not recorded');
	});

	it('is what a script did', () => {
		const script = dpoRun({ method: 'script' });
		expect(reasons(compare(script, script))).toContain('eval set not recorded');
	});

	it('is told by the trainer of newer runs, given or not', () => {
		const told = (beta: number) => ({
			madeWith: { packages: { trl: '2.0.0' }, arguments: { beta }, chatTemplate: sha256('t') },
		});
		const run = (beta: number): RunInputs => dpoRun({ arguments: {} }, {}, told(beta));
		expect(compare(run(0.1), run(0.1))).toEqual(comparable);
		expect(reasons(compare(run(0.1), run(0.01)))).toEqual(['β 0.1 ≠ 0.01']);
	});
});

describe('the template of a run without one of its own', () => {
	const from = (id: string, model: RunInputs['spec']['model'], own?: string): RunInputs => {
		const run = dpoRun({ arguments: {} }, { id, model });
		const { chatTemplate: _, ...train } = run.spec.train ?? dpoRun().spec.train!;
		return {
			...run,
			spec: { ...run.spec, train: own === undefined ? train : { ...train, chatTemplate: own } },
		};
	};
	const checkpoint = (runId: string) =>
		({ ref: `run:${runId}`, kind: 'checkpoint', runId, step: 10 }) as const;

	it('is that of the run whose checkpoint it started from, however far back', () => {
		const [one, two] = [
			from('SFT1', { ref: 'base', kind: 'tiny' }, 'T'),
			from('SFT2', { ref: 'base', kind: 'tiny' }, 'U'),
		];
		const middle = from('MIDDLE', checkpoint('SFT1'));
		const [a, b, c] = [
			from('A', checkpoint('MIDDLE')),
			from('B', checkpoint('SFT1')),
			from('C', checkpoint('SFT2')),
		];
		const all = [one, two, middle];
		// Another reference is no reason, but worth to know.
		const same = compare(a, b, evalLoss, ...all);
		expect(same.isComparable && same.notes[0]).toMatch(/^reference .*MIDDLE@10 ≠ .*SFT1@10$/);
		expect(reasons(compare(a, c, evalLoss, ...all))?.[0]).toMatch(/^template \w{6} ≠ \w{6}$/);
	});

	it('is not known where that run is gone, or where runs go round in a circle', () => {
		const gone = from('A', checkpoint('GONE'));
		expect(reasons(compare(gone, gone))).toEqual(['template not recorded']);
		const circle = from('A', checkpoint('A'));
		expect(reasons(compare(circle, circle, evalLoss, circle))).toEqual(['template not recorded']);
	});

	it('is that of one commit of one model, and unknown without a commit', () => {
		const hub = (revision: string): RunInputs =>
			from('A', { ref: 'hub:m', kind: 'hub', hubId: 'm', revision });
		const [x, y] = ['a'.repeat(40), 'b'.repeat(40)];
		expect(compare(hub(x), hub(x))).toEqual(comparable);
		expect(reasons(compare(hub(x), hub(y)))).toContain('template not recorded');
		expect(reasons(compare(hub('main'), hub('main')))).toContain('template not recorded');
	});
});

describe('scores of an evaluation', () => {
	const run = (command: string, more: Record<string, unknown>, train = {}): RunInputs =>
		dpoRun({
			arguments: { ...template, beta: 0.1, ...more },
			afterCheckpoint: {
				evaluate: [{ name: 'ifeval', command: ['lm_eval', command], results: 'r.json' }],
			},
			...train,
		});
	const score: MeasuredMetric = { metric: 'ifeval/strict_acc', kind: 'evaluation' };

	it('need the same evaluation', () => {
		expect(compare(run('a', {}), run('a', {}), score)).toEqual(comparable);
		expect(reasons(compare(run('a', {}), run('b', {}), score))?.[0]).toMatch(/^evaluation /);
		expect(reasons(compare(run('a', {}), dpoRun(), score))).toContain('evaluation not recorded');
	});

	it('have no difference under another β, loss or template, which is named in its place', () => {
		const one = run('a', {});
		expect(reasons(compare(one, run('a', { beta: 0.01 }), score))).toEqual(['β 0.1 ≠ 0.01']);
		expect(reasons(compare(one, run('a', { loss_type: 'ipo' }), score))?.[0]).toMatch(
			/^loss type /,
		);
		expect(reasons(compare(one, run('a', {}, { chatTemplate: 'other' }), score))?.[0]).toMatch(
			/^template /,
		);
	});

	it('have none under another mask or another method', () => {
		const sft = (mask: boolean): RunInputs =>
			run('a', { beta: undefined, assistant_only_loss: mask }, { method: 'sft' });
		expect(reasons(compare(sft(true), sft(false), score))?.[0]).toMatch(/^assistant_only_loss /);
		expect(reasons(compare(run('a', {}), sft(true), score))).toEqual(['method dpo ≠ sft']);
	});

	it('note that examples were cut at other lengths', () => {
		const found = compare(run('a', { max_length: 512 }), run('a', { max_length: 1024 }), score);
		expect(found).toEqual({ isComparable: true, notes: ['max_length 512 ≠ 1024'] });
	});
});

describe('what is no result', () => {
	it.each([
		['learning_rate', 'train'],
		['num_tokens', 'train'],
		['eval_runtime', 'eval'],
		['samples_per_second', 'eval'],
		['gpu_memory_gb', 'system'],
	] as const)('has no difference that would say anything: %s', (metric, kind) => {
		expect(compare(dpoRun(), dpoRun(), { metric, kind })).toEqual({
			isComparable: false,
			reasons: [],
		});
	});
});

it('the pinned TRL is what the tests take it to be', () => {
	expect(trlVersion).toMatch(/^\d+\.\d+\.\d+$/);
});
