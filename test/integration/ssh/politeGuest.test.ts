import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthContext } from 'ssh2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../../src/core/base/result';
import type { Host } from '../../../src/core/hosts/host';
import type { ConnectionPrompts } from '../../../src/core/hosts/hostDirectory';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { defaultTiming } from '../../../src/node/hosts/sshConnection';
import { tries, underFaults } from '../../support/faults';
import { directoryFor, hostNamed, prompts } from '../../support/sshHosts';
import { makeKey, SshServer } from '../../support/sshServer';
import { StepClock } from '../../support/stepClock';
import { TcpProxy } from '../../support/tcpProxy';
import { until } from './hostContract';
import { errorOf, valueOf } from '../../support/results';

const hour = 3_600_000;

let server: SshServer;
let clock: StepClock;
let directory: NodeHostDirectory | undefined;

beforeEach(async () => {
	server = await SshServer.start();
	clock = new StepClock();
});
afterEach(async () => {
	directory?.dispose();
	directory = undefined;
	await server.stop();
});

/** Listens as a host that refuses or answers as told, and counts who comes. */
async function listen(
	serve: ConstructorParameters<typeof ssh2.Server>[1],
	hostKey = server.hostKey('ed25519'),
): Promise<{ readonly port: number; readonly met: () => number; readonly close: () => void }> {
	let met = 0;
	const listener = new ssh2.Server({ hostKeys: [readFileSync(hostKey)] }, (client, info) => {
		met++;
		client.on('error', () => {});
		serve?.(client, info);
	});
	await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
	const { port } = listener.address() as AddressInfo;
	return { port, met: () => met, close: () => void listener.close() };
}

const rejecting =
	(methods: readonly ('password' | 'publickey')[]) =>
	(client: ssh2.Connection): void =>
		void client.on('authentication', (context: AuthContext) => context.reject([...methods]));

