import type { Duplex } from 'node:stream';
import ssh2, { type Client, type ClientChannel } from 'ssh2';
import type { Disposable } from '../../core/base/disposable';
import { Emitter } from '../../core/base/emitter';
import { reasonOf, WindsockError } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import { err, ok, type Result } from '../../core/base/result';
import type { ConnectionPrompts } from '../../core/hosts/hostDirectory';
import { onAbort } from './abort';
import { ChannelSlots } from './channelSlots';
import { cancelled, commandFailed, connectionLost } from './hostErrors';
import { HostKeyCheck } from './hostKeyCheck';
import { LinkWatchdog } from './linkWatchdog';
import { SshAuthentication } from './sshAuthentication';
import { baseConfig, unreachable } from './sshDial';
import type { SshTarget } from './sshTarget';

export interface SshTiming {
	/** Milliseconds without a byte from the server after which a link is dead. */
	readonly deadAfter: number;
	readonly graceAfterSleep: number;
}

export const defaultTiming: SshTiming = { deadAfter: 16_000, graceAfterSleep: 4500 };

export interface SshConnectionPorts {
	readonly prompts: ConnectionPrompts | undefined;
	readonly logger: Logger;
	readonly timing: SshTiming;
}

/** One authenticated connection. It lives until it breaks or is disposed, and never comes back. */
export class SshConnection implements Disposable {
	readonly slots = new ChannelSlots();
	readonly #closed = new Emitter<WindsockError>();
	readonly #client: Client;
	#ended: WindsockError | undefined;

	private constructor(
		readonly target: SshTarget,
		client: Client,
		watchdog: LinkWatchdog,
		failure: () => string | undefined,
	) {
		this.#client = client;
		client.on('close', () => {
			watchdog.dispose();
			this.#end(connectionLost(target.alias, failure()));
		});
	}

	/** Why the connection is no more; undefined while it lives. */
	get ended(): WindsockError | undefined {
		return this.#ended;
	}

	readonly onDidEnd = this.#closed.event;

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
	): SshConnection {
		return new SshConnection(target, client, watchdog, failure);
	}

	/**
	 * Runs one thing that answers by callback; rejects with `connectionLost` or `cancelled` when
	 * the answer will never come, which ssh2 does not tell.
	 */
	async race<T>(
		signal: AbortSignal | undefined,
		what: string,
		start: (client: Client, done: (error: unknown, value?: T) => void) => void,
	): Promise<T> {
		if (signal?.aborted) {
			throw cancelled(what);
		}
		if (this.#ended !== undefined) {
			throw this.#ended;
		}
		const { promise, resolve, reject } = Promise.withResolvers<T>();
		const abort = onAbort(signal, () => reject(cancelled(what)));
		const end = this.#closed.event(reject);
		try {
			start(this.#client, (error, value) => {
				if (error === undefined || error === null) {
					resolve(value as T);
				} else {
					reject(error);
				}
			});
			return await promise;
		} catch (error) {
			if (!(error instanceof WindsockError)) {
				await this.#closing(error);
			}
			throw error;
		} finally {
			abort.dispose();
			end.dispose();
		}
	}

	/**
	 * Starts a command line in the person's login shell; rejects when the server refuses. `adopt`
	 * is called at once, for the end of a quick command may be told in the same breath.
	 */
	async exec<T>(line: string, adopt: (channel: ClientChannel) => T): Promise<T> {
		return await this.race<T>(undefined, 'command', (client, done) => {
			client.exec(line, (error, channel) =>
				error === undefined ? done(undefined, adopt(channel)) : done(error),
			);
		});
	}

	/** A stream to something that listens on the host. */
	async dial(
		to: { readonly host: string; readonly port: number } | { readonly path: string },
		signal: AbortSignal | undefined,
	): Promise<Result<Duplex>> {
		try {
			const channel = await this.race<ClientChannel>(signal, 'forward', (client, done) => {
				if ('path' in to) {
					client.openssh_forwardOutStreamLocal(to.path, done);
				} else {
					client.forwardOut('127.0.0.1', 0, to.host, to.port, done);
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

	/** For the watchdog: the link is dead whatever its socket says. */
	lose(reason: string): void {
		this.#end(connectionLost(this.target.alias, reason));
		this.#client.destroy();
	}

	dispose(): void {
		this.#end(connectionLost(this.target.alias, 'closed by Windsock'));
		this.#client.end();
		// A peer that never answers the farewell must not keep the socket.
		setTimeout(() => this.#client.destroy(), 500).unref();
	}

	#end(error: WindsockError): void {
		if (this.#ended === undefined) {
			this.#ended = error;
			this.#closed.fire(error);
			this.#closed.dispose();
		}
	}

	/** ssh2 fails callbacks just before it says that the connection closed: then that is the reason. */
	async #closing(error: unknown): Promise<void> {
		if (
			/not connected|no response from server|channel open failure: undefined/i.test(reasonOf(error))
		) {
			await new Promise(resolve => setImmediate(resolve));
			if (this.#ended !== undefined) {
				throw this.#ended;
			}
			throw connectionLost(this.target.alias, reasonOf(error));
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
		every: Math.min(1000, ports.timing.deadAfter / 4),
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
	const connection = SshConnection.adopt(target, client, watchdog, () => failure);
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
	client.on('close', () => {
		abort.dispose();
		resolve(err(refusal ?? unreachable(target, failure ?? 'it closed the connection')));
	});
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
	if (/^no matching|unsupported/i.test(message)) {
		return new WindsockError('hostUnsupported', { host: target.alias, reason: message });
	}
	return unreachable(target, message, error);
}
