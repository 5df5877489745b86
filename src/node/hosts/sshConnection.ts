import type { Duplex } from 'node:stream';
import ssh2, { type Client, type ClientChannel, type SFTPWrapper } from 'ssh2';
import { reasonOf, WindsockError } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import { err, ok, type Result } from '../../core/base/result';
import type { ConnectionPrompts } from '../../core/hosts/hostDirectory';
import { onAbort } from './abort';
import { keepWindowOpen } from './channelWindow';
import { corkWrites } from './corkedWrites';
import { cancelled, commandFailed, connectionLost } from './hostErrors';
import type { Clock } from './clock';
import { HostKeyCheck } from './hostKeyCheck';
import { LinkWatchdog } from './linkWatchdog';
import { loginShellCommand } from './shellQuote';
import { SshAuthentication } from './sshAuthentication';
import { baseConfig, unreachable } from './sshDial';
import type { SshTarget } from './sshTarget';
import { type CommandChannel, type DialTarget, SshTransport } from './sshTransport';

export interface SshTiming {
	/** Milliseconds without a byte from the server after which a link is dead. */
	readonly deadAfter: number;
	/** Milliseconds after a sleep in which an answer must come; a ping goes every two seconds. */
	readonly graceAfterSleep: number;
	readonly clock?: Clock;
}

/** After a sleep a dead link is known within five seconds: the grace, and a look before and after. */
export const defaultTiming: SshTiming = { deadAfter: 16_000, graceAfterSleep: 3500 };

export interface SshConnectionPorts {
	readonly prompts: ConnectionPrompts | undefined;
	readonly logger: Logger;
	readonly timing: SshTiming;
}

/** A connection by ssh2: pure JavaScript inside this process. */
export class SshConnection extends SshTransport {
	readonly kind = 'ssh2';
	readonly #client: Client;

	private constructor(
		target: SshTarget,
		client: Client,
		watchdog: LinkWatchdog,
		failure: () => string | undefined,
		clock: Clock | undefined,
	) {
		super(target, clock);
		this.#client = client;
		client.on('close', () => {
			watchdog.dispose();
			this.end(connectionLost(target.alias, failure()));
		});
	}

	/** Takes the stream over, proves the host by its key, then logs in. */
	static async connect(
		stream: Duplex,
		target: SshTarget,
		ports: SshConnectionPorts,
		signal: AbortSignal | undefined,
	): Promise<Result<SshConnection>> {
		const check = new HostKeyCheck(target, ports.prompts, ports.logger);
		let knownTypes: ReadonlySet<string>;
		try {
			knownTypes = await check.load();
		} catch (error) {
			stream.destroy();
			return err(unreachable(target, `known_hosts: ${reasonOf(error)}`, error));
		}
		return await logIn(stream, target, ports, check, knownTypes, signal);
	}

	/** Only for `logIn`. */
	static adopt(
		target: SshTarget,
		client: Client,
		watchdog: LinkWatchdog,
		failure: () => string | undefined,
		clock: Clock | undefined,
	): SshConnection {
		return new SshConnection(target, client, watchdog, failure, clock);
	}