describe.each(['ssh2', 'system'] as const)('a guest by %s', transport => {
	async function guest(
		port: number,
		lines: readonly string[],
		asked: Partial<ConnectionPrompts> = {},
	): Promise<Host> {
		rmSync(join(server.folder, 'ssh_config'), { force: true });
		directory?.dispose();
		directory = directoryFor(server.writeConfig('box', lines, port), {
			settingsFor: () => ({ transport }),
			timing: { ...defaultTiming, clock },
			prompts: prompts(asked),
		});
		return await hostNamed(directory, 'box');
	}

	/** Whoever wants something of the host, for an hour with a sleep in it. */
	async function keepsAsking(host: Host): Promise<void> {
		for (let turn = 0; turn < 12; turn++) {
			await Promise.all([host.exec(['true']), host.stat('/'), host.open(['cat'])]);
			clock.pass(hour / 24);
			clock.sleep(hour / 24);
			clock.pass(2000);
		}
	}

	const denials: readonly (readonly [
		string,
		code: string,
		{
			readonly lines?: readonly string[];
			readonly methods?: readonly ('password' | 'publickey')[];
			readonly asked?: () => Partial<ConnectionPrompts>;
			readonly known?: 'other' | 'none';
		},
	])[] = [
		[
			'a wrong password',
			'authenticationFailed',
			{
				lines: ['IdentityFile none', 'NumberOfPasswordPrompts 1'],
				methods: ['password'],
				asked: () => {
					let answers = 0;
					const askSecret = () => Promise.resolve(answers++ === 0 ? 'wrong' : undefined);
					return { askSecret };
				},
			},
		],
		[
			'a cancelled prompt',
			'cancelled',
			{
				lines: ['IdentityFile none'],
				methods: ['password'],
				asked: () => ({ askSecret: () => Promise.resolve(undefined) }),
			},
		],
		['a denied key', 'authenticationFailed', { methods: ['publickey'] }],
		[
			'a declined host key',
			'cancelled',
			{ known: 'none', asked: () => ({ confirmHostKey: () => Promise.resolve(false) }) },
		],
		['a changed host key', 'hostKeyChanged', { known: 'other' }],
	];

	it.each(denials)('does not come again by itself after %s', async (title, code, how) => {
		const other = join(server.folder, 'other');
		makeKey(other, 'ed25519');
		const listener = await listen(rejecting(how.methods ?? []), other);
		try {
			const key = how.known === 'other' ? server.hostKey('ed25519') : other;
			const [type, blob] = readFileSync(`${key}.pub`, 'utf8').split(' ');
			const line = how.known === 'none' ? '' : `[127.0.0.1]:${listener.port} ${type} ${blob}\n`;
			writeFileSync(server.knownHosts, line);
			const fault = `${title}, ${transport}`;
			await underFaults({ guarantee: 10, fault, times: tries(1, 10) }, async () => {
				const before = listener.met();
				const host = await guest(listener.port, how.lines ?? [], how.asked?.());
				expect(errorOf(await host.exec(['true'])).code).toBe(code);
				await keepsAsking(host);
				expect(errorOf(await host.exec(['true'])).code).toBe(code);
				expect(listener.met() - before).toBe(1);
			});
		} finally {
			listener.close();
		}
	});

	it('knocks at most thirty times in an hour where nobody opens, and never in step', async () => {
		const knocks: number[] = [];
		const door = createServer(socket => {
			knocks.push(clock.now());
			socket.destroy();
		});
		await new Promise<void>(resolve => door.listen(0, '127.0.0.1', resolve));
		const { port } = door.address() as AddressInfo;
		server.trust(port);
		const gaps: string[] = [];
		try {
			const fault = `host down for 1 h, ${transport}`;
			await underFaults({ guarantee: 10, fault, times: tries(2, 6) }, async () => {
				const host = await guest(port, []);
				knocks.length = 0;
				const end = clock.now() + hour;
				while (clock.now() < end) {
					let settled = false;
					const asked = host.exec(['true']).finally(() => (settled = true));
					await clock.until(() => settled, { most: 120_000, step: 1000, moment: 2 });
					expect(errorOf(await asked).code).toBe('hostUnreachable');
					clock.pass(5000);
				}
				expect(knocks.length).toBeGreaterThan(5);
				expect(knocks.length).toBeLessThanOrEqual(30);
				gaps.push(knocks.map((at, i) => at - (knocks[i - 1] ?? at)).join());
			});
			expect(new Set(gaps).size).toBe(gaps.length);
		} finally {
			door.close();
		}
	});

	it('needs one connection and four sessions whatever is wanted, and leaves nothing when it goes', async () => {
		await server.stop();
		server = await SshServer.start({ config: ['MaxSessions 4'] });
		const proxy = await TcpProxy.start(server.port);
		const service = createServer(socket => socket.end('hello'));
		await new Promise<void>(resolve => service.listen(0, '127.0.0.1', resolve));
		try {
			server.trust(proxy.port);
			const here = foldersOfWindsock();
			const fault = `one connection, four sessions, nothing left, ${transport}`;
			await underFaults({ guarantee: 10, fault, times: tries(1, 10) }, async () => {
				const before = proxy.accepted;
				const host = await guest(proxy.port, []);
				const streams = [];
				for (let i = 0; i < 3; i++) {
					streams.push(valueOf(await host.open(['cat'])));
				}
				const target = { kind: 'tcp', port: (service.address() as AddressInfo).port } as const;
				const forward = valueOf(await host.forward(target));
				const path = (i: number): string => join(server.folder, `file${i}`);
				const wanted = Array.from({ length: 8 }, (_, i) => [
					host.exec(['echo', `${i}`]),
					host.writeFile(path(i), `${i}`),
					host.stat('/'),
				]).flat();
				const results = await Promise.all<Result<unknown>>(wanted);
				expect(results.flatMap(result => (result.ok ? [] : [result.error.details]))).toEqual([]);
				expect(await greeting(forward.port)).toBe('hello');
				expect(proxy.accepted - before).toBe(1);
				const sessions = sessionProcesses();
				expect(sessions.length).toBeGreaterThan(0);
				directory?.dispose();
				await until(
					() => sessions.every(pid => !existsSync(`/proc/${pid}`)),
					'the end of sessions',
				);
				await until(() => sessionProcesses().length === 0, 'the end of all');
				await until(() => foldersOfWindsock().join() === here.join(), 'the end of folders');
				expect(await greeting(forward.port)).toBe('refused');
			});
		} finally {
			service.close();
			await proxy.stop();
		}
	});
});

/** What runs under the server, session processes and the commands in them. */
function sessionProcesses(): readonly string[] {
	const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
		.trim()
		.split('\n')
		.map(line => line.trim().split(/\s+/));
	const found = new Set([readFileSync(join(server.folder, 'sshd.pid'), 'utf8').trim()]);
	for (let size = 0; size < found.size;) {
		size = found.size;
		for (const [pid = '', parent = ''] of all) {
			if (found.has(parent)) {
				found.add(pid);
			}
		}
	}
	return [...found].slice(1);
}

function foldersOfWindsock(): readonly string[] {
	return readdirSync(tmpdir()).filter(name => existsSync(join(tmpdir(), name, 'askpass')));
}

function greeting(port: number): Promise<string> {
	return new Promise(resolve => {
		let text = '';
		createConnection(port, '127.0.0.1')
			.on('data', data => (text += data.toString()))
			.on('error', () => resolve('refused'))
			.on('close', () => resolve(text));
	});
}
