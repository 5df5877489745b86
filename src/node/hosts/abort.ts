import type { Disposable } from '../../core/base/disposable';

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
