import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageFor } from '../../../src/core/base/errorMessages';
import type { ConnectionPrompts } from '../../../src/core/hosts/hostDirectory';
import type { Host } from '../../../src/core/hosts/host';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { directoryFor, hostNamed, prompts } from '../../support/sshHosts';
import { makeKey, SshServer, type SshServerOptions } from '../../support/sshServer';
import { TcpProxy } from '../../support/tcpProxy';
import { until } from './hostContract';
import { errorOf, valueOf } from '../../support/results';

let server: SshServer;
let directory: NodeHostDirectory | undefined;
let before: readonly string[];

const system = { settingsFor: () => ({ transport: 'system' }) as const };

const connectionFolders = (): readonly string[] =>
	readdirSync(tmpdir()).filter(name => existsSync(join(tmpdir(), name, 'askpass')));

beforeEach(async () => {
	before = connectionFolders();
	server = await SshServer.start();
	server.trust();
});
afterEach(async () => {
	directory?.dispose();
	directory = undefined;
	await server.stop();
	await until(
		() => connectionFolders().every(name => before.includes(name)),
		'the end of the private folders',
	);
});

async function restart(options: SshServerOptions): Promise<void> {
	await server.stop();
	server = await SshServer.start(options);
	server.trust();
}

async function box(
	lines: readonly string[] = [],
	options: Partial<Parameters<typeof directoryFor>[1]> = {},
): Promise<Host> {
	directory = directoryFor(server.writeConfig('box', lines), options);
	return await hostNamed(directory, 'box');
}

function logins(): number {
	return server.log
		.split('\n')
		.filter(line => /^(Accepted|Failed) (publickey|password|keyboard)/.test(line)).length;
}

/** Connections that clients made; the server's start itself makes one. */
function connections(): number {
	return server.log.split('\n').filter(line => line.startsWith('Connection from')).length - 1;
}

function sign(key: string, authority: string, words: readonly string[]): void {
	execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'test', ...words, `${key}.pub`]);
}

