import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tries, underFaults } from '../../support/faults';
import { remoteFolder } from '../../support/practiceHost';
import { SlurmPractice } from '../../support/slurmPractice';
import { trainingSteps } from '../../support/trainingSteps';
import type { SlurmFault } from '../../support/slurmCluster';

let practice: SlurmPractice;

beforeAll(async () => {
	practice = await SlurmPractice.start();
});

afterAll(async () => {
	await practice.stop();
});

/** What times out: the submission before or after it was taken, and the look for it afterwards. */
const points: readonly { sbatch: SlurmFault; squeue?: SlurmFault; submissions: number }[] = [
	{ sbatch: 'late', submissions: 1 },
	{ sbatch: 'lost-once', submissions: 2 },
	{ sbatch: 'late', squeue: 'lost-once', submissions: 1 },
	{ sbatch: 'lost-once', squeue: 'lost-once', submissions: 2 },
	{ sbatch: 'late', squeue: 'lost', submissions: 3 },
];

const submissions = (): number =>
	practice.cluster.calls.filter(call => call.command === 'sbatch').length;

/** Jobs of a run that Slurm remembers, ended ones too. */
function jobsOf(runId: string): string[] {
	const words = ['--noheader', '--states=all', `--name=windsock-${runId}`, '--format=%i'];
	return practice.cluster
		.run('squeue', ...words)
		.split('\n')
		.filter(Boolean);
}

/** Submits once more on the login node, as a client does whose link broke. */
function submitAgain(runId: string): string {
	const words = ['-m', 'windsock_remote', 'submit', practice.host.runFile(runId, '.')];
	const answer = execFileSync('python3', words, {
		encoding: 'utf8',
		env: { ...process.env, ...practice.cluster.variables, PYTHONPATH: remoteFolder },
	});
	return (JSON.parse(answer) as { jobId: string }).jobId;
}

describe('a submission that times out', () => {
	const times = tries(points.length, 25);
	it(
		'leaves one job and one run folder, and the run trains once',
		{ timeout: 300_000 },
		async () => {
			const fault = 'sbatch times out before or after the job was taken';
			await underFaults({ guarantee: 3, fault, times }, async turn => {
				const point = points[turn % points.length] ?? { sbatch: 'late', submissions: 1 };
				const { launcher, library } = practice.window();
				const folders = practice.host.runFolders.filter(name => !name.startsWith('.')).length;
				const before = submissions();
				practice.cluster.fail('sbatch', point.sbatch);
				practice.cluster.fail('squeue', point.squeue);
				const request = { recipePath: practice.host.recipe(['max_steps: 5']), hostName: 'login' };
				const launched = await launcher.launchTraining(request, { report: () => {} });
				practice.cluster.fail('sbatch', undefined);
				practice.cluster.fail('squeue', undefined);
				const [run] = library.list();
				const runId = launched.ok ? launched.value.runId : (run?.id ?? '');
				expect(launched.ok || launched.error.code === 'schedulerSilent').toBe(true);
				expect(submissions() - before).toBe(point.submissions);
				practice.letTimePass();
				const ended = await library.waitForEnd(runId);
				expect(ended.ok && ended.value).toMatchObject({ state: 'finished', attempt: 1 });
				const job = submitAgain(runId);
				expect(practice.jobId(runId)).toBe(job);
				// A scheduler that cannot be asked may get several; only one of them is the run.
				const jobs = jobsOf(runId);
				expect(jobs).toContain(job);
				expect(point.squeue === 'lost' || jobs.length === 1).toBe(true);
				expect(trainingSteps(library, runId)).toEqual([1, 2, 3, 4, 5]);
				const now = practice.host.runFolders.filter(name => !name.startsWith('.')).length;
				expect(now - folders).toBe(1);
				practice.closeWindows();
			});
		},
	);
});
