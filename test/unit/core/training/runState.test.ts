import { describe, expect, it } from 'vitest';
import type { RunSpec, RunState } from '../../../../src/core/contract/runFiles.generated';
import { summarise } from '../../../../src/core/training/runState';

const spec: RunSpec = {
	contractVersion: '1.0',
	id: 'A',
	kind: 'train',
	name: 'first',
	createdAt: '2026-01-01T00:00:00.000Z',
	environment: { lockHash: 'x' },
};
const state: RunState = {
	runDir: '/r/A',
	id: 'A',
	state: 'running',
	reason: null,
	message: '',
	attempt: 1,
	attempts: 1,
	step: 12,
	maxSteps: 60,
	lastLines: [],
	sizes: { metrics: 0, log: 0 },
	contractVersion: '1.0',
};

describe('the summary of a run', () => {
	it('is queued before its host has said anything', () => {
		expect(summarise({ spec, hostName: 'gpu1' })).toMatchObject({ state: 'queued', attempt: 0 });
	});
	it('is unknown, never failed, while its host cannot be asked', () => {
		const summary = summarise({ spec, hostName: 'gpu1', state, unreachableSince: '10:02' });
		expect(summary.state).toBe('unknown');
		expect(summary.message).toBe('gpu1 unreachable since 10:02, last seen at step 12');
	});
	it('names the host that is missing from the ssh config', () => {
		const facts = { spec, hostName: 'gpu9', state, unreachableSince: '10:02', isHostMissing: true };
		expect(summarise(facts)).toMatchObject({
			state: 'unknown',
			message:
				'No host is named “gpu9” in the ssh config, last seen at step 12. Add it there to follow the run.',
		});
	});
	it('stays ended while its host cannot be asked', () => {
		const ended: RunState = { ...state, state: 'finished' };
		const summary = summarise({ spec, hostName: 'gpu1', state: ended, unreachableSince: '10:02' });
		expect(summary.state).toBe('finished');
	});
	it('is read-only when a newer contract wrote it', () => {
		const newer = { ...spec, contractVersion: '2.0' };
		expect(summarise({ spec: newer, hostName: 'gpu1' }).readOnly).toBe(true);
	});
	it('has been active for as long as its last point says while it goes on', () => {
		const summary = summarise({ spec, hostName: 'gpu1', state, lastPointTime: 42 });
		expect(summary.seconds).toBe(42);
	});
	it('takes its length from the host’s own record', () => {
		const timed: RunState = {
			...state,
			state: 'finished',
			startedAt: '2026-01-01T00:00:00Z',
			endedAt: '2026-01-01T00:01:30Z',
		};
		expect(summarise({ spec, hostName: 'gpu1', state: timed }).seconds).toBe(90);
	});
});
