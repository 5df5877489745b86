import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';

/** Turns what is expected to fail deep in a stream of work into a result; bugs go on. */
export async function expected<T>(work: () => Promise<T>): Promise<Result<T>> {
	try {
		return ok(await work());
	} catch (error) {
		if (WindsockError.is(error)) {
			return err(error);
		}
		throw error;
	}
}

/** Ends a stream of work that nobody waits for any more. */
export function checkCancelled(signal: AbortSignal | undefined, what: string): void {
	if (signal?.aborted) {
		throw new WindsockError('cancelled', { what });
	}
}
