import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import type { SFTPWrapper } from 'ssh2';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { HostTransport } from '../../core/hosts/host';
import { onAbort } from './abort';
import { wallClock } from './clock';
import { cancelled, commandFailed, connectionLost } from './hostErrors';
import { loginShellCommand } from './shellQuote';
import type { SshConnectionPorts } from './sshConnection';
import { longestSilence, Patience } from './patience';
import { defaultConnectTimeout, unreachable } from './sshDial';
import type { SshTarget } from './sshTarget';
import { type CommandChannel, type DialTarget, SshTransport } from './sshTransport';
import { SystemAskpass } from './systemAskpass';
import { marked, SystemChannel } from './systemChannel';
import { failureOf } from './systemFailure';
import { filesOver } from './systemFiles';
import { SystemMaster } from './systemMaster';
import { channelWords, dialWords } from './systemProgram';
import { SystemQuestions } from './systemQuestions';
import { WakeWatch } from './wakeWatch';

/** Unix sockets have short names: ssh adds 17 characters of its own to one of about 104. */
const longestFolder = 60;

/** Milliseconds for the end of a process whose channels fail. */
const lastWords = 300;

/** Milliseconds between looks for the control socket. */
const lookEvery = 15;

/**
 * A connection by the machine's own ssh program: one process holds it and logs in, each channel is
 * a process that joins it by a control socket in a private folder.
 */
export class SystemConnection extends SshTransport {
	readonly kind = 'system';
	readonly #wake: WakeWatch;
	#sockets = 0;

	private constructor(
		target: SshTarget,
		readonly program: string,
		readonly folder: string,
		readonly master: SystemMaster,
		readonly ports: SshConnectionPorts,
	) {
		super(target, ports.timing.clock);
		this.#wake = new WakeWatch(() => void this.#proveAlive(), ports.timing.clock);
		void master.ended.then(() => {
			this.#wake.dispose();
			const reason = lastLine(master.said);
			this.end(connectionLost(target.alias, reason === '' ? undefined : reason));
			rmSync(folder, { recursive: true, force: true });
		});
	}

	static async connect(
		target: SshTarget,
		choice: HostTransport,
		ports: SshConnectionPorts,
		signal: AbortSignal | undefined,
	): Promise<Result<SystemConnection>> {
		const program = target.sshProgram;
		if (program === undefined || process.platform === 'win32' || !hasProgram(program)) {
			const reason = `it needs the OpenSSH program “ssh” (${choice.reason}), which ${
				process.platform === 'win32' ? 'cannot be used on Windows yet' : 'is not on this machine'
			}`;
			return err(new WindsockError('hostUnsupported', { host: target.alias, reason }));
		}
		const folder = mkdtempSync(join(shortFolder(), 'windsock-'));
		const { prompts, logger, timing } = ports;
		let refused = (): void => {};
		const questions =
			prompts === undefined
				? undefined
				: new SystemQuestions(target, prompts, logger, () => refused());
		const askpass =
			questions === undefined
				? undefined
				: await SystemAskpass.start(folder, question => questions.answer(question));
		const control = join(folder, 'm');
		const words = dialWords(target, {
			control,
			asks: questions !== undefined,
			every: Math.max(1, Math.round(timing.deadAfter / 4000)),
			connectTimeout: Math.ceil((target.connectTimeout ?? defaultConnectTimeout) / 1000),
		});
		const master = new SystemMaster(
			program,
			[...words, '--', target.alias],
			askpass?.variables ?? {},
		);
		refused = () => master.kill();
		const abort = onAbort(signal, () => master.kill());
		let isLate = false;
		// ssh itself waits for ever when the link falls silent between the first words and the login.
		const patience = new Patience(
			timing.clock ?? wallClock,
			() => {
				isLate = true;
				master.kill();
			},
			() => questions?.isAsking === true,
		);
		const isUp = await comesUp(master, control);
		patience.dispose();
		abort.dispose();
		askpass?.dispose();
		if (isUp && !signal?.aborted && questions?.declined === undefined) {
			return ok(new SystemConnection(target, program, folder, master, ports));
		}
		master.kill();
		rmSync(folder, { recursive: true, force: true });
		if (signal?.aborted) {
			return err(cancelled(`connecting to ${target.alias}`));
		}
		if (isLate) {
			return err(unreachable(target, `no answer for ${longestSilence} s`));
		}
		return err(questions?.declined ?? failureOf(target, master.said));
	}

