import type { JsonPath } from '../jsonScanner';
import { concat } from '../rowPatch';
import { listAt, type ListLayout } from './jsonLayout';
import { styleOf } from './jsonStyle';

const encoder = new TextEncoder();

/**
 * The row with one more element in a list, joined by the list's own separator.
 *
 * @param index place of the new element; the list's length puts it at the end
 * @returns `undefined` when there is no such list or place
 */
export function insertElement(
	row: Uint8Array,
	path: JsonPath,
	index: number,
	element: Uint8Array,
): Uint8Array | undefined {
	const list = listAt(row, path);
	if (!list || index < 0 || index > list.elements.length) {
		return undefined;
	}
	const next = list.elements[index];
	const last = list.elements.at(-1);
	if (next) {
		const gap = separator(row, list, index - 1);
		return concat([row.subarray(0, next.start), element, gap, row.subarray(next.start)]);
	}
	const at = last?.end ?? list.start + 1;
	const gap = last ? separator(row, list, index - 1) : new Uint8Array();
	return concat([row.subarray(0, at), gap, element, row.subarray(at)]);
}

/** The row without one element and one separator beside it. */
export function removeElement(
	row: Uint8Array,
	path: JsonPath,
	index: number,
): Uint8Array | undefined {
	const list = listAt(row, path);
	const element = list?.elements[index];
	if (!list || !element) {
		return undefined;
	}
	const next = list.elements[index + 1];
	const previous = list.elements[index - 1];
	const start = next || !previous ? element.start : previous.end;
	return concat([row.subarray(0, start), row.subarray(next?.start ?? element.end)]);
}

/** The row with one element at another place; separators stay where they are. */
export function moveElement(
	row: Uint8Array,
	path: JsonPath,
	from: number,
	to: number,
): Uint8Array | undefined {
	const list = listAt(row, path);
	if (!list?.elements[from] || !list.elements[to]) {
		return undefined;
	}
	const order = [...list.elements];
	order.splice(to, 0, ...order.splice(from, 1));
	const parts: Uint8Array[] = [];
	let at = 0;
	for (const [i, place] of list.elements.entries()) {
		const content = order[i] ?? place;
		parts.push(row.subarray(at, place.start), row.subarray(content.start, content.end));
		at = place.end;
	}
	return concat([...parts, row.subarray(at)]);
}

/** What stands between the element before the gap and the next one, or would. */
function separator(row: Uint8Array, list: ListLayout, before: number): Uint8Array {
	const { elements } = list;
	const left = Math.min(Math.max(before, 0), elements.length - 2);
	const [a, b] = [elements[left], elements[left + 1]];
	if (a && b) {
		return row.subarray(a.end, b.start);
	}
	const lead = row.subarray(list.start + 1, elements[0]?.start ?? list.start + 1);
	return lead.includes(10)
		? concat([encoder.encode(','), lead])
		: encoder.encode(styleOf(row).comma);
}
