import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/core/base/logger';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { createRunServices } from '../../../src/node/runs/runServices';
import { PracticeHost, remoteFolder, until } from '../../support/practiceHost';
import { directoryFor } from '../../support/sshHosts';
import { SshServer } from '../../support/sshServer';

const worker = 'import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)';
/** Does not listen, and has workers in sessions of their own, as data loaders do. */
const trainer = `#!/usr/bin/env python3
import os, signal, subprocess, sys, time
from pathlib import Path
if sys.argv[-2] != "train":
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
from windsock_remote.run_files import RunFiles
files = RunFiles(Path(sys.argv[-1]))
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for away in (True, True, False):
    subprocess.Popen([sys.executable, "-c", ${JSON.stringify(worker)}], start_new_session=away)
files.update_status(phase="training", step=1)
time.sleep(600)
`;
let practice: PracticeHost;
let server: SshServer;
let directory: NodeHostDirectory;

beforeAll(async () => {
	practice = await PracticeHost.create();
	const envs = join(practice.home, '.windsock', 'envs');
	for (const name of readdirSync(envs)) {
		writeFileSync(join(envs, name, 'bin', 'python'), trainer);
		chmodSync(join(envs, name, 'bin', 'python'), 0o755);
	}
	server = await SshServer.start({ config: [`SetEnv HOME=${practice.home}`] });
	server.trust();
	directory = directoryFor(server.writeConfig('gpu1'));
});

afterAll(async () => {
	directory.dispose();
	await server.stop();
	practice.dispose();
});

/** Processes of this machine that were started with a cookie. */
function withCookie(cookie: string): number[] {
	const wanted = `WINDSOCK_RUN_COOKIE=${cookie}`;
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.filter(name => {
			try {
				return readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(wanted);
			} catch {
				return false;
			}
		})
		.map(Number);
}

describe.skipIf(process.platform !== 'linux')('a run that does not listen', () => {
	it('is gone within 30 s of a stop now, with its workers, and a stranger like them lives', async () => {
		const { launcher, library } = createRunServices({
			workspace: practice.workspace,
			hosts: directory,
			remoteFolder,
			version: '0.0.0',
			logger: silentLogger,
			timing: { delay: () => 50, now: () => new Date() },
		});
		const stranger = spawn('python3', ['-c', worker], { stdio: 'ignore' });
		try {
			const request = { recipePath: practice.recipe(), hostName: 'gpu1' };
			const launched = await launcher.launchTraining(request, { report: () => {} });
			if (!launched.ok) {
				throw launched.error;
			}
			const { runId } = launched.value;
			const identity = practice.runFile(runId, 'id.json');
			await until(() => existsSync(practice.runFile(runId, 'progress.json')));
			const { cookie } = JSON.parse(readFileSync(identity, 'utf8')) as { cookie: string };
			await until(() => withCookie(cookie).length === 4);

			const began = performance.now();
			expect((await library.stop(runId, { now: true })).ok).toBe(true);
			expect(performance.now() - began).toBeLessThan(30_000);
			expect(withCookie(cookie)).toEqual([]);
			expect(library.get(runId)?.state).toBe('finished');
			expect([stranger.exitCode, stranger.signalCode]).toEqual([null, null]);
		} finally {
			stranger.kill('SIGKILL');
			library.dispose();
		}
	});
});
