import { checkAnswer } from '../../support/cliAnswers';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/practiceHost';
import { SlurmPractice } from '../../support/slurmPractice';

const root = join(import.meta.dirname, '../../..');
let practice: SlurmPractice;

beforeAll(async () => {
	practice = await SlurmPractice.start();
});

afterEach(() => {
	practice.closeWindows();
});

afterAll(async () => {
	await practice.stop();
});

/** Processes whose home is that of the practice account; the cluster's own daemons have another. */
function processesOfLogin(): string[] {
	const entry = `HOME=${practice.host.home}`;
	return readdirSync('/proc').filter(name => {
		try {
			return (
				/^\d+$/.test(name) &&
				readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(entry)
			);
		} catch {
			// It ended between the two looks.
			return false;
		}
	});
}

/** `windsock` in a process of its own, with its own settings. */
function windsock(...words: readonly string[]): string {
	const config = join(practice.host.folder, 'config.yaml');
	writeFileSync(config, 'hosts: {login: {scheduler: slurm, slurm: {directives: ["--hold"]}}}\n');
	const argv = [join(root, 'dist/cli.js'), ...words, '--workspace', practice.host.workspace];
	return execFileSync(process.execPath, argv, {
		encoding: 'utf8',
		env: {
			...process.env,
			HOME: practice.host.home,
			WINDSOCK_CONFIG: config,
			WINDSOCK_SSH_CONFIG: practice.configFile,
		},
	});
}

describe('a guest on a cluster', () => {
	it('asks once for all runs and windows, and leaves nothing on the login node', async () => {
		practice.slurm = { directives: ['--hold'] };
		const { launcher, library } = practice.window();
		const recipePath = practice.host.recipe();
		const ids: string[] = [];
		for (let i = 0; i < 3; i++) {
			const launched = await launcher.launchTraining(
				{ recipePath, hostName: 'login' },
				{ report: () => {} },
			);
			ids.push(launched.ok ? launched.value.runId : '');
		}
		const before = practice.cluster.calls.length;
		const other = practice.window().library;
		for (const id of ids) {
			library.watch(id);
			other.watch(id);
		}
		const waits = (id: string): boolean =>
			[library, other].every(each => each.get(id)?.message.includes('JobHeldUser') === true);
		practice.letTimePass();
		await until(() => ids.every(waits));
		const asked = practice.cluster.calls.slice(before).map(call => call.command);
		expect(asked.length).toBeLessThanOrEqual(2);
		expect(new Set(asked)).toEqual(new Set(['squeue']));
		expect(processesOfLogin()).not.toEqual([]);
		practice.closeWindows();
		practice.directory.dispose();
		await until(() => processesOfLogin().length === 0);
		practice.cluster.run('scancel', '--full', '--state=PENDING');
	});

	it('prints the script, the queue and the end on the command line', () => {
		const recipe = practice.host.recipe(['resources: {nodes: 2}']);
		const words = ['launch', recipe, '--host', 'login', '--resource', 'time=7:00'];
		const before = practice.host.runFolders.length;
		const script = windsock(...words, '--dry-run');
		expect(script).toMatch(/^#!\/bin\/bash\n#SBATCH --job-name=windsock-/);
		expect(script).toContain('#SBATCH --nodes=2\n');
		expect(script).toContain('#SBATCH --time=7:00\n');
		expect(practice.host.runFolders).toHaveLength(before);
		const answers = ['generate', practice.host.prompts(), '--model', 'tiny', '--host', 'login'];
		const job = windsock(...answers, '--resource', 'gpusPerNode=1', '--dry-run');
		expect(job).toContain('#SBATCH --nodes=1\n');
		expect(job).toContain('#SBATCH --gpus-per-node=1\n');
		expect(practice.host.runFolders).toHaveLength(before);
		const runId = windsock(...words).trim();
		practice.letTimePass();
		const queue = JSON.parse(windsock('queue', 'login', '--json')) as { jobs: unknown[] };
		checkAnswer(['queue'], queue);
		expect(queue.jobs).toContainEqual(
			expect.objectContaining({ runId, state: 'PENDING', reason: 'JobHeldUser' }),
		);
		expect(windsock('stop', runId)).toContain('finished');
	});
});