	async exec<T>(script: string, adopt: (channel: CommandChannel) => T): Promise<T> {
		const open = (): Promise<T> =>
			this.race<T>(undefined, 'command', done => {
				this.#client.exec(loginShellCommand(script), (error, channel) => {
					if (error === undefined) {
						this.#widen(channel);
						done(undefined, adopt(channel));
					} else {
						done(error);
					}
				});
			});
		return await untilThereIsRoom(open);
	}

	async openFiles(): Promise<SFTPWrapper> {
		const open = (): Promise<SFTPWrapper> =>
			this.race<SFTPWrapper>(undefined, 'files', done => this.#client.sftp(done));
		const sftp = await untilThereIsRoom(open);
		this.#widen(sftp);
		return sftp;
	}

	async dial(to: DialTarget, signal: AbortSignal | undefined): Promise<Result<Duplex>> {
		try {
			const channel = await this.race<ClientChannel>(signal, 'forward', done => {
				if ('path' in to) {
					this.#client.openssh_forwardOutStreamLocal(to.path, done);
				} else {
					this.#client.forwardOut('127.0.0.1', 0, to.host, to.port, done);
				}
			});
			return ok(channel);
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
		this.#client.destroy();
	}

	dispose(): void {
		this.end(connectionLost(this.target.alias, 'closed by Windsock'));
		this.#client.end();
		// A peer that never answers the farewell must not keep the socket.
		setTimeout(() => this.#client.destroy(), 500).unref();
	}

	#widen(channel: object): void {
		keepWindowOpen(channel, (this.#client as unknown as { readonly _protocol: object })._protocol);
	}

	/** ssh2 fails callbacks just before it says that the connection closed: then that is the reason. */
	protected override async explain(error: unknown): Promise<void> {
		if (
			/not connected|no response from server|channel open failure: undefined/i.test(reasonOf(error))
		) {
			await new Promise(resolve => setImmediate(resolve));
			if (this.ended !== undefined) {
				throw this.ended;
			}
			throw connectionLost(this.target.alias, reasonOf(error));
		}
	}
}

/**
 * Servers count a session until its process is reaped, a little after its channel was closed: where
 * few are allowed, the next one is refused for a moment. Nothing has begun then.
 */
async function untilThereIsRoom<T>(open: () => Promise<T>): Promise<T> {
	for (let pause = 40; ; pause *= 2) {
		try {
			return await open();
		} catch (error) {
			if (pause > 1000 || !/channel open failure: open failed/i.test(reasonOf(error))) {
				throw error;
			}
			await new Promise(resolve => setTimeout(resolve, pause));
		}
	}
}

async function logIn(
	stream: Duplex,
	target: SshTarget,
	ports: SshConnectionPorts,
	check: HostKeyCheck,
	knownTypes: ReadonlySet<string>,
	signal: AbortSignal | undefined,
): Promise<Result<SshConnection>> {
	const { promise, resolve } = Promise.withResolvers<Result<SshConnection>>();
	const client = new ssh2.Client();
	let failure: string | undefined;
	let refusal: WindsockError | undefined;
	const watchdog = new LinkWatchdog({
		every: Math.min(500, ports.timing.deadAfter / 4),
		...ports.timing,
		onDead: silence => {
			failure = `silent for ${Math.round(silence / 1000)} s`;
			connection.lose(failure);
			stream.destroy();
		},
	});
	const authentication = new SshAuthentication(target, {
		prompts: ports.prompts,
		logger: ports.logger,
		whileAsking: work => watchdog.pausedWhile(work),
	});
	const connection = SshConnection.adopt(
		target,
		client,
		watchdog,
		() => failure,
		ports.timing.clock,
	);
	const abort = onAbort(signal, () => {
		refusal = cancelled(`connecting to ${target.alias}`);
		stream.destroy();
		resolve(err(refusal));
	});
	client.on('error', error => {
		// The agent's troubles end one way to log in, not the connection.
		if ('level' in error && error.level === 'agent') {
			ports.logger.info(`agent: ${error.message}`);
			return;
		}
		failure ??= error.message;
		refusal ??= authentication.declined ?? whyNotLoggedIn(target, error, authentication);
	});
	client.on('ready', () => {
		abort.dispose();
		resolve(ok(connection));
	});
	const over = (): void => {
		abort.dispose();
		watchdog.dispose();
		resolve(err(refusal ?? unreachable(target, failure ?? 'it closed the connection')));
	};
	client.on('close', over);
	if (stream.destroyed || stream.readableEnded) {
		// Closed while the known hosts were read: ssh2 would wait for ever.
		over();
		return await promise;
	}
	corkWrites(stream);
	client.connect({
		...baseConfig(target, knownTypes),
		sock: stream as never,
		authHandler: authentication.handler,
		hostVerifier: (key: Buffer, verify: (valid: boolean) => void) => {
			const known = check.accepts(key);
			if (known !== undefined) {
				verify(known);
				return;
			}
			void watchdog
				.pausedWhile(() => check.decide(key))
				.catch(error => err(unreachable(target, reasonOf(error), error)))
				.then(decided => {
					refusal = decided.ok ? refusal : decided.error;
					verify(decided.ok);
				});
		},
	});
	client.setNoDelay(true);
	stream.on('data', () => watchdog.received());
	return await promise;
}

function whyNotLoggedIn(
	target: SshTarget,
	error: Error,
	authentication: SshAuthentication,
): WindsockError {
	const level = 'level' in error ? error.level : undefined;
	const { message } = error;
	if (level === 'client-authentication' || /too many authentication failures/i.test(message)) {
		const methods = authentication.methodsLeft.join(', ');
		const reason = methods === '' ? message : `it takes: ${methods}`;
		return new WindsockError('authenticationFailed', { host: target.alias, reason });
	}
	if (/\bno matching |unsupported/i.test(message)) {
		return new WindsockError('hostUnsupported', { host: target.alias, reason: message });
	}
	return unreachable(target, message, error);
}
