import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2, { type Connection, type KeyboardAuthContext } from 'ssh2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageFor } from '../../../src/core/base/errorMessages';
import type { ConnectionPrompts } from '../../../src/core/hosts/hostDirectory';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { directoryFor, hostNamed, prompts } from '../../support/sshHosts';
import { makeKey, SshServer } from '../../support/sshServer';
import { until } from './hostContract';
import { errorOf, valueOf } from '../../support/results';

type Question = Parameters<ConnectionPrompts['askSecret']>[0];

let server: SshServer;
let directory: NodeHostDirectory | undefined;

beforeEach(async () => {
	server = await SshServer.start();
	server.trust();
});
afterEach(async () => {
	directory?.dispose();
	directory = undefined;
	await server.stop();
});

/** Answers in order; declines when they run out. */
function answering(answers: readonly string[], asked: Question[]): ConnectionPrompts {
	return prompts({
		askSecret: question => {
			asked.push(question);
			return Promise.resolve(answers[asked.length - 1]);
		},
	});
}

function authorize(...keys: readonly string[]): void {
	const lines = keys.map(key => readFileSync(`${key}.pub`, 'utf8'));
	writeFileSync(join(server.folder, 'authorized_keys'), lines.join(''));
}

function count(pattern: RegExp): number {
	return server.log.split('\n').filter(line => pattern.test(line)).length;
}

describe('logging in by key', () => {
	it('asks for a passphrase until it is right', async () => {
		const key = join(server.folder, 'locked');
		makeKey(key, 'ed25519', 'open sesame');
		authorize(key);
		const asked: Question[] = [];
		const file = server.writeConfig('box', ['IdentityFile none', `IdentityFile ${key}`]);
		directory = directoryFor(file, { prompts: answering(['wrong', 'open sesame'], asked) });
		valueOf(await (await hostNamed(directory, 'box')).exec(['true']));
		expect(asked.map(({ host, kind, echo, isRepeated }) => [host, kind, echo, isRepeated])).toEqual(
			[
				['box', 'passphrase', false, false],
				['box', 'passphrase', false, true],
			],
		);
		expect(asked[0]?.prompt).toContain(key);
	});

	it('asks for no passphrase of a key that the server would not take', async () => {
		const locked = join(server.folder, 'locked');
		makeKey(locked, 'rsa', 'open sesame');
		rmSync(`${locked}.pub`);
		const file = server.writeConfig('box', [`IdentityFile ${locked}`]);
		directory = directoryFor(file, { prompts: prompts({}) });
		valueOf(await (await hostNamed(directory, 'box')).exec(['true']));
		expect(count(/Accepted publickey/)).toBe(1);
	});

	it('takes a declined passphrase for a no and does not ask again', async () => {
		const key = join(server.folder, 'locked');
		makeKey(key, 'ed25519', 'open sesame');
		authorize(key);
		const asked: Question[] = [];
		const file = server.writeConfig('box', ['IdentityFile none', `IdentityFile ${key}`]);
		directory = directoryFor(file, { prompts: answering([], asked) });
		const host = await hostNamed(directory, 'box');
		expect(errorOf(await host.exec(['true'])).code).toBe('cancelled');
		expect(errorOf(await host.exec(['true'])).code).toBe('cancelled');
		expect(asked.length).toBe(1);
	});

	it.each(['rsa', 'ecdsa', 'ed25519'] as const)('uses %s keys', async type => {
		const key = join(server.folder, `key_${type}`);
		makeKey(key, type);
		authorize(key);
		directory = directoryFor(
			server.writeConfig('box', ['IdentityFile none', `IdentityFile ${key}`]),
		);
		valueOf(await (await hostNamed(directory, 'box')).stat('/'));
	});

	it('offers the named keys of the agent first and no other with IdentitiesOnly', async () => {
		const socket = join(server.folder, 'agent.sock');
		const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
		try {
			await until(() => execSafely('ssh-add', ['-l'], socket) !== undefined, 'the agent');
			const others = Array.from({ length: 7 }, (_, i) => join(server.folder, `other${i}`));
			const right = join(server.folder, 'right');
			for (const key of [...others, right]) {
				makeKey(key, 'ed25519');
				execSafely('ssh-add', ['-q', key], socket);
			}
			authorize(right);
			const known = ['IdentityFile none', `IdentityFile ${right}`, `IdentityAgent ${socket}`];
			const file = server.writeConfig('box', ['IdentitiesOnly no', ...known]);
			rmSync(right);
			directory = directoryFor(file);
			valueOf(await (await hostNamed(directory, 'box')).stat('/'));
			expect(count(/Failed publickey/)).toBe(0);

			server.writeConfig('only', [`IdentityAgent ${socket}`]);
			const refused = errorOf(await (await hostNamed(directory, 'only')).stat('/'));
			expect(refused.code).toBe('authenticationFailed');

			const many = ['IdentitiesOnly no', 'IdentityFile none', `IdentityAgent ${socket}`];
			server.writeConfig('many', many);
			const error = errorOf(await (await hostNamed(directory, 'many')).stat('/'));
			expect(error.code).toBe('authenticationFailed');
		} finally {
			agent.kill();
		}
	});

	it('names what the server takes when all is refused, and does not try again by itself', async () => {
		authorize();
		directory = directoryFor(server.writeConfig('box'), { prompts: prompts({}) });
		const host = await hostNamed(directory, 'box');
		const error = errorOf(await host.exec(['true']));
		expect(error).toMatchObject({ code: 'authenticationFailed', details: { host: 'box' } });
		expect(messageFor(error)).toContain('publickey');
		await host.stat('/');
		await host.exec(['true']);
		expect(count(/^Connection from/)).toBe(2 - 1 + waitingProbe);
		authorize(server.clientKey);
		expect((await host.exec(['true'])).ok).toBe(false);
		directory.allowRetry('box');
		valueOf(await host.exec(['true']));
	});
});

