import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { messageFor } from '../../../src/core/base/errorMessages';
import type { Progress } from '../../../src/core/training/launchRequest';
import { until } from '../../support/practiceHost';
import { SlurmPractice } from '../../support/slurmPractice';
import { trainingSteps } from '../../support/trainingSteps';
import { valueOf } from '../../support/results';

const quiet: Progress = { report: () => {} };
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

function request(
	lines: readonly string[],
	more: object = {},
): {
	recipePath: string;
	hostName: string;
} {
	return { recipePath: practice.host.recipe(lines), hostName: 'login', ...more };
}

/** Steps of the metrics that a window has, in the order they came. */
function attemptsOf(runId: string): number[] {
	const text = readFileSync(practice.host.runFile(runId, 'metrics.jsonl'), 'utf8');
	const lines = text.trimEnd().split('\n');
	return lines.map(line => (JSON.parse(line) as { attempt: number }).attempt);
}

describe('a run on a Slurm cluster', () => {
	it('is a job whose script was shown first, and runs on a node, offline', async () => {
		const { launcher, library } = practice.window();
		let shown = '';
		const review = async (plan: { script?: string }): Promise<boolean> => {
			shown = plan.script ?? '';
			return true;
		};
		const asked = request(['max_steps: 30', 'resources: {time: "5:00"}'], { review });
		const { runId } = valueOf(await launcher.launchTraining(asked, quiet));
		const ended = valueOf(await library.waitForEnd(runId));
		expect(ended.state, practice.host.runFile(runId, 'log.txt')).toBe('finished');
		expect(trainingSteps(library, runId)).toHaveLength(30);
		expect(shown).toBe(readFileSync(practice.host.runFile(runId, 'job.sh'), 'utf8'));
		expect(shown).toContain('#SBATCH --time=5:00\n');
		expect(library.log(runId)).toMatch(/node n[12] from step 1 offline 1/);
		expect(practice.cluster.run('scontrol', 'show', 'job', practice.jobId(runId))).toContain(
			`Comment=${runId}`,
		);
	});

	it('sends nothing when the script is declined', async () => {
		const { launcher } = practice.window();
		const before = practice.host.runFolders.length;
		const asked = request([], { review: async () => false });
		const launched = await launcher.launchTraining(asked, quiet);
		expect(!launched.ok && launched.error.code).toBe('cancelled');
		expect(practice.host.runFolders).toHaveLength(before);
	});

	it('is preceded by a check that is a job too, follows what it finds, and leaves no run', async () => {
		const { checker, library } = practice.window();
		const runs = (): string[] => practice.host.runFolders.filter(name => !name.startsWith('.'));
		const before = runs();
		let shown = '';
		const review = async (plan: { script?: string }): Promise<boolean> => {
			shown = plan.script ?? '';
			return true;
		};
		const asked = request(['resources: {time: "5:00"}'], { review });
		const twice = { role: 'user', content: 'Well?' };
		const row = { messages: [twice, twice, { role: 'assistant', content: 'Yes.' }] };
		appendFileSync(join(practice.host.workspace, 'sft.jsonl'), `${JSON.stringify(row)}\n`);
		const report = valueOf(await checker.check(asked, quiet));
		expect(shown).toContain('#SBATCH --time=5:00\n');
		expect(report.failure).toBeUndefined();
		expect(report.kinds.map(({ code }) => code)).toContain('turnsNotAlternating');
		expect(runs()).toEqual(before);
		expect(library.list().filter(({ kind }) => kind === 'check')).toEqual([]);
	});

	it('leaves nothing when Slurm refuses the job, and says why', async () => {
		const { launcher } = practice.window();
		const before = practice.host.runFolders.length;
		const asked = request([], { resources: { partition: 'nowhere' } });
		const launched = await launcher.launchTraining(asked, quiet);
		expect(!launched.ok && launched.error.code).toBe('jobRefused');
		const told = launched.ok ? '' : messageFor(launched.error);
		expect(told).toContain('Invalid partition');
		expect(told).toContain('its partitions: main, urgent');
		expect(practice.host.runFolders).toHaveLength(before);
	});

	it('shows why it waits, and ends in the queue when it is stopped', async () => {
		const { launcher, library } = practice.window();
		practice.slurm = { directives: ['--hold'] };
		const { runId } = valueOf(await launcher.launchTraining(request([]), quiet));
		practice.letTimePass();
		await library.refresh();
		expect(library.get(runId)).toMatchObject({ state: 'queued' });
		expect(library.get(runId)?.message).toContain('JobHeldUser (held; “scontrol release ');
		valueOf(await library.stop(runId));
		expect(library.get(runId)).toMatchObject({ state: 'finished', message: 'Stopped on request.' });
		practice.letTimePass();
		await library.refresh();
		expect(library.get(runId)?.state).toBe('finished');
		expect(practice.cluster.run('squeue', '--noheader', '--states=PD')).toBe('');
	});

	it('saves when it is stopped, and is gone from the node', async () => {
		const { launcher, library } = practice.window();
		const asked = request(['max_steps: 5000', 'eval_delay: 0.02']);
		const { runId } = valueOf(await launcher.launchTraining(asked, quiet));
		const watch = library.watch(runId);
		await until(() => library.metrics(runId).length > 5);
		valueOf(await library.stop(runId));
		watch.dispose();
		expect(library.get(runId)).toMatchObject({ state: 'finished', message: 'Stopped on request.' });
		const saved = valueOf(await library.checkpoints(runId));
		expect(saved.filter(checkpoint => checkpoint.complete)).toHaveLength(1);
	});

	it('goes on from its checkpoint after a requeue, and is never called failed', async () => {
		const { launcher, library } = practice.window();
		const states = new Set<string>();
		const asked = request(['max_steps: 200', 'eval_delay: 0.02']);
		const { runId } = valueOf(await launcher.launchTraining(asked, quiet));
		library.onDidChange(() => states.add(library.get(runId)?.state ?? ''));
		const watch = library.watch(runId);
		await until(() => library.metrics(runId).length > 20);
		await practice.cluster.requeue(practice.jobId(runId));
		await until(() => existsSync(practice.host.runFile(runId, 'attempts/1/exit.json')));
		practice.letTimePass();
		expect(valueOf(await library.waitForEnd(runId))).toMatchObject({
			state: 'finished',
			attempt: 2,
			step: 200,
		});
		watch.dispose();
		expect([...states]).not.toContain('failed');
		expect(states).toContain('queued');
		expect(trainingSteps(library, runId)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
		expect(new Set(attemptsOf(runId))).toEqual(new Set([1, 2]));
	});
});
