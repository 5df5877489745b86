import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/core/base/logger';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { HostPreparation } from '../../../src/node/runs/hostPreparation';
import { MirrorFolder } from '../../../src/node/runs/mirrorFolder';
import { createRunServices } from '../../../src/node/runs/runServices';
import { startRun } from '../../../src/node/runs/runStart';
import { tries, underFaults } from '../../support/faults';
import { type PracticeHost, remoteFolder, until } from '../../support/practiceHost';
import type { TcpProxy } from '../../support/tcpProxy';
import { valueOf } from '../../support/results';
import { PracticeOverSsh } from '../../support/practiceOverSsh';

/** Guarantee 3. In full: 25 points. */
const points = tries(5, 25);
const cli = join(import.meta.dirname, '../../../dist/cli.js');
let ssh: PracticeOverSsh;
let practice: PracticeHost;
let proxy: TcpProxy;
let directory: NodeHostDirectory;
let configFile: string;

beforeAll(async () => {
	ssh = await PracticeOverSsh.start();
	({ practice, proxy, directory, configFile } = ssh);
	if (!existsSync(cli)) {
		throw new Error('dist/cli.js is missing; build it first: node esbuild.mjs');
	}
});

afterAll(() => ssh.stop());

const steps = 8;

/**
 * A launch by a client of its own; `fault` comes with the nth piece that passes the link. Gives how
 * many passed it: with fewer than n there was no fault.
 */
async function launchUnder(fault: (pid: number) => void, piece: number): Promise<number> {
	const recipe = practice.recipe([`max_steps: ${steps}`, 'eval_delay: 0.05']);
	const argv = [cli, 'launch', recipe, '--host', 'gpu1', '--workspace', practice.workspace];
	const client = spawn(process.execPath, argv, {
		env: { ...process.env, HOME: practice.home, WINDSOCK_SSH_CONFIG: configFile },
		stdio: 'ignore',
	});
	let pieces = 0;
	const pass = (): void => {
		if (++pieces === piece) {
			fault(client.pid ?? 0);
		}
	};
	proxy.onSent = pass;
	proxy.onReceived = pass;
	await new Promise(resolve => client.once('exit', resolve));
	proxy.onSent = undefined;
	proxy.onReceived = undefined;
	return pieces;
}

/** Supervisors of a run, among all processes of this machine. */
function supervisorsOf(runId: string): number {
	return readdirSync('/proc').filter(name => {
		try {
			const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
			return words.includes('supervise') && words.some(word => word.endsWith(runId));
		} catch {
			// Not a process, or one that has just ended.
			return false;
		}
	}).length;
}

function mirrorIds(): string[] {
	const runs = join(practice.workspace, '.windsock', 'runs');
	return existsSync(runs) ? readdirSync(runs).filter(name => /^\w{26}$/.test(name)) : [];
}

/** What a person does after it: the same run again, by the id that its record here has. */
async function startAgain(runId: string): Promise<void> {
	const path = join(practice.workspace, '.windsock', 'runs', runId);
	const mirror = MirrorFolder.open(path);
	// Killed between the two files of its record: no run here, and nothing was sent of it.
	if (mirror === undefined) {
		expect(practice.runFolders).not.toContain(runId);
		return;
	}
	const prepared = valueOf(await new HostPreparation(directory, remoteFolder).prepare('gpu1'));
	const runs = join(practice.workspace, '.windsock', 'runs');
	// Two at once, as two windows would.
	for (const started of await Promise.all(
		[0, 1].map(() => startRun(prepared, mirror.spec, runs, {}, undefined)),
	)) {
		valueOf(started);
	}
	// One that came second leaves by itself; `expectOnce` sees that it did nothing.
	await until(() => supervisorsOf(runId) <= 1);
}

async function expectOnce(runId: string): Promise<void> {
	const { library } = createRunServices({
		workspace: practice.workspace,
		hosts: directory,
		remoteFolder,
		version: '0.0.0',
		logger: silentLogger,
		timing: { delay: () => 50, now: () => new Date() },
	});
	try {
		const ended = valueOf(await library.waitForEnd(runId));
		expect(ended).toMatchObject({ state: 'finished', attempt: 1, step: steps });
	} finally {
		library.dispose();
	}
	expect(readdirSync(practice.runFile(runId, 'attempts'))).toEqual(['1']);
	// Each step was trained by one process, once.
	const log = readFileSync(practice.runFile(runId, 'log.txt'), 'utf8');
	expect(log.match(/^Schritt \d+ /gm)).toEqual(
		Array.from({ length: steps }, (_, i) => `Schritt ${i + 1} `),
	);
}

describe('a launch', () => {
	for (const [fault, strike] of [
		['client killed in a launch', (pid: number) => process.kill(pid, 'SIGKILL')],
		['link cut in a launch', () => proxy.reset()],
	] as const) {
		it(`is once whatever the moment: ${fault}, and started again`, async () => {
			// The first one also sends the package; the second is what a launch takes.
			await launchUnder(() => {}, 0);
			const pieces = await launchUnder(() => {}, 0);
			for (const runId of mirrorIds()) {
				await expectOnce(runId);
			}
			await underFaults({ guarantee: 3, fault, times: points }, async turn => {
				const before = new Set([...mirrorIds(), ...practice.runFolders]);
				let launches = 1;
				// The network cuts what passes into more pieces at one time than at another.
				let at = Math.ceil((pieces * (turn + 0.5)) / points);
				while ((await launchUnder(strike, at)) < at) {
					launches++;
					at = Math.floor(at * 0.9);
				}
				const here = mirrorIds().filter(id => !before.has(id));
				expect(here.length).toBeLessThanOrEqual(launches);
				for (const runId of here) {
					await startAgain(runId);
				}
				// Nothing is on the host that this side does not know.
				const there = practice.runFolders.filter(id => !before.has(id));
				expect(here).toEqual(expect.arrayContaining(there));
				for (const runId of there) {
					await expectOnce(runId);
				}
			});
		});
	}
});
