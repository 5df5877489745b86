import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../../../src/core/hosts/host';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { defaultTiming } from '../../../src/node/hosts/sshConnection';
import { tries, underFaults } from '../../support/faults';
import { startAgent } from '../../support/sshAgent';
import { directoryFor, hostNamed, prompts } from '../../support/sshHosts';
import { SshServer } from '../../support/sshServer';
import { StepClock } from '../../support/stepClock';
import { TcpProxy } from '../../support/tcpProxy';
import { until } from './hostContract';
import { errorOf, valueOf } from '../../support/results';

const sleeps = [
	['2 minutes', 120_000],
	['8 hours', 8 * 3_600_000],
] as const;

const second = 1000;

let server: SshServer;
let proxy: TcpProxy;
let agent: { readonly socket: string; readonly stop: () => void };
let directory: NodeHostDirectory;
let clock: StepClock;
let host: Host;

describe.each(['ssh2', 'system'] as const)('a link by %s', transport => {
	/** Prompts reject whatever is asked: the agent holds the key, and the file of it is gone. */
	async function prepare(config: readonly string[] = []): Promise<void> {
		server = await SshServer.start({ config });
		proxy = await TcpProxy.start(server.port);
		server.trust(proxy.port);
		agent = await startAgent(server.folder, [server.clientKey]);
		rmSync(server.clientKey);
		clock = new StepClock();
		const file = server.writeConfig('box', [`IdentityAgent ${agent.socket}`], proxy.port);
		directory = directoryFor(file, {
			settingsFor: () => ({ transport }),
			timing: { ...defaultTiming, clock },
			prompts: prompts({}),
		});
		host = await hostNamed(directory, 'box');
	}
	async function clearAway(): Promise<void> {
		directory.dispose();
		agent.stop();
		await proxy.stop();
		await server.stop();
	}
	beforeEach(() => prepare());
	afterEach(clearAway);

	it.each(sleeps)(
		'that died while the machine slept %s is known and made again',
		async (name, ms) => {
			const fault = `link dead after ${name}, ${transport}`;
			await underFaults({ guarantee: 9, fault, times: tries(2, 10) }, async () => {
				valueOf(await host.exec(['true']));
				const waiting = host.exec(['sleep', '300']);
				await until(() => server.log.includes('Starting session: command'), 'the command');
				const before = proxy.accepted;
				proxy.abandon();
				clock.sleep(ms);
				const noticed = await clock.until(() => host.linkState === 'disconnected', {
					most: 60_000,
				});
				expect(noticed).toBeLessThanOrEqual(5 * second);
				expect(errorOf(await waiting).code).toBe('connectionLost');
				let lives = false;
				const again = host.exec(['true']).then(result => (lives = result.ok));
				const took = await clock.until(() => lives, { most: 60_000, step: 50, moment: 50 });
				await again;
				expect(noticed + took).toBeLessThanOrEqual(10 * second);
				expect(proxy.accepted - before).toBe(1);
			});
		},
	);

	it('that is well goes on after a sleep, however long', async () => {
		valueOf(await host.exec(['true']));
		const stream = valueOf(await host.open(['cat']));
		let heard = '';
		stream.onData(bytes => (heard += Buffer.from(bytes).toString()));
		let turn = 0;
		const times = tries(3, 15);
		const fault = `link frozen for 1 s to 8 h, ${transport}`;
		await underFaults({ guarantee: 9, fault, times }, async () => {
			const ms = [second, 120_000, 8 * 3_600_000][turn++ % 3] ?? 0;
			proxy.freeze();
			clock.sleep(ms);
			stream.write(`${turn};`);
			proxy.thaw();
			valueOf(await host.exec(['true']));
			await clock.until(() => false, { most: 4 * second, moment: 80 });
			await until(() => heard.endsWith(`${turn};`), 'the stream');
		});
		expect(proxy.accepted).toBe(1);
		expect(host.linkState).toBe('connected');
		stream.dispose();
	});

	it('lets an upload of 100 KB/s take its time', async () => {
		const size = tries(6, 60) * 1_000_000;
		const local = join(server.folder, 'local');
		writeFileSync(local, Buffer.alloc(size, 7));
		valueOf(await host.stat('/'));
		const fault = `upload at 100 KB/s, ${transport}`;
		await underFaults({ guarantee: 9, fault, times: 1 }, async () => {
			let done = false;
			const sent = proxy.sent;
			proxy.grant(0);
			const upload = host.upload(local, join(server.folder, 'there')).finally(() => (done = true));
			const took = await clock.until(
				() => {
					proxy.grant(100_000);
					return done;
				},
				// What the server answers is read before the next second.
				{ most: 3600 * second, step: second, moment: 4 },
			);
			valueOf(await upload);
			expect(took / second).toBeGreaterThan((proxy.sent - sent) / 100_000 - 3);
		});
		expect(statSync(join(server.folder, 'there')).size).toBe(size);
		expect(proxy.accepted).toBe(1);
	});

	const operations: readonly (readonly [string, () => Promise<unknown>])[] = [
		['exec', () => host.exec(['true'])],
		['stat', () => host.stat('/')],
		['list', () => host.list('/')],
		['readFrom', () => host.readFrom(server.clientKey, 0, 10)],
		['writeFile', () => host.writeFile(join(server.folder, 'w'), 'x')],
		['upload', () => host.upload(server.hostKey('ed25519'), join(server.folder, 'u'))],
		['download', () => host.download(server.hostKey('ed25519'), join(server.folder, 'd'))],
		['remove', () => host.remove(join(server.folder, 'none'))],
	];

	/** Starts all, and says which are still without an end after a minute of the clock. */
	async function pendingAfterAMinute(
		names: (name: string) => boolean,
		eachStep: () => unknown = () => undefined,
	): Promise<readonly string[]> {
		const open = new Map(operations.filter(([name]) => names(name)));
		for (const [name, start] of open) {
			void start().then(() => open.delete(name));
		}
		let last = clock.now();
		await clock.until(
			() => {
				if (clock.now() - last >= 5 * second) {
					last = clock.now();
					eachStep();
				}
				return open.size === 0;
			},
			{ most: 60_000, step: second, moment: 60 },
		);
		return [...open.keys()];
	}

	it('leaves no operation without an end for a minute when nothing comes any more', async () => {
		const fault = `silent link, ${transport}`;
		let turn = 0;
		await underFaults({ guarantee: 9, fault, times: tries(2, 10) }, async () => {
			if (turn++ % 2 === 0) {
				valueOf(await host.stat('/'));
			} else {
				await clearAway();
				await prepare();
			}
			proxy.freeze();
			if (transport === 'system') {
				// The ssh program counts missed signs of life by a clock of its own: a sleep makes it look.
				clock.sleep(120 * second);
			}
			const pending = await pendingAfterAMinute(() => true);
			expect(pending).toEqual([]);
			proxy.thaw();
			directory.allowRetry();
		});
	});

	it('leaves none without an end when the files or the shell of the host hang', async () => {
		const program = [
			'/usr/lib/openssh/sftp-server',
			'/usr/lib/ssh/sftp-server',
			'/usr/libexec/openssh/sftp-server',
			'/usr/libexec/sftp-server',
		].find(existsSync);
		await clearAway();
		await prepare([
			`ForceCommand case "$SSH_ORIGINAL_COMMAND" in internal-sftp) echo $$ > FOLDER/pid; exec ${program};; *) test ! -e FOLDER/hangs || exec sleep 600; eval "$SSH_ORIGINAL_COMMAND";; esac`,
		]);
		const fault = `files or shell hang, ${transport}`;
		await underFaults({ guarantee: 9, fault, times: tries(1, 5) }, async () => {
			valueOf(await host.stat('/'));
			const pid = Number(readFileSync(join(server.folder, 'pid'), 'utf8'));
			process.kill(pid, 'SIGSTOP');
			try {
				// Commands go on, so that the link is well.
				const files = (name: string): boolean => name !== 'exec' && name !== 'remove';
				expect(await pendingAfterAMinute(files, () => host.exec(['true']))).toEqual([]);
			} finally {
				process.kill(pid, 'SIGCONT');
			}
			valueOf(await host.stat('/'));
			writeFileSync(join(server.folder, 'hangs'), '');
			const commands = (name: string): boolean => name === 'exec';
			expect(await pendingAfterAMinute(commands, () => host.stat('/'))).toEqual([]);
			rmSync(join(server.folder, 'hangs'));
			valueOf(await host.exec(['true']));
		});
	});
});
