import { isObject } from '../messageShapes';

/**
 * Every value at a path. A list in the way stands for all of its elements, unless the step is the
 * number of one; a list at the end stands for itself and for its elements. Keys that an object only
 * inherits are not there.
 */
export function valuesAt(value: unknown, path: readonly string[]): unknown[] {
	let found: unknown[] = [value];
	for (const step of path) {
		found = found.flatMap(inner => stepInto(inner, step));
	}
	return found.flatMap(inner =>
		Array.isArray(inner) ? [inner, ...(inner as unknown[])] : [inner],
	);
}

function stepInto(value: unknown, step: string): unknown[] {
	if (Array.isArray(value)) {
		return /^\d+$/.test(step)
			? value.slice(Number(step), Number(step) + 1)
			: value.flatMap(inner => (Array.isArray(inner) ? [] : stepInto(inner, step)));
	}
	return isObject(value) && Object.hasOwn(value, step) ? [value[step]] : [];
}

/** The scalar at a path, for columns: the only one, or the first of a list. */
export function scalarAt(
	value: unknown,
	path: readonly string[],
): string | number | boolean | undefined {
	for (const found of valuesAt(value, path)) {
		if (typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean') {
			return found;
		}
	}
	return undefined;
}
