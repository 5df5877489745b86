import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SlurmPractice } from '../../support/slurmPractice';

let practice: SlurmPractice;

beforeAll(async () => {
	practice = await SlurmPractice.start(true);
});

afterAll(async () => {
	await practice.stop();
});

describe('training over the nodes of a cluster', () => {
	it('trains on two nodes together and writes each number once', async () => {
		const { launcher, library } = practice.window();
		practice.slurm = { nodes: 2, ranksPerNode: 1 };
		const recipePath = practice.host.recipe([
			'max_steps: 4',
			'per_device_train_batch_size: 1',
			'logging_steps: 1',
			'save_strategy: "no"',
		]);
		const launched = await launcher.launchTraining(
			{ recipePath, hostName: 'login' },
			{ report: () => {} },
		);
		if (!launched.ok) {
			throw launched.error;
		}
		const { runId } = launched.value;
		const ended = await library.waitForEnd(runId);
		const log = readFileSync(practice.host.runFile(runId, 'log.txt'), 'utf8');
		expect(ended.ok && ended.value.state, log).toBe('finished');
		for (const kind of ['step', 'train']) {
			const losses = library
				.metrics(runId)
				.filter(point => point.kind === kind && 'loss' in point.values);
			expect(losses.map(point => point.step)).toEqual([1, 2, 3, 4]);
		}
		const saved = await library.checkpoints(runId);
		expect(saved.ok && saved.value).toMatchObject([{ step: 4, complete: true }]);
		const steps = practice.cluster.calls.filter(call => call.command === 'srun');
		expect(steps.map(call => call.words).join('\n')).toContain('--nodes=2 --ntasks-per-node=1');
	});
});
