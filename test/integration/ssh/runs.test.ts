import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/core/base/logger';
import type { Progress } from '../../../src/core/training/launchRequest';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { createRunServices } from '../../../src/node/runs/runServices';
import { type PracticeHost, remoteFolder, until } from '../../support/practiceHost';
import type { TcpProxy } from '../../support/tcpProxy';
import { valueOf } from '../../support/results';
import { PracticeOverSsh } from '../../support/practiceOverSsh';

const quiet: Progress = { report: () => {} };
const root = join(import.meta.dirname, '../../..');
let ssh: PracticeOverSsh;
let practice: PracticeHost;
let proxy: TcpProxy;
let directory: NodeHostDirectory;
let configFile: string;
const open: { dispose(): void }[] = [];

beforeAll(async () => {
	ssh = await PracticeOverSsh.start();
	({ practice, proxy, directory, configFile } = ssh);
});

afterEach(() => {
	for (const thing of open.splice(0)) {
		thing.dispose();
	}
});

afterAll(() => ssh.stop());

function newWindow(): ReturnType<typeof createRunServices> {
	const services = createRunServices({
		workspace: practice.workspace,
		hosts: directory,
		remoteFolder,
		version: '0.0.0',
		logger: silentLogger,
		timing: { delay: () => 50, now: () => new Date() },
	});
	open.push(services.library);
	return services;
}

function sha256(path: string): string {
	return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function expectSameMetrics(runId: string): void {
	expect(sha256(practice.mirrorFile(runId, 'metrics.jsonl'))).toBe(
		sha256(practice.runFile(runId, 'metrics.jsonl')),
	);
}

describe('a run over ssh', () => {
	it('keeps every point through links that break again and again', async () => {
		const { launcher, library } = newWindow();
		const states = new Set<string>();
		library.onDidChange(({ runId }) => states.add(library.get(runId)?.state ?? ''));
		const request = {
			recipePath: practice.recipe(['max_steps: 300', 'eval_delay: 0.02']),
			hostName: 'gpu1',
		};
		const { runId } = valueOf(await launcher.launchTraining(request, quiet));
		const watch = library.watch(runId);
		for (const points of [20, 60, 110, 170]) {
			await until(() => library.metrics(runId).length > points);
			proxy.reset();
		}
		expect(valueOf(await library.waitForEnd(runId)).state).toBe('finished');
		watch.dispose();
		expectSameMetrics(runId);
		expect(library.metrics(runId).map(point => point.n)).toEqual(
			Array.from({ length: 300 }, (_, i) => i + 1),
		);
		expect(states.has('unknown')).toBe(true);
		expect(states.has('failed')).toBe(false);
	});

	it('goes on when the client is killed, and the next client has all of it', async () => {
		const recipe = practice.recipe(['max_steps: 250', 'eval_delay: 0.02', 'name: killed']);
		const cli = join(root, 'dist/cli.js');
		if (!existsSync(cli)) {
			throw new Error('dist/cli.js is missing; build it first: node esbuild.mjs');
		}
		const argv = [cli, 'launch', recipe, '--host', 'gpu1', '--wait'];
		const client = spawn(process.execPath, [...argv, '--workspace', practice.workspace], {
			env: { ...process.env, HOME: practice.home, WINDSOCK_SSH_CONFIG: configFile },
			stdio: ['ignore', 'ignore', 'pipe'],
		});
		let said = '';
		client.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
		await until(() => said.includes('step 20 '));
		client.kill('SIGKILL');
		await new Promise(resolve => client.once('exit', resolve));
		const runId = /run (\w{26})/.exec(said)?.[1] ?? '';
		expect(existsSync(practice.runFile(runId, 'exit.json'))).toBe(false);
		expect(existsSync(practice.mirrorFile(runId, 'writer.lock'))).toBe(true);

		const { library } = newWindow();
		expect(valueOf(await library.waitForEnd(runId))).toMatchObject({
			state: 'finished',
			step: 250,
			attempt: 1,
		});
		expectSameMetrics(runId);
		expect(readdirSync(practice.runFile(runId, 'attempts'))).toEqual(['1']);
	});

	it('is launched exactly once when the link breaks in the middle of the launch', async () => {
		const before = practice.runFolders.length;
		for (const phrase of ['Sending', 'Starting']) {
			const { launcher, library } = newWindow();
			let broken = false;
			const breaking: Progress = {
				report: message => {
					if (!broken && message.startsWith(phrase)) {
						broken = true;
						setTimeout(() => proxy.reset(), 20);
					}
				},
			};
			const request = { recipePath: practice.recipe(['max_steps: 2']), hostName: 'gpu1' };
			const launched = await launcher.launchTraining(request, breaking);
			const ids = library.list().map(run => run.id);
			if (launched.ok) {
				expect(valueOf(await library.waitForEnd(launched.value.runId)).attempt).toBe(1);
			} else {
				expect(launched.error.code).toBe('connectionLost');
			}
			// What this side has on record is what the host has.
			expect(practice.runFolders.filter(id => !ids.includes(id))).toEqual([]);
		}
		expect(practice.runFolders.length).toBeLessThanOrEqual(before + 2);
	});
});
