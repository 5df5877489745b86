import type { WindsockError } from './errors';

/** Outcome of something that is expected to fail now and then. Bugs throw instead. */
export type Result<T, E = WindsockError> =
	{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function ok(): Result<void, never>;
export function ok<T>(value: T): Result<T, never>;
export function ok(value?: unknown): Result<unknown, never> {
	return { ok: true, value };
}

export function err<E>(error: E): Result<never, E> {
	return { ok: false, error };
}
