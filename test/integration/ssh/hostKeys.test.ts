import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageFor } from '../../../src/core/base/errorMessages';
import type { ConnectionPrompts } from '../../../src/core/hosts/hostDirectory';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { directoryFor, hostNamed, prompts } from '../../support/sshHosts';
import { SshServer } from '../../support/sshServer';
import { errorOf, valueOf } from '../../support/results';

type Question = Parameters<ConnectionPrompts['confirmHostKey']>[0];

let server: SshServer;
let directory: NodeHostDirectory | undefined;

beforeEach(async () => {
	server = await SshServer.start();
});
afterEach(async () => {
	directory?.dispose();
	directory = undefined;
	await server.stop();
});

/** Log lines of sshd that tell of a client that went as far as naming a user or a key. */
function loginAttempts(): readonly string[] {
	return server.log
		.split('\n')
		.filter(line => /Accepted|Failed|Postponed|userauth|invalid user|\[preauth\].*user/i.test(line))
		.filter(line => !/Connection closed by 127|Bad packet/.test(line));
}

function connections(): number {
	return server.log.split('\n').filter(line => line.startsWith('Connection from')).length;
}

const connect = (lines: readonly string[], asked: Question[], answer: boolean) => {
	directory = directoryFor(server.writeConfig('box', lines), {
		prompts: prompts({
			confirmHostKey: question => {
				asked.push(question);
				return Promise.resolve(answer);
			},
		}),
	});
	return hostNamed(directory, 'box');
};

describe('host keys', () => {
	it('refuses a changed key before any word about the user, and does not try again', async () => {
		server.trust();
		await server.changeHostKey();
		const before = { connections: connections(), logins: loginAttempts().length };
		directory = directoryFor(server.writeConfig('box'), { prompts: prompts({}) });
		const host = await hostNamed(directory, 'box');
		const error = errorOf(await host.exec(['true']));
		expect(error.code).toBe('hostKeyChanged');
		expect(error.details).toMatchObject({
			host: 'box',
			fingerprint: server.fingerprint(),
			lookup: `[127.0.0.1]:${server.port}`,
		});
		expect(messageFor(error)).toContain(`ssh-keygen -R "[127.0.0.1]:${server.port}"`);
		expect(errorOf(await host.stat('/')).code).toBe('hostKeyChanged');
		expect(connections() - before.connections).toBe(1);
		expect(loginAttempts().length).toBe(before.logins);
		expect(host.linkState).toBe('disconnected');
	});

	it('asks about an unknown key with its fingerprint and remembers the answer', async () => {
		const asked: Question[] = [];
		const host = await connect(['HashKnownHosts no'], asked, true);
		valueOf(await host.exec(['true']));
		expect(asked).toEqual([
			{
				host: 'box',
				address: `${server.user}@127.0.0.1:${server.port}`,
				keyType: 'ssh-ed25519',
				fingerprint: server.fingerprint(),
			},
		]);
		const lines = readFileSync(server.knownHosts, 'utf8').split('\n');
		expect(lines).toEqual([`[127.0.0.1]:${server.port} ${server.publicHostKey()}`, '']);
		expect(statSync(server.knownHosts).mode & 0o777).toBe(0o600);
		directory?.dispose();
		const again = await connect([], asked, false);
		valueOf(await again.exec(['true']));
		expect(asked.length).toBe(1);
	});

	it('hashes the name when HashKnownHosts says so, and ssh finds it', async () => {
		writeFileSync(server.knownHosts, '# no line end');
		const host = await connect(['HashKnownHosts yes'], [], true);
		valueOf(await host.exec(['true']));
		const text = readFileSync(server.knownHosts, 'utf8');
		expect(text).toMatch(/^# no line end\n\|1\|[^ ]+ ssh-ed25519 [^ ]+\n$/);
		const name = `[127.0.0.1]:${server.port}`;
		const found = execFileSync('ssh-keygen', ['-F', name, '-f', server.knownHosts]).toString();
		expect(found).toContain('found: line 2');
		execFileSync('ssh', [
			'-F',
			join(server.folder, 'ssh_config'),
			'-o',
			'BatchMode=yes',
			'box',
			'true',
		]);
	});

	it('takes a no for an answer: nothing is sent, stored or asked again', async () => {
		const asked: Question[] = [];
		const host = await connect([], asked, false);
		expect(errorOf(await host.exec(['true'])).code).toBe('cancelled');
		expect(errorOf(await host.exec(['true'])).code).toBe('cancelled');
		expect(asked.length).toBe(1);
		expect(existsSync(server.knownHosts)).toBe(false);
		expect(loginAttempts()).toEqual([]);
		directory?.allowRetry('box');
		expect(errorOf(await host.exec(['true'])).code).toBe('cancelled');
		expect(asked.length).toBe(2);
	});

	it('fails with the fingerprint and the command to run where nobody can be asked', async () => {
		const file = server.writeConfig('box');
		directory = directoryFor(file);
		const host = await hostNamed(directory, 'box');
		const error = errorOf(await host.exec(['true']));
		expect(error.code).toBe('hostKeyUnknown');
		expect(messageFor(error)).toContain(server.fingerprint());
		expect(messageFor(error)).toContain(`ssh -F ${file} box`);
		expect(loginAttempts()).toEqual([]);
	});

	it('obeys StrictHostKeyChecking yes and accept-new without asking', async () => {
		const strict = await connect(['StrictHostKeyChecking yes'], [], true);
		expect(errorOf(await strict.exec(['true'])).code).toBe('hostKeyUnknown');
		directory?.dispose();
		rmSync(join(server.folder, 'ssh_config'));
		directory = directoryFor(server.writeConfig('box', ['StrictHostKeyChecking accept-new']));
		valueOf(await (await hostNamed(directory, 'box')).exec(['true']));
		expect(readFileSync(server.knownHosts, 'utf8')).toContain(server.publicHostKey());
	});

	it('asks once for several operations at the same time and through rekeys', async () => {
		await server.stop();
		server = await SshServer.start({ config: ['RekeyLimit 1M'] });
		const asked: Question[] = [];
		const host = await connect([], asked, true);
		const data = new Uint8Array(6_000_000).fill(7);
		const path = join(server.folder, 'rekeyed');
		const results = await Promise.all([
			host.writeFile(path, data),
			host.exec(['true']),
			host.stat('/'),
		]);
		expect(results.map(result => result.ok)).toEqual([true, true, true]);
		expect(statSync(path).size).toBe(6_000_000);
		expect(asked.length).toBe(1);
	});

	it('asks a host of several keys for the type that is known', async () => {
		await server.stop();
		server = await SshServer.start({ hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'] });
		for (const type of ['rsa', 'ecdsa', 'ed25519'] as const) {
			const line = `[127.0.0.1]:${server.port} ${server.publicHostKey(type)}\n`;
			writeFileSync(server.knownHosts, line);
			rmSync(join(server.folder, 'ssh_config'), { force: true });
			directory = directoryFor(server.writeConfig('box'));
			valueOf(await (await hostNamed(directory, 'box')).exec(['true']));
			directory.dispose();
		}
	});
});
