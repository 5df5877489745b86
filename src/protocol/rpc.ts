import type { Disposable } from '../core/base/disposable';

/**
 * The methods and notifications that one side of a webview serves. Requests are verbs
 * (`loadRows`), notifications are past tense (`pointsAppended`).
 */
export interface Side {
	requests: Record<string, { params: unknown; result: unknown }>;
	notifications: Record<string, unknown>;
}

/** A pipe that keeps order and copies by structured clone. */
export interface MessagePort {
	post(message: unknown): void;
	onMessage(listener: (message: unknown) => void): Disposable;
}

type Handlers<S extends Side> = {
	[M in keyof S['requests']]: (
		params: S['requests'][M]['params'],
	) => S['requests'][M]['result'] | Promise<S['requests'][M]['result']>;
};
type Listeners<S extends Side> = {
	[N in keyof S['notifications']]: (params: S['notifications'][N]) => void;
};

/** What the other side threw. Expected failures travel as results, so this is a bug there. */
export class RemoteError extends Error {
	override readonly name = 'RemoteError';
}

type Envelope =
	| { kind: 'request'; id: number; method: string; params: unknown }
	| { kind: 'reply'; id: number; result: unknown }
	| { kind: 'failure'; id: number; message: string }
	| { kind: 'notification'; method: string; params: unknown }
	| { kind: 'ready' };

function isEnvelope(value: unknown): value is Envelope {
	return (
		typeof value === 'object' && value !== null && typeof Reflect.get(value, 'kind') === 'string'
	);
}

/**
 * One end of a symmetric request/notification channel. What is sent before the other end is there
 * waits for its `ready`; disposing rejects what is pending, so no caller waits for ever.
 */
export class Rpc<Mine extends Side, Theirs extends Side> implements Disposable {
	readonly #pending = new Map<
		number,
		{ resolve: (value: unknown) => void; reject: (error: Error) => void }
	>();
	readonly #subscription: Disposable;
	#waiting: Envelope[] | undefined = [];
	#nextId = 1;
	#disposed = false;

	constructor(
		private readonly port: MessagePort,
		private readonly handlers: Handlers<Mine>,
		private readonly listeners: Listeners<Mine>,
		private readonly onReady: () => void = () => {},
	) {
		this.#subscription = port.onMessage(message => {
			if (isEnvelope(message)) {
				this.#receive(message);
			}
		});
	}

	/** Tells the other end that this one listens. A page sends it again after each reload. */
	ready(): void {
		this.port.post({ kind: 'ready' } satisfies Envelope);
		this.#flush();
	}

	request<M extends keyof Theirs['requests'] & string>(
		method: M,
		params: Theirs['requests'][M]['params'],
	): Promise<Theirs['requests'][M]['result']> {
		if (this.#disposed) {
			return Promise.reject(new RemoteError('the view is closed'));
		}
		const id = this.#nextId++;
		return new Promise((resolve, reject) => {
			this.#pending.set(id, { resolve, reject });
			this.#send({ kind: 'request', id, method, params });
		});
	}

	notify<N extends keyof Theirs['notifications'] & string>(
		method: N,
		params: Theirs['notifications'][N],
	): void {
		if (!this.#disposed) {
			this.#send({ kind: 'notification', method, params });
		}
	}

	dispose(): void {
		this.#disposed = true;
		this.#subscription.dispose();
		for (const { reject } of this.#pending.values()) {
			reject(new RemoteError('the view is closed'));
		}
		this.#pending.clear();
		this.#waiting = undefined;
	}

	#send(envelope: Envelope): void {
		if (this.#waiting) {
			this.#waiting.push(envelope);
		} else {
			this.port.post(envelope);
		}
	}

	#flush(): void {
		const waiting = this.#waiting;
		this.#waiting = undefined;
		for (const envelope of waiting ?? []) {
			this.port.post(envelope);
		}
	}

	#receive(envelope: Envelope): void {
		switch (envelope.kind) {
			case 'ready':
				this.#flush();
				this.onReady();
				return;
			case 'request':
				void this.#serve(envelope.id, envelope.method, envelope.params);
				return;
			case 'reply':
				this.#pending.get(envelope.id)?.resolve(envelope.result);
				this.#pending.delete(envelope.id);
				return;
			case 'failure':
				this.#pending.get(envelope.id)?.reject(new RemoteError(envelope.message));
				this.#pending.delete(envelope.id);
				return;
			case 'notification': {
				const listener = Object.hasOwn(this.listeners, envelope.method)
					? this.listeners[envelope.method]
					: undefined;
				listener?.(envelope.params as Mine['notifications'][string]);
				return;
			}
		}
	}

	async #serve(id: number, method: string, params: unknown): Promise<void> {
		let reply: Envelope;
		try {
			const handler = Object.hasOwn(this.handlers, method) ? this.handlers[method] : undefined;
			if (!handler) {
				throw new RemoteError(`unknown request ${method}`);
			}
			reply = { kind: 'reply', id, result: await handler(params) };
		} catch (error) {
			reply = {
				kind: 'failure',
				id,
				message: error instanceof Error ? error.message : String(error),
			};
		}
		if (this.#disposed) {
			return;
		}
		try {
			this.port.post(reply);
		} catch (error) {
			// What cannot be copied to the other end must not leave it waiting.
			const message = error instanceof Error ? error.message : String(error);
			this.port.post({ kind: 'failure', id, message } satisfies Envelope);
		}
	}
}
