import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/practiceHost';
import { SlurmPractice } from '../../support/slurmPractice';
import { trainingSteps } from '../../support/trainingSteps';
import { valueOf } from '../../support/results';

let practice: SlurmPractice;

beforeAll(async () => {
	practice = await SlurmPractice.start();
});

afterEach(() => {
	practice.closeWindows();
	practice.slurm = {};
});

afterAll(async () => {
	await practice.stop();
});

type Window = ReturnType<SlurmPractice['window']>;

async function launched(window: Window, lines: readonly string[]): Promise<string> {
	const request = { recipePath: practice.host.recipe(lines), hostName: 'login' };
	return valueOf(await window.launcher.launchTraining(request, { report: () => {} })).runId;
}

/** Follows the run until its second attempt has gone on for a while, then stops it. */
async function throughTheSecondLife(window: Window, runId: string): Promise<string[]> {
	const { library } = window;
	const states: string[] = [];
	library.onDidChange(() => states.push(library.get(runId)?.state ?? ''));
	const watch = library.watch(runId);
	const ended = practice.host.runFile(runId, 'attempts/1/exit.json');
	await until(() => existsSync(ended), 90_000);
	const { reason } = JSON.parse(readFileSync(ended, 'utf8')) as { reason: string };
	expect(reason).toBe('preempted');
	const saved = library.metrics(runId).length;
	await practice.cluster.startAgain(practice.jobId(runId));
	practice.letTimePass();
	await until(() => library.metrics(runId).length > saved + 5, 60_000);
	valueOf(await library.stop(runId));
	watch.dispose();
	expect(library.get(runId)).toMatchObject({ state: 'finished', attempt: 2 });
	return states;
}

describe('a job that Slurm interrupts', () => {
	it('saves before its time is up, goes back into the queue and on from there', async () => {
		practice.slurm = { time: '1', saveSeconds: 50 };
		const window = practice.window();
		const runId = await launched(window, ['max_steps: 90000', 'eval_delay: 0.02']);
		const states = await throughTheSecondLife(window, runId);
		expect(states).not.toContain('failed');
		const steps = trainingSteps(window.library, runId);
		expect(steps).toEqual(Array.from(steps, (_, i) => i + 1));
		const log = readFileSync(practice.host.runFile(runId, 'log.txt'), 'utf8');
		expect(log).toMatch(/attempt 1 ended: preempted/);
		expect(log).not.toContain('DUE TO TIME LIMIT');
	});

	it('saves when a more urgent job takes its node, and goes on after that', async () => {
		const window = practice.window();
		const runId = await launched(window, ['max_steps: 90000', 'eval_delay: 0.02']);
		const watch = window.library.watch(runId);
		await until(() => window.library.metrics(runId).length > 20);
		const urgent = [
			'--parsable',
			'--partition=urgent',
			'--nodes=2',
			'--exclusive',
			'--wrap=sleep 1',
		];
		practice.cluster.run('sbatch', '--output=/dev/null', ...urgent);
		// Not only when its grace of half a minute is over.
		await until(() => existsSync(practice.host.runFile(runId, 'attempts/1/exit.json')));
		const states = await throughTheSecondLife(window, runId);
		watch.dispose();
		expect(states).not.toContain('failed');
		const steps = trainingSteps(window.library, runId);
		expect(steps).toEqual(Array.from(steps, (_, i) => i + 1));
	});

	it('runs in an image that has no Slurm, and is put back from around it', async () => {
		// Stands in for Apptainer: the command runs on the node, without the way to the cluster.
		const lines = [
			'#!/bin/sh',
			`echo "$*" >> ${practice.host.folder}/apptainer-words`,
			'while [ "$1" != /images/a.sif ]; do shift; done',
			'shift',
			'exec env SLURM_CONF=/nowhere "$@"',
		];
		writeFileSync(join(practice.cluster.bin, 'apptainer'), `${lines.join('\n')}\n`, {
			mode: 0o755,
		});
		practice.slurm = { container: { kind: 'apptainer', image: '/images/a.sif' } };
		const window = practice.window();
		const runId = await launched(window, ['max_steps: 90000', 'eval_delay: 0.02']);
		const watch = window.library.watch(runId);
		await until(() => window.library.metrics(runId).length > 20);
		practice.cluster.run('scancel', '--batch', '--signal=USR1', practice.jobId(runId));
		await throughTheSecondLife(window, runId);
		watch.dispose();
		const words = readFileSync(join(practice.host.folder, 'apptainer-words'), 'utf8');
		expect(words).toContain(`exec --nv --bind ${practice.host.home}/.windsock/runs `);
	});

	it('goes on from a checkpoint that a person chooses, with later ones set aside', async () => {
		const { launcher, library, control } = practice.window();
		const request = { recipePath: practice.host.recipe(['max_steps: 30', 'save_steps: 10']) };
		const begun = await launcher.launchTraining(
			{ ...request, hostName: 'login' },
			{ report: () => {} },
		);
		const { runId } = valueOf(begun);
		expect(valueOf(await library.waitForEnd(runId)).state).toBe('finished');
		const missing = await control.resume(runId, 15);
		expect(!missing.ok && missing.error.details['reason']).toContain('there is: 10, 20, 30');
		valueOf(await control.resume(runId, 10));
		practice.letTimePass();
		const ended = valueOf(await library.waitForEnd(runId));
		expect(ended).toMatchObject({ state: 'finished', attempt: 2, step: 30 });
		const log = readFileSync(practice.host.runFile(runId, 'log.txt'), 'utf8');
		expect(log).toContain('from step 11 ');
		expect(log).toContain('set checkpoint-30 aside in attempt-2');
	});
});
