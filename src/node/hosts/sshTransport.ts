import type { Duplex, Readable } from 'node:stream';
import type { SFTPWrapper } from 'ssh2';
import type { Disposable } from '../../core/base/disposable';
import { Emitter } from '../../core/base/emitter';
import { WindsockError } from '../../core/base/errors';
import type { Result } from '../../core/base/result';
import type { HostTransport } from '../../core/hosts/host';
import { onAbort } from './abort';
import { ChannelSlots } from './channelSlots';
import { type Clock, wallClock } from './clock';
import { cancelled } from './hostErrors';
import type { SshTarget } from './sshTarget';

/**
 * A command that runs on the host: its two outputs, its input, and `exit` (code or null, name of the
 * signal) before `close`. `close()` ends the channel, not the command.
 */
export interface CommandChannel extends Duplex {
	readonly stderr: Readable;
	close(): void;
}

export type DialTarget =
	{ readonly host: string; readonly port: number } | { readonly path: string };

/**
 * One authenticated connection, by whatever means. It lives until it breaks or is disposed, and
 * never comes back.
 */
export abstract class SshTransport implements Disposable {
	abstract readonly kind: HostTransport['kind'];
	readonly slots = new ChannelSlots();
	readonly #closed = new Emitter<WindsockError>();
	#ended: WindsockError | undefined;

	constructor(
		readonly target: SshTarget,
		readonly clock: Clock = wallClock,
	) {}

	/** Why the connection is no more; undefined while it lives. */
	get ended(): WindsockError | undefined {
		return this.#ended;
	}

	readonly onDidEnd = this.#closed.event;

	/**
	 * Runs one thing that answers by callback; rejects with `connectionLost` or `cancelled` when
	 * the answer will never come.
	 */
	async race<T>(
		signal: AbortSignal | undefined,
		what: string,
		start: (done: (error: unknown, value?: T) => void) => void,
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
			start((error, value) => {
				if (error === undefined || error === null) {
					resolve(value as T);
				} else {
					reject(error);
				}
			});
			return await promise;
		} catch (error) {
			if (!(error instanceof WindsockError)) {
				await this.explain(error);
			}
			throw error;
		} finally {
			abort.dispose();
			end.dispose();
		}
	}

	/**
	 * Starts a script of `/bin/sh` in the person's login shell; rejects when the server refuses.
	 * `adopt` is called at once, for the end of a quick command may be told in the same breath.
	 */
	abstract exec<T>(script: string, adopt: (channel: CommandChannel) => T): Promise<T>;

	/** A file channel. It fires `close` when it ends. */
	abstract openFiles(): Promise<SFTPWrapper>;

	/** A stream to something that listens on the host, or that the host reaches. */
	abstract dial(to: DialTarget, signal: AbortSignal | undefined): Promise<Result<Duplex>>;

	/** The link is dead whatever its socket says. */
	abstract lose(reason: string): void;

	abstract dispose(): void;

	/** May throw a better reason than the one that a callback gave. */
	protected explain(_error: unknown): Promise<void> {
		return Promise.resolve();
	}

	protected end(error: WindsockError): void {
		if (this.#ended === undefined) {
			this.#ended = error;
			this.#closed.fire(error);
			this.#closed.dispose();
		}
	}
}
