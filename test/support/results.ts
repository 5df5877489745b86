import type { WindsockError } from '../../src/core/base/errors';
import type { Result } from '../../src/core/base/result';

/** The value of a result that has to be one. */
export function valueOf<T>(result: Result<T>): T {
	if (!result.ok) {
		throw result.error;
	}
	return result.value;
}

/** The error of a result that has to be one. */
export function errorOf(result: Result<unknown>): WindsockError {
	if (result.ok) {
		throw new Error('expected a failure');
	}
	return result.error;
}
