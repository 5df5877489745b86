import type { Disposable } from '../../core/base/disposable';
import { err, type Result } from '../../core/base/result';
import { cancelled } from './hostErrors';

/** Calls `listener` once when the signal aborts, at once when it already has. */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): Disposable {
	if (signal === undefined) {
		return { dispose: () => {} };
	}
	if (signal.aborted) {
		listener();
		return { dispose: () => {} };
	}
	signal.addEventListener('abort', listener, { once: true });
	return { dispose: () => signal.removeEventListener('abort', listener) };
}

/** The outcome of `work`, or `cancelled` at once when the signal aborts; the work then goes on alone. */
export async function abortable<T>(
	signal: AbortSignal | undefined,
	what: string,
	work: Promise<Result<T>>,
): Promise<Result<T>> {
	const { promise, resolve } = Promise.withResolvers<Result<T>>();
	const abort = onAbort(signal, () => resolve(err(cancelled(what))));
	try {
		return await Promise.race([promise, work]);
	} finally {
		abort.dispose();
	}
}
