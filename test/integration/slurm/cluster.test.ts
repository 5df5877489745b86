import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryFor, hostNamed } from '../../support/sshHosts';
import { SlurmCluster } from '../../support/slurmCluster';
import { SshServer } from '../../support/sshServer';

let cluster: SlurmCluster;
let server: SshServer;

beforeAll(async () => {
	cluster = await SlurmCluster.start();
	// A home of its own, so that nobody's shell start-up files are read.
	const variables = Object.entries({ ...cluster.variables, HOME: cluster.folder }).map(
		([name, value]) => `"${name}=${value}"`,
	);
	server = await SshServer.start({ config: [`SetEnv ${variables.join(' ')}`] });
	server.trust();
});

afterAll(async () => {
	await server.stop();
	await cluster.stop();
});

describe('the cluster of the tests', () => {
	it('runs a job on both nodes for who logs in over ssh, and notes each call', async () => {
		const directory = directoryFor(server.writeConfig('login'));
		const login = await hostNamed(directory, 'login');
		const done = await login.exec(['srun', '--nodes=2', 'printenv', 'SLURMD_NODENAME']);
		directory.dispose();
		expect(done.ok && done.value.stdout.trim().split('\n').sort()).toEqual(['n1', 'n2']);
		expect(cluster.calls.map(call => `${call.command} ${call.words}`)).toContain(
			'srun --nodes=2 printenv SLURMD_NODENAME',
		);
	});

	it('can time out before and after the fact', () => {
		const env = { ...process.env, ...cluster.variables };
		const submit = (): string =>
			execFileSync('sbatch', ['--hold', '--job-name=held', '--wrap=true'], {
				env,
				stdio: 'pipe',
				encoding: 'utf8',
			});
		const waiting = (): number =>
			cluster.run('squeue', '--noheader', '--name=held').split('\n').length - 1;
		cluster.fail('sbatch', 'lost');
		expect(submit).toThrow('Socket timed out');
		expect(waiting()).toBe(0);
		cluster.fail('sbatch', 'late');
		expect(submit).toThrow('Socket timed out');
		cluster.fail('sbatch', undefined);
		expect(waiting()).toBe(1);
	});
});