describe('what only OpenSSH can do is done by the ssh program, chosen before a word is sent', () => {
	it('logs in by a user certificate where the server takes nothing else', async () => {
		await restart({ config: ['TrustedUserCAKeys FOLDER/authority.pub'] });
		const authority = join(server.folder, 'authority');
		makeKey(authority, 'ed25519');
		writeFileSync(join(server.folder, 'authorized_keys'), '');
		sign(server.clientKey, authority, ['-n', server.user]);
		const host = await box();
		valueOf(await host.writeFile(join(server.folder, 'by-certificate'), 'x'));
		expect(host.transport).toEqual({ kind: 'system', reason: 'for your certificate' });
		expect(server.log).toMatch(/Accepted publickey .* ED25519-CERT/);
		expect(connections()).toBe(1);
	});

	it('logs in by a certificate that only the agent holds', async () => {
		await restart({ config: ['TrustedUserCAKeys FOLDER/authority.pub'] });
		const authority = join(server.folder, 'authority');
		makeKey(authority, 'ed25519');
		sign(server.clientKey, authority, ['-n', server.user]);
		writeFileSync(join(server.folder, 'authorized_keys'), '');
		const socket = join(server.folder, 'agent.sock');
		const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
		try {
			await until(() => existsSync(socket), 'the agent');
			execFileSync('ssh-add', ['-q', server.clientKey], {
				env: { ...process.env, SSH_AUTH_SOCK: socket },
			});
			rmSync(`${server.clientKey}-cert.pub`);
			const host = await box(['IdentitiesOnly no', `IdentityAgent ${socket}`]);
			valueOf(await host.exec(['true']));
			expect(host.transport?.reason).toBe('for a certificate in your agent');
		} finally {
			agent.kill();
		}
	});

	it('trusts a host by the authority that signed its key', async () => {
		await restart({ config: ['HostCertificate FOLDER/host_ed25519-cert.pub'] });
		const authority = join(server.folder, 'authority');
		makeKey(authority, 'ed25519');
		sign(server.hostKey('ed25519'), authority, ['-h', '-n', '127.0.0.1']);
		await server.halt();
		await server.resume();
		const key = readFileSync(`${authority}.pub`, 'utf8');
		writeFileSync(server.knownHosts, `@cert-authority [127.0.0.1]:${server.port} ${key}`);
		const host = await box();
		valueOf(await host.exec(['true']));
		expect(host.transport?.reason).toBe('for the certificate of the host');
	});

	it('goes through a ProxyCommand', async () => {
		const port = String(server.port);
		const relay = `const s=require('net').connect(${port},'127.0.0.1');process.stdin.pipe(s).pipe(process.stdout)`;
		const file = join(server.folder, 'relay.js');
		writeFileSync(file, relay);
		const host = await box([`ProxyCommand ${process.execPath} ${file}`]);
		expect(valueOf(await host.exec(['echo', 'through'])).stdout).toBe('through\n');
		expect(host.transport?.reason).toBe('for its ProxyCommand');
	});

	it('switches once when the two cannot agree on a key exchange, before any login', async () => {
		await restart({ config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] });
		const host = await box();
		const start = performance.now();
		valueOf(await host.exec(['true']));
		expect(performance.now() - start).toBeLessThan(5000);
		expect(host.transport?.kind).toBe('system');
		expect(host.transport?.reason).toContain('key exchange');
		expect([logins(), connections()]).toEqual([1, 2]);
	});

	it('knows a key exchange that the config asks for', async () => {
		await restart({ config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] });
		const host = await box(['KexAlgorithms sntrup761x25519-sha512@openssh.com']);
		valueOf(await host.exec(['true']));
		expect(connections()).toBe(1);
	});

	it('never switches after a denial, and obeys a setting either way', async () => {
		writeFileSync(join(server.folder, 'authorized_keys'), '');
		const host = await box([], { prompts: prompts({}) });
		expect(errorOf(await host.exec(['true'])).code).toBe('authenticationFailed');
		expect(host.transport).toEqual({ kind: 'ssh2', reason: 'built in' });
		expect(connections()).toBe(1);
		directory?.dispose();
		await restart({ config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] });
		const forced = await box([], { settingsFor: () => ({ transport: 'ssh2' }) });
		expect(errorOf(await forced.exec(['true'])).code).toBe('hostUnsupported');
		expect(connections()).toBe(1);
	});

	it('says so where the program is missing', async () => {
		const file = server.writeConfig('box');
		directory = directoryFor(file, { ...system, sshProgram: '/nowhere/ssh' });
		const error = errorOf(await (await hostNamed(directory, 'box')).exec(['true']));
		expect(error.code).toBe('hostUnsupported');
		expect(messageFor(error)).toMatch(/OpenSSH program “ssh”.*not on this machine/);
	});
});

describe('the ssh program asks through our own prompts', () => {
	it('asks about an unknown key with its fingerprint, and OpenSSH remembers it', async () => {
		rmSync(server.knownHosts);
		const asked: unknown[] = [];
		const host = await box(['HashKnownHosts no'], {
			...system,
			prompts: prompts({
				confirmHostKey: question => {
					asked.push(question);
					return Promise.resolve(true);
				},
			}),
		});
		valueOf(await host.exec(['true']));
		expect(asked).toMatchObject([
			{ host: 'box', keyType: 'ED25519', fingerprint: server.fingerprint() },
		]);
		expect(readFileSync(server.knownHosts, 'utf8')).toContain(server.publicHostKey());
	});

	it('takes a no for an answer: nothing is sent, stored or asked again', async () => {
		rmSync(server.knownHosts);
		let asked = 0;
		const declining = prompts({ confirmHostKey: () => Promise.resolve(++asked < 0) });
		const host = await box([], { ...system, prompts: declining });
		expect(errorOf(await host.exec(['true'])).code).toBe('cancelled');
		expect(errorOf(await host.exec(['true'])).code).toBe('cancelled');
		expect([asked, logins(), connections()]).toEqual([1, 0, 1]);
		expect(existsSync(server.knownHosts)).toBe(false);
	});

	it('asks for a passphrase until it is right, and takes a declined one for a no', async () => {
		const key = join(server.folder, 'locked');
		makeKey(key, 'ed25519', 'open sesame');
		writeFileSync(join(server.folder, 'authorized_keys'), readFileSync(`${key}.pub`));
		const lines = ['IdentityFile none', `IdentityFile ${key}`];
		const answers = ['wrong', 'open sesame', undefined];
		const asked: Parameters<ConnectionPrompts['askSecret']>[0][] = [];
		const askSecret: ConnectionPrompts['askSecret'] = question => {
			asked.push(question);
			return Promise.resolve(answers.shift());
		};
		const host = await box(lines, { ...system, prompts: prompts({ askSecret }) });
		valueOf(await host.exec(['true']));
		expect(asked.map(({ kind, echo }) => [kind, echo])).toEqual([
			['passphrase', false],
			['passphrase', false],
		]);
		expect(asked[0]?.prompt).toContain(key);
		directory?.dispose();
		const declined = await box(lines, { ...system, prompts: prompts({ askSecret }) });
		expect(errorOf(await declined.exec(['true'])).code).toBe('cancelled');
		await declined.exec(['true']);
		expect([asked.length, logins()]).toEqual([3, 1]);
	});

	it('refuses a changed key and does not try again', async () => {
		await server.changeHostKey();
		const host = await box([], { ...system, prompts: prompts({}) });
		const already = connections();
		const error = errorOf(await host.exec(['true']));
		expect(error.code).toBe('hostKeyChanged');
		expect(error.details['fingerprint']).toBe(server.fingerprint());
		await host.exec(['true']);
		expect([connections() - already, logins()]).toEqual([1, 0]);
	});

	it('names what the server takes when all is refused, and does not try again', async () => {
		writeFileSync(join(server.folder, 'authorized_keys'), '');
		const host = await box([], { ...system, prompts: prompts({}) });
		const error = errorOf(await host.exec(['true']));
		expect(error).toMatchObject({
			code: 'authenticationFailed',
			details: { reason: 'it takes: publickey' },
		});
		await host.exec(['true']);
		expect(connections()).toBe(1);
	});
});

