import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/core/base/logger';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { createRunServices } from '../../../src/node/runs/runServices';
import { type PracticeHost, remoteFolder, until } from '../../support/practiceHost';
import type { SshServer } from '../../support/sshServer';
import type { TcpProxy } from '../../support/tcpProxy';
import { PracticeOverSsh } from '../../support/practiceOverSsh';

const root = join(import.meta.dirname, '../../..');
const recipe = [
	'name: outlives',
	'max_steps: 100000',
	'per_device_train_batch_size: 1',
	'logging_steps: 1',
	'save_strategy: "no"',
	'use_cpu: true',
	'bf16: false',
	'num_processes: 2',
];
let ssh: PracticeOverSsh;
let practice: PracticeHost;
let server: SshServer;
let proxy: TcpProxy;
let directory: NodeHostDirectory;
let configFile: string;

beforeAll(async () => {
	ssh = await PracticeOverSsh.start();
	({ practice, server, proxy, directory, configFile } = ssh);
	practice.trainForTrue();
});

afterAll(() => ssh.stop());

function ended(child: ChildProcess): Promise<unknown> {
	return new Promise(resolve => child.once('exit', resolve));
}

/** A login with a terminal that runs a command and stays. */
function terminal(command: string): { child: ChildProcess; said: () => string } {
	const child = spawn('ssh', ['-F', configFile, '-tt', 'gpu1', command], { stdio: 'pipe' });
	let text = '';
	child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
	return { child, said: () => text };
}

describe('a training of two ranks', () => {
	it('keeps stepping whatever ends on this side, and both ranks save when asked to stop', async () => {
		const cli = join(root, 'dist/cli.js');
		if (!existsSync(cli)) {
			throw new Error('dist/cli.js is missing; build it first: node esbuild.mjs');
		}
		const argv = [cli, 'launch', practice.recipe(recipe), '--host', 'gpu1', '--wait'];
		const client = spawn(process.execPath, [...argv, '--workspace', practice.workspace], {
			env: { ...process.env, HOME: practice.home, WINDSOCK_SSH_CONFIG: configFile },
			stdio: ['ignore', 'ignore', 'pipe'],
		});
		let told = '';
		client.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
		await until(() => /run \w{26}/.test(told));
		const runId = /run (\w{26})/.exec(told)?.[1] ?? '';
		const step = (): number => {
			const path = practice.runFile(runId, 'status.json');
			if (!existsSync(path)) {
				return 0;
			}
			return (JSON.parse(readFileSync(path, 'utf8')) as { step?: number }).step ?? 0;
		};
		const log = (): string => readFileSync(practice.runFile(runId, 'log.txt'), 'utf8');
		const goesOn = async (after: string, steps = 10): Promise<void> => {
			const now = step();
			await until(() => step() > now + steps || existsSync(practice.runFile(runId, 'exit.json')));
			expect(existsSync(practice.runFile(runId, 'exit.json')), `${after}\n${log()}`).toBe(false);
		};
		const services = createRunServices({
			workspace: practice.workspace,
			hosts: directory,
			remoteFolder,
			version: '0.0.0',
			logger: silentLogger,
			timing: { delay: () => 50, now: () => new Date() },
		});
		const { library } = services;
		try {
			// Two interpreters with torch come up first.
			await until(() => step() > 0, 60_000);

			client.kill('SIGKILL');
			await ended(client);
			await goesOn('the client was killed');

			library.rescan();
			const watch = library.watch(runId);
			await until(() => library.metrics(runId).length > 0);
			proxy.reset();
			await goesOn('every connection was reset');
			// The machine's own lines were there before the first step.
			const isSeen = (kind: string): boolean => library.metrics(runId).some(p => p.kind === kind);
			await until(() => isSeen('step') && isSeen('train'));
			watch.dispose();

			await server.halt();
			await goesOn('sshd was stopped');
			await server.resume();

			// A login that looks at the run, and hangs up.
			const login = terminal(`echo in; tail -f ${practice.runFile(runId, 'log.txt')}`);
			await until(() => login.said().includes('in'));
			login.child.kill('SIGKILL');
			await ended(login.child);
			await goesOn('a login with a terminal was cut');

			const stopped = await library.stop(runId);
			expect(stopped.ok, log()).toBe(true);
			await until(() => existsSync(practice.runFile(runId, 'exit.json')), 60_000);
			const saved = await library.checkpoints(runId);
			expect(saved.ok && saved.value).toMatchObject([{ complete: true }]);
			for (const kind of ['step', 'train']) {
				const lines = library.metrics(runId).filter(p => p.kind === kind && 'loss' in p.values);
				expect(lines.length).toBeGreaterThan(0);
				expect(new Set(lines.map(p => p.step)).size).toBe(lines.length);
			}

			// Begun from a terminal that is then closed: nothing of it reaches the run.
			const packages = join(practice.home, '.windsock', 'packages');
			const begun = terminal(
				`PYTHONPATH=$(ls -d ${packages}/*/) python3 -B -m windsock_remote start ` +
					`${join(practice.home, '.windsock', 'runs', runId)} --resume; exec sleep 600`,
			);
			await until(() => begun.said().includes('"attempt": 2'), 30_000);
			const before = step();
			begun.child.kill('SIGKILL');
			await ended(begun.child);
			await until(() => step() > before, 60_000);
			await goesOn('the terminal that began it was closed');
			expect(log()).not.toMatch(/SIGHUP|hangup/i);
		} finally {
			if (runId !== '') {
				await library.stop(runId, { now: true });
			}
			library.dispose();
		}
		expect(existsSync(practice.runFile(runId, 'exit.json'))).toBe(true);
	});
});
