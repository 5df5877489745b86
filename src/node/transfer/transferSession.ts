import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { cancelled } from '../hosts/hostErrors';
import { HostServer } from '../dataset/far/hostServer';
import type { PreparedHost } from '../runs/preparedHost';

/** Milliseconds before each further try after the link broke; bytes that arrived begin them anew. */
const pauses = [500, 2000, 5000, 10_000];

export interface TransferAnswer {
	readonly done: Readonly<Record<string, unknown>>;
	readonly data: Uint8Array;
}

/** One `transfer` process on a host. Its requests reject with a WindsockError. */
export class TransferSession {
	private constructor(
		private readonly server: HostServer,
		readonly host: string,
		private readonly signal: AbortSignal | undefined,
	) {}

	/**
	 * Runs the task with a session, and again with a new one when the link broke, as long as each try
	 * gets on. The task asks the host what is there already, so nothing is sent twice.
	 */
	static async use<T>(
		prepared: PreparedHost,
		signal: AbortSignal | undefined,
		task: (session: TransferSession, moved: () => void) => Promise<T>,
	): Promise<Result<T>> {
		let tries = 0;
		for (;;) {
			const done = await TransferSession.#once(prepared, signal, session =>
				task(session, () => (tries = 0)),
			);
			const pause = pauses[tries++];
			if (done.ok || done.error.code !== 'connectionLost' || pause === undefined) {
				return done;
			}
			await unlessAborted(pause, signal);
			if (signal?.aborted === true) {
				return err(cancelled('transfer'));
			}
		}
	}

	static async #once<T>(
		prepared: PreparedHost,
		signal: AbortSignal | undefined,
		task: (session: TransferSession) => Promise<T>,
	): Promise<Result<T>> {
		const { host, layout } = prepared;
		const isAborted = (): boolean => signal?.aborted === true;
		if (isAborted()) {
			return err(cancelled('transfer'));
		}
		const ending = new AbortController();
		const end = (): void => ending.abort();
		signal?.addEventListener('abort', end);
		try {
			const words = ['transfer', '--store', layout.store];
			const started = await HostServer.start(prepared, ending.signal, () => {}, words);
			if (!started.ok) {
				return started;
			}
			const stop = (): void => started.value.dispose();
			ending.signal.addEventListener('abort', stop);
			try {
				return ok(await task(new TransferSession(started.value, host.name, signal)));
			} finally {
				started.value.dispose();
			}
		} catch (error) {
			if (isAborted()) {
				return err(cancelled('transfer'));
			}
			if (error instanceof WindsockError) {
				return err(error);
			}
			if (isSystemError(error)) {
				// Only files of this machine are met here: what is sent went away, or cannot be read.
				const details = { path: error.path ?? 'a file', reason: error.message };
				return err(new WindsockError('fileUnreadable', details, { cause: error }));
			}
			throw error;
		} finally {
			signal?.removeEventListener('abort', end);
		}
	}

	/** @param path names what this is about in the error */
	async ask(
		path: string,
		words: Readonly<Record<string, unknown>>,
		data?: Uint8Array,
	): Promise<TransferAnswer> {
		if (this.signal?.aborted === true) {
			throw cancelled('transfer');
		}
		return await this.server.request(path, words, data);
	}

	/** What the host says that makes no sense. */
	nonsense(what: unknown): WindsockError {
		const reason = `its answer makes no sense: ${reasonOf(what)}`;
		return new WindsockError('remoteCommandFailed', { host: this.host, reason });
	}
}

/** Resolves after the time, or at once when the signal aborts. */
export function unlessAborted(
	milliseconds: number,
	signal: AbortSignal | undefined,
): Promise<void> {
	return new Promise(resolve => {
		const timer = setTimeout(done, milliseconds);
		function done(): void {
			clearTimeout(timer);
			signal?.removeEventListener('abort', done);
			resolve();
		}
		signal?.addEventListener('abort', done);
		if (signal?.aborted === true) {
			done();
		}
	});
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
	return error instanceof Error && 'syscall' in error && 'code' in error;
}