describe('the link by the ssh program', () => {
	let proxy: TcpProxy;
	afterEach(() => proxy.stop());

	async function linked(deadAfter = 16_000): Promise<Host> {
		proxy = await TcpProxy.start(server.port);
		server.trust(proxy.port);
		directory = directoryFor(server.writeConfig('box', [], proxy.port), {
			...system,
			timing: { deadAfter, graceAfterSleep: 4000 },
		});
		return await hostNamed(directory, 'box');
	}

	it('ends every kind of operation when it is reset, and is made again by the next one', async () => {
		const host = await linked();
		const stream = valueOf(await host.open(['cat']));
		const closed = new Promise(stream.onClose);
		const exec = host.exec(['sleep', '300']);
		await until(() => server.log.split('Starting session: command').length > 2, 'the command');
		writeFileSync(join(server.folder, 'big'), Buffer.alloc(8_000_000, 7));
		let reading = false;
		const onProgress = (): void => {
			if (!reading) {
				reading = true;
				proxy.reset();
			}
		};
		const back = join(server.folder, 'back');
		const download = host.download(join(server.folder, 'big'), back, { onProgress });
		expect(errorOf(await exec).code).toBe('connectionLost');
		expect(errorOf(await download).code).toBe('connectionLost');
		expect(await closed).toEqual({});
		valueOf(await host.exec(['true']));
		expect(proxy.accepted).toBe(2);
	});

	it('is dead when it is frozen, and nothing hangs on it', async () => {
		const host = await linked(4000);
		valueOf(await host.exec(['true']));
		valueOf(await host.stat('/'));
		proxy.freeze();
		const start = performance.now();
		const results = await Promise.all([host.exec(['true']), host.stat('/'), host.open(['cat'])]);
		expect(results.map(result => errorOf(result).code)).toEqual(
			results.map(() => 'connectionLost'),
		);
		expect(performance.now() - start).toBeLessThan(16_000);
		proxy.thaw();
		valueOf(await host.exec(['true']));
	});

	it('gives up at once when it is aborted while it is being made', async () => {
		const host = await linked();
		proxy.freeze();
		const controller = new AbortController();
		const running = host.exec(['true'], { signal: controller.signal });
		await until(() => proxy.accepted === 1, 'the connection');
		controller.abort();
		const start = performance.now();
		expect(errorOf(await running).code).toBe('cancelled');
		expect(performance.now() - start).toBeLessThan(1000);
	});

	it('is one connection for all operations', async () => {
		const host = await linked();
		const outputs = await Promise.all(Array.from({ length: 6 }, () => host.exec(['echo', 'x'])));
		valueOf(await host.stat('/'));
		expect(outputs.map(output => valueOf(output).stdout)).toEqual(outputs.map(() => 'x\n'));
		expect(proxy.accepted).toBe(1);
		expect(logins()).toBe(1);
	});
});
