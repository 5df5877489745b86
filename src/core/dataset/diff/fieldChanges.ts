import { isObject } from '../messageShapes';
import { pathText } from '../clean/fixRow';
import type { JsonPath } from '../jsonScanner';

/** A field that differs between two versions of a row; an absent side has no such field. */
export interface FieldChange {
	/** As `messages[1].content`; empty for the row as a whole. */
	readonly field: string;
	readonly before?: unknown;
	readonly after?: unknown;
}

/** The smallest parts in which two JSON values differ, in the order of the later one. */
export function fieldChanges(before: unknown, after: unknown): FieldChange[] {
	const changes: FieldChange[] = [];
	const waiting: { path: JsonPath; a: unknown; b: unknown }[] = [{ path: [], a: before, b: after }];
	for (let next = waiting.pop(); next; next = waiting.pop()) {
		const { path, a, b } = next;
		if (Array.isArray(a) && Array.isArray(b)) {
			for (let i = Math.max(a.length, b.length) - 1; i >= 0; i--) {
				waiting.push({ path: [...path, i], a: a[i] as unknown, b: b[i] as unknown });
			}
		} else if (isObject(a) && isObject(b)) {
			const keys = [...new Set([...Object.keys(b), ...Object.keys(a)])];
			for (const key of keys.toReversed()) {
				waiting.push({ path: [...path, key], a: own(a, key), b: own(b, key) });
			}
		} else if (!Object.is(a, b)) {
			changes.push({
				field: pathText(path),
				...(a === undefined ? {} : { before: a }),
				...(b === undefined ? {} : { after: b }),
			});
		}
	}
	return changes;
}

function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
	return Object.hasOwn(value, key) ? value[key] : undefined;
}
