import type { Disposable } from '../../../core/base/disposable';
import { Emitter } from '../../../core/base/emitter';
import { messageFor } from '../../../core/base/errorMessages';
import type { WindsockError } from '../../../core/base/errors';
import type { Result } from '../../../core/base/result';
import type { PreparedHost } from '../../runs/preparedHost';
import type { FarState } from './farSource';
import { HostServer } from './hostServer';

/** Milliseconds before the nth try to connect again. */
export type RetryDelay = (attempt: number) => number;

const defaultDelay: RetryDelay = attempt => Math.min(30_000, 1000 * 2 ** attempt);

/** The one server of a host for all datasets of a window, started anew when its link breaks. */
export class ServerLink implements Disposable {
	readonly #changed = new Emitter<FarState>();
	readonly onDidChangeState = this.#changed.event;
	readonly #abort = new AbortController();
	#state: FarState = { kind: 'connected' };
	#server: HostServer | undefined;
	#starting: Promise<HostServer> | undefined;
	#retry: ReturnType<typeof setTimeout> | undefined;
	#attempt = 0;
	#users = 0;
	#received = 0;

	constructor(
		readonly host: string,
		private readonly prepare: (signal: AbortSignal) => Promise<Result<PreparedHost>>,
		private readonly delay: RetryDelay = defaultDelay,
	) {}

	get state(): FarState {
		return this.#state;
	}

	/** Bytes that came from the host, over all its helpers. */
	get received(): number {
		return this.#received + (this.#server?.received ?? 0);
	}

	/** The running server, or a new one. Rejects with a WindsockError. */
	server(): Promise<HostServer> {
		if (this.#server) {
			return Promise.resolve(this.#server);
		}
		this.#starting ??= this.#start().finally(() => (this.#starting = undefined));
		return this.#starting;
	}

	/** While somebody uses the link, it is brought back by itself. The server ends with its last user. */
	use(): Disposable {
		this.#users++;
		let isUsed = true;
		return {
			dispose: () => {
				if (isUsed) {
					isUsed = false;
					this.#users--;
					if (this.#users === 0) {
						this.#rest();
					}
				}
			},
		};
	}

	/** Tries now instead of at the next time. */
	reconnect(): void {
		this.#attempt = 0;
		this.server().catch(() => undefined);
	}

	dispose(): void {
		this.#abort.abort();
		this.#users = 0;
		this.#rest();
		this.#changed.dispose();
	}

	async #start(): Promise<HostServer> {
		clearTimeout(this.#retry);
		const { signal } = this.#abort;
		const prepared = await this.prepare(signal);
		const started = prepared.ok
			? await HostServer.start(prepared.value, signal, error => this.#ended(error))
			: prepared;
		if (!started.ok) {
			this.#lose(started.error);
			throw started.error;
		}
		this.#server = started.value;
		this.#attempt = 0;
		this.#setState({ kind: 'connected' });
		return started.value;
	}

	#ended(error: WindsockError): void {
		this.#received += this.#server?.received ?? 0;
		this.#server = undefined;
		if (this.#users > 0) {
			this.#lose(error);
		}
	}

	#lose(error: WindsockError): void {
		if (this.#abort.signal.aborted || this.#users === 0) {
			return;
		}
		this.#setState({ kind: 'lost', reason: messageFor(error) });
		clearTimeout(this.#retry);
		const wait = this.delay(this.#attempt++);
		this.#retry = setTimeout(() => void this.server().catch(() => undefined), wait);
	}

	#rest(): void {
		clearTimeout(this.#retry);
		this.#server?.dispose();
		this.#server = undefined;
	}

	#setState(state: FarState): void {
		const isSame = state.kind === this.#state.kind;
		this.#state = state;
		if (!isSame) {
			this.#changed.fire(state);
		}
	}
}
