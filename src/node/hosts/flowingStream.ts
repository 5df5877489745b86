import type { Readable } from 'node:stream';
import { Emitter, type Event } from '../../core/base/emitter';

/**
 * Two outputs of a command as events. Nothing is read before the first subscription, so that a
 * caller who subscribes right after opening misses no byte; then both are read to their ends,
 * because an unread output would hold back the end of the command.
 */
export abstract class FlowingStream {
	readonly #data = new Emitter<Uint8Array>();
	readonly #error = new Emitter<Uint8Array>();
	#flowing = false;

	constructor(
		readonly output: Readable,
		readonly errors: Readable,
	) {}

	readonly onData: Event<Uint8Array> = listener => {
		this.flow();
		return this.#data.event(listener);
	};

	readonly onError: Event<Uint8Array> = listener => {
		this.flow();
		return this.#error.event(listener);
	};

	protected emitData(chunk: Uint8Array): void {
		this.#data.fire(chunk);
	}

	protected emitError(chunk: Uint8Array): void {
		this.#error.fire(chunk);
	}

	protected flow(): void {
		if (!this.#flowing) {
			this.#flowing = true;
			this.output.on('data', (chunk: Uint8Array) => this.emitData(chunk));
			this.errors.on('data', (chunk: Uint8Array) => this.emitError(chunk));
		}
	}
}
