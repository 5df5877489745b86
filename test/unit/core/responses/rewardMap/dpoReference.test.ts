import { describe, expect, it } from 'vitest';
import type { ModelSource, RunSpec } from '../../../../../src/core/contract/runFiles.generated';
import { referenceOf, rewardBeta } from '../../../../../src/core/responses/rewardMap/dpoReference';

const start: ModelSource = {
	ref: 'run:sft',
	kind: 'checkpoint',
	path: '/r/S/c-9',
	runId: 'S',
	step: 9,
};
const policy: ModelSource = {
	ref: 'run:D@4',
	kind: 'checkpoint',
	path: '/r/D/c-4',
	runId: 'D',
	step: 4,
};

function run(train: object, model: ModelSource = start): RunSpec {
	return {
		contractVersion: '1.0',
		id: 'D',
		kind: 'train',
		name: 'dpo',
		createdAt: '2026-11-28T08:00:00.000Z',
		environment: { lockHash: '0' },
		model,
		train: { method: 'dpo', arguments: { beta: 0.3 }, datasets: [], ...train } as RunSpec['train'],
	};
}

describe('the reference of a DPO run', () => {
	it('is the model it started from, or the one that its spec names', () => {
		expect(referenceOf(run({}))).toEqual(start);
		const named = { ref: 'tiny', kind: 'tiny' } as const;
		expect(referenceOf(run({ reference: named }))).toEqual(named);
		expect(referenceOf(run({ method: 'sft' }))).toBeUndefined();
	});

	it('makes β times a log-ratio the reward', () => {
		expect(rewardBeta(run({}), policy, start)).toBe(0.3);
		expect(rewardBeta(run({ arguments: {} }), policy, start)).toBe(0.1);
		const byFolder: ModelSource = { ref: 'path:/r/S/c-9', kind: 'path', path: '/r/S/c-9' };
		expect(rewardBeta(run({}), policy, byFolder)).toBe(0.3);
		const hub: ModelSource = { ref: 'hub:a/b', kind: 'hub', hubId: 'a/b' };
		expect(rewardBeta(run({}, hub), policy, hub)).toBe(0.3);
		expect(rewardBeta(run({}, hub), policy, { ...hub, revision: 'x' })).toBeUndefined();
	});

	it.each([
		['another checkpoint', run({}), policy, { ...start, path: '/r/S/c-3', step: 3 }],
		['the base', run({}), policy, { ref: 'tiny', kind: 'tiny' } as const],
		['a policy of another run', run({}), { ...policy, runId: 'X' }, start],
		['another method', run({ method: 'kto' }), policy, start],
		['a reference that moves', run({ arguments: { sync_ref_model: true } }), policy, start],
		['tokens that count less', run({ arguments: { ld_alpha: 0.5 } }), policy, start],
	])('gives no reward for %s', (_, spec, one, other) => {
		expect(rewardBeta(spec, one, other)).toBeUndefined();
	});
});