	async exec<T>(script: string, adopt: (channel: CommandChannel) => T): Promise<T> {
		return await this.race<T>(undefined, 'command', done => {
			const { mark, script: whole } = marked(script);
			const child = this.#start(['--', this.target.alias, loginShellCommand(whole)]);
			const channel = new SystemChannel(child, mark, () => this.#look());
			const adopted = adopt(channel);
			let said = '';
			child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(0, 2000)));
			// The first words come from the host, so the channel stands.
			child.stdout.once('data', () => done(undefined, adopted));
			channel.once('close', () => done(new Error(lastLine(said) || 'it ended without a word')));
		});
	}

	async openFiles(): Promise<SFTPWrapper> {
		return await this.race<SFTPWrapper>(undefined, 'files', done => {
			const child = this.#start(['-s', '--', this.target.alias, 'sftp']);
			let said = '';
			child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString().slice(0, 1000)));
			filesOver(child, () => lastLine(said)).then(
				files => done(undefined, files),
				error => done(error),
			);
		});
	}

	async dial(to: DialTarget, signal: AbortSignal | undefined): Promise<Result<Duplex>> {
		try {
			return ok(
				'path' in to ? await this.#dialSocket(to.path, signal) : this.#dialPort(to.host, to.port),
			);
		} catch (error) {
			return err(
				error instanceof WindsockError
					? error
					: commandFailed(this.target.alias, reasonOf(error), error),
			);
		}
	}

	lose(reason: string): void {
		this.end(connectionLost(this.target.alias, reason));
		this.master.kill();
	}

	dispose(): void {
		this.end(connectionLost(this.target.alias, 'closed by Windsock'));
		this.#wake.dispose();
		this.master.end();
		// A peer that never answers the farewell must not keep the process.
		setTimeout(() => this.master.kill(), 500).unref();
		// At once, since this program may end before the process does.
		rmSync(this.folder, { recursive: true, force: true });
	}

	/** A channel that fails may be the first to know that the connection did. */
	protected override async explain(): Promise<void> {
		let timer: ReturnType<typeof setTimeout> | undefined;
		const patience = new Promise(resolve => (timer = setTimeout(resolve, lastWords)));
		await Promise.race([this.master.ended, patience]);
		clearTimeout(timer);
		if (this.ended !== undefined) {
			throw this.ended;
		}
	}

	#start(words: readonly string[]): ChildProcessWithoutNullStreams {
		return spawn(this.program, [...channelWords(join(this.folder, 'm')), ...words], {
			cwd: homedir(),
			detached: true,
			stdio: ['pipe', 'pipe', 'pipe'],
		});
	}

	#dialPort(host: string, port: number): Duplex {
		const to = `${host.includes(':') ? `[${host}]` : host}:${port}`;
		const child = this.#start(['-W', to, '--', this.target.alias]);
		child.stderr.resume();
		const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
		stream.on('close', () => child.kill());
		return stream;
	}

	/** ssh listens on a socket in the private folder for the one connection that is made here. */
	async #dialSocket(path: string, signal: AbortSignal | undefined): Promise<Duplex> {
		if (/[:\n]/.test(path)) {
			throw new Error('the ssh program takes no socket path with a colon');
		}
		const local = join(this.folder, `f${this.#sockets++}`);
		const forward = ['-O', 'forward', '-L', `${local}:${path}`, '--', this.target.alias];
		await this.#control(forward, signal);
		const stream = createConnection({ path: local, allowHalfOpen: true });
		const takeAway = (): void => {
			rmSync(local, { force: true });
			const cancel = ['-O', 'cancel', '-L', `${local}:${path}`, '--', this.target.alias];
			void this.#control(cancel, undefined).catch(() => undefined);
		};
		await this.race<void>(signal, 'forward', done => {
			stream.once('connect', () => done(undefined)).once('error', done);
		}).finally(takeAway);
		return stream;
	}

	async #control(words: readonly string[], signal: AbortSignal | undefined): Promise<void> {
		await this.race<void>(signal, 'forward', done => {
			const child = this.#start(words);
			let said = '';
			child.stdout.resume();
			child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString().slice(0, 1000)));
			child.on('error', done);
			child.on('close', code =>
				code === 0 ? done(undefined) : done(new Error(lastLine(said) || 'no forward')),
			);
		});
	}

	/** A channel ended without a word: perhaps the connection did, and its process is about to. */
	#look(): void {
		if (!existsSync(join(this.folder, 'm'))) {
			this.lose('the ssh program closed it');
		}
	}

	/**
	 * After a sleep the link may be dead while the ssh program still counts missed signs of life. That the
	 * host refuses a port where nothing listens is as good an answer as any, and starts no shell.
	 */
	async #proveAlive(): Promise<void> {
		const patience = this.clock.every(this.ports.timing.graceAfterSleep, () => {
			this.lose('no answer after this machine slept');
		});
		const child = this.#start(['-W', '127.0.0.1:1', '--', this.target.alias]);
		child.stdin.end();
		child.stdout.resume();
		child.stderr.resume();
		await new Promise<void>(resolve => {
			child.once('close', resolve).once('error', () => resolve());
			void this.master.ended.then(resolve);
		});
		patience.dispose();
	}
}

/** Whether the connection stands: the control socket appears when the login is through. */
async function comesUp(master: SystemMaster, control: string): Promise<boolean> {
	while (!existsSync(control)) {
		if (master.isGone) {
			return false;
		}
		await new Promise(resolve => setTimeout(resolve, lookEvery));
	}
	return true;
}

/** Whether a program of this name can be started. */
function hasProgram(program: string): boolean {
	return program.includes('/')
		? existsSync(program)
		: (process.env['PATH'] ?? '').split(':').some(folder => existsSync(join(folder, program)));
}

function shortFolder(): string {
	const folder = tmpdir();
	return folder.length <= longestFolder ? folder : '/tmp';
}

function lastLine(text: string): string {
	return text.trim().split(/\r?\n/).at(-1)?.trim() ?? '';
}
