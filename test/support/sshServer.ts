import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

export interface SshServerOptions {
	/** Lines for sshd_config; `FOLDER` stands for the server's folder. */
	readonly config?: readonly string[];
	readonly hostKeyTypes?: readonly KeyType[];
	/** Port to say in the ssh config instead of the server's: that of a proxy before it. */
	readonly listen?: number;
}

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

/** A throw-away sshd on a loopback port, run as the current user, with everything a client needs. */
export class SshServer {
	readonly user = userInfo().username;
	#process: ChildProcess | undefined;

	private constructor(
		/** Holds every file of the server; removed by `stop`. */
		readonly folder: string,
		readonly port: number,
		readonly options: SshServerOptions,
	) {}

	static async start(options: SshServerOptions = {}): Promise<SshServer> {
		const folder = mkdtempSync(join(tmpdir(), 'windsock-ssh-'));
		const port = options.listen ?? (await freePort());
		const server = new SshServer(folder, port, options);
		for (const type of options.hostKeyTypes ?? ['ed25519']) {
			makeKey(server.hostKey(type), type);
		}
		makeKey(server.clientKey, 'ed25519');
		writeFileSync(join(folder, 'authorized_keys'), readFileSync(`${server.clientKey}.pub`), {
			mode: 0o600,
		});
		await server.#launch();
		return server;
	}

	get clientKey(): string {
		return join(this.folder, 'client_key');
	}

	get knownHosts(): string {
		return join(this.folder, 'known_hosts');
	}

	/** What sshd wrote so far, at level VERBOSE. */
	get log(): string {
		const file = join(this.folder, 'sshd.log');
		return existsSync(file) ? readFileSync(file, 'utf8') : '';
	}

	hostKey(type: KeyType): string {
		return join(this.folder, `host_${type}`);
	}

	publicHostKey(type: KeyType = 'ed25519'): string {
		return readFileSync(`${this.hostKey(type)}.pub`, 'utf8')
			.split(' ')
			.slice(0, 2)
			.join(' ');
	}

	/** As the owner of the host would read it out. */
	fingerprint(type: KeyType = 'ed25519'): string {
		const text = execFileSync('ssh-keygen', ['-lf', `${this.hostKey(type)}.pub`], {
			encoding: 'utf8',
		});
		return text.split(' ')[1] ?? '';
	}

	/** Makes the host known, under the port that clients use. */
	trust(port = this.port): void {
		writeFileSync(this.knownHosts, `[127.0.0.1]:${port} ${this.publicHostKey()}\n`, {
			mode: 0o600,
		});
	}

	/** Writes an ssh config with one alias and returns its path. Lines given come first and win. */
	writeConfig(alias: string, lines: readonly string[] = [], port = this.port): string {
		const file = join(this.folder, 'ssh_config');
		const own = [
			'HostName 127.0.0.1',
			`Port ${port}`,
			`User ${this.user}`,
			...(lines.includes('IdentityFile none') ? [] : [`IdentityFile ${this.clientKey}`]),
			'IdentitiesOnly yes',
			'IdentityAgent none',
			`UserKnownHostsFile ${this.knownHosts}`,
			'GlobalKnownHostsFile /dev/null',
		];
		const body = [...lines, ...own].map(line => `\t${line}`).join('\n');
		const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
		writeFileSync(file, `${before}Host ${alias}\n${body}\n\n`);
		return file;
	}

	/** Another host key at the same address: what a listener in the middle looks like. */
	async changeHostKey(): Promise<void> {
		await this.halt();
		rmSync(this.hostKey('ed25519'));
		rmSync(`${this.hostKey('ed25519')}.pub`);
		makeKey(this.hostKey('ed25519'), 'ed25519');
		await this.#launch();
	}

	/** Listens again after `halt`, with the keys and certificates that are there now. */
	async resume(): Promise<void> {
		await this.#launch();
	}

	async halt(): Promise<void> {
		const running = this.#process;
		this.#process = undefined;
		if (running !== undefined && running.exitCode === null && running.signalCode === null) {
			const ended = new Promise(resolve => running.once('exit', resolve));
			running.kill('SIGTERM');
			await ended;
		}
	}

	async stop(): Promise<void> {
		await this.halt();
		rmSync(this.folder, { recursive: true, force: true });
	}

	async #launch(): Promise<void> {
		const program = sshdProgram();
		if (process.getuid?.() === 0) {
			mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
		}
		const config = join(this.folder, 'sshd_config');
		const types = this.options.hostKeyTypes ?? ['ed25519'];
		writeFileSync(
			config,
			[
				...(this.options.config ?? []).map(line => line.replaceAll('FOLDER', this.folder)),
				`Port ${this.port}`,
				'ListenAddress 127.0.0.1',
				...types.map(type => `HostKey ${this.hostKey(type)}`),
				`AuthorizedKeysFile ${join(this.folder, 'authorized_keys')}`,
				`PidFile ${join(this.folder, 'sshd.pid')}`,
				'StrictModes no',
				'UsePAM no',
				'PasswordAuthentication no',
				'KbdInteractiveAuthentication no',
				'LogLevel VERBOSE',
				'Subsystem sftp internal-sftp',
				'',
			].join('\n'),
		);
		const log = join(this.folder, 'sshd.log');
		this.#process = spawn(program, ['-D', '-f', config, '-E', log], { stdio: 'ignore' });
		await waitForPort(this.port, () => `sshd did not start:\n${this.log}`);
	}
}

function sshdProgram(): string {
	const found = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find(existsSync);
	if (found === undefined) {
		throw new Error('no sshd on this machine; install it: apt-get install -y openssh-server');
	}
	return found;
}

export function makeKey(file: string, type: KeyType, passphrase = ''): void {
	execFileSync('ssh-keygen', [
		'-q',
		'-t',
		type,
		'-N',
		passphrase,
		'-C',
		'windsock test',
		'-f',
		file,
	]);
}

export async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	await new Promise(resolve => server.close(resolve));
	return typeof address === 'object' && address !== null ? address.port : 0;
}

export async function waitForPort(port: number, reason: () => string): Promise<void> {
	const end = Date.now() + 10_000;
	while (Date.now() < end) {
		const connected = await new Promise<boolean>(resolve => {
			const socket = createConnection(port, '127.0.0.1');
			socket.once('error', () => resolve(false));
			// The first word of the server, so that its log has no line about a client that left.
			socket.once('data', () => {
				socket.destroy();
				resolve(true);
			});
		});
		if (connected) {
			return;
		}
		await new Promise(resolve => setTimeout(resolve, 20));
	}
	throw new Error(reason());
}