/** `SshServer.start` itself connects once to see that the server listens. */
const waitingProbe = 1;

function execSafely(command: string, args: readonly string[], socket: string): string | undefined {
	try {
		const env = { ...process.env, SSH_AUTH_SOCK: socket };
		return execFileSync(command, args, { env, stdio: 'pipe' }).toString();
	} catch (error) {
		// ssh-add -l exits 1 when the agent holds no key yet.
		return error instanceof Error && 'status' in error && error.status === 1 ? '' : undefined;
	}
}

/** Ways to log in that sshd takes only from real accounts: here ssh2's own server plays them. */
describe('logging in by answers', () => {
	let port = 0;
	let played: InstanceType<typeof ssh2.Server>;
	let connections: number;

	const play = async (onLogin: (client: Connection) => void): Promise<string> => {
		connections = 0;
		const hostKeys = [readFileSync(server.hostKey('ed25519'))];
		played = new ssh2.Server({ hostKeys }, client => {
			connections++;
			client.on('error', () => {});
			client.on('ready', () =>
				client.on('session', accept => {
					accept().on('exec', (acceptExec, _reject, { command }) => {
						const sentinel = /windsock-[0-9a-f]{16}/.exec(command)?.[0] ?? '';
						const channel = acceptExec();
						channel.write(`${sentinel}\nplayed\n`);
						channel.stderr.write(`${sentinel} 99\n`);
						channel.exit(0);
						channel.end();
					});
				}),
			);
			onLogin(client);
		});
		await new Promise<void>(resolve => played.listen(0, '127.0.0.1', resolve));
		const address = played.address();
		port = typeof address === 'object' && address !== null && 'port' in address ? address.port : 0;
		server.trust(port);
		return server.writeConfig('box', ['IdentityFile none', 'User me'], port);
	};
	afterEach(() => void played.close());

	it('asks for the password, three times at most', async () => {
		const file = await play(client =>
			client.on('authentication', context =>
				context.method === 'password' && context.password === 'third'
					? context.accept()
					: context.reject(['password']),
			),
		);
		const asked: Question[] = [];
		directory = directoryFor(file, { prompts: answering(['first', 'second', 'third'], asked) });
		const host = await hostNamed(directory, 'box');
		expect(valueOf(await host.exec(['true'])).stdout).toBe('played\n');
		expect(asked.map(({ kind, prompt }) => [kind, prompt])).toEqual(
			Array.from({ length: 3 }, () => ['password', 'Password of me@127.0.0.1']),
		);
		directory.dispose();
		directory = directoryFor(file, { prompts: answering(['a', 'b', 'c', 'third'], []) });
		const refused = await hostNamed(directory, 'box');
		expect(errorOf(await refused.exec(['true'])).code).toBe('authenticationFailed');
	});

	it('answers several rounds of questions after a first factor', async () => {
		const rounds = [
			[{ prompt: 'Password: ', echo: false }],
			[
				{ prompt: 'Code: ', echo: true },
				{ prompt: 'PIN: ', echo: false },
			],
		];
		const given: string[][] = [];
		const askRounds = (context: KeyboardAuthContext, round: number): void =>
			context.prompt(rounds[round] ?? [], answers => {
				given.push(answers);
				if (round + 1 < rounds.length) {
					askRounds(context, round + 1);
				} else {
					context.accept();
				}
			});
		let passed = false;
		const file = await play(client =>
			client.on('authentication', context => {
				if (context.method === 'password' && context.password === 'first') {
					passed = true;
					context.reject(['keyboard-interactive'], true);
				} else if (context.method === 'keyboard-interactive' && passed) {
					askRounds(context, 0);
				} else {
					context.reject(['password']);
				}
			}),
		);
		const asked: Question[] = [];
		directory = directoryFor(file, {
			prompts: answering(['first', 'second', '123456', '0000'], asked),
		});
		valueOf(await (await hostNamed(directory, 'box')).exec(['true']));
		expect(given).toEqual([['second'], ['123456', '0000']]);
		expect(asked.map(({ kind, echo }) => [kind, echo])).toEqual([
			['password', false],
			['answer', false],
			['answer', true],
			['answer', false],
		]);
	});

	it('stops at a declined answer without trying another way or again', async () => {
		const file = await play(client =>
			client.on('authentication', context =>
				context.method === 'keyboard-interactive'
					? context.prompt([{ prompt: 'Code: ', echo: true }], () =>
							context.reject(['keyboard-interactive', 'password']),
						)
					: context.reject(['keyboard-interactive', 'password']),
			),
		);
		const asked: Question[] = [];
		directory = directoryFor(file, { prompts: answering([], asked) });
		const host = await hostNamed(directory, 'box');
		expect(errorOf(await host.exec(['true'])).code).toBe('cancelled');
		expect(errorOf(await host.stat('/')).code).toBe('cancelled');
		expect([asked.length, connections]).toEqual([1, 1]);
	});

	it('asks nothing where nobody sits', async () => {
		const file = await play(client =>
			client.on('authentication', context => context.reject(['password'])),
		);
		directory = directoryFor(file);
		const error = errorOf(await (await hostNamed(directory, 'box')).exec(['true']));
		expect(error).toMatchObject({
			code: 'authenticationFailed',
			details: { reason: 'it takes: password' },
		});
	});
});
