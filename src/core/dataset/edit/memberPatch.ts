import { findValue, type JsonPath } from '../jsonScanner';
import { concat } from '../rowPatch';
import { objectAt } from './jsonLayout';
import { removeElement } from './listPatch';
import { objectStyle, stringToken, styleOf } from './jsonStyle';

/**
 * The row with one more member at the end of an object, written as its neighbours are.
 *
 * @returns `undefined` when there is no such object or it has the name already
 */
export function addMember(
	row: Uint8Array,
	path: JsonPath,
	name: string,
	value: Uint8Array,
): Uint8Array | undefined {
	const layout = objectAt(row, path);
	if (!layout || layout.members.some(member => member.name === name)) {
		return undefined;
	}
	const style = styleOf(row);
	const own = objectStyle(row, layout, style);
	const last = layout.members.at(-1);
	const at = last?.value.end ?? layout.start + 1;
	const member = [stringToken(name, style), own.colon, value];
	return concat([row.subarray(0, at), ...(last ? [own.comma] : []), ...member, row.subarray(at)]);
}

/** The row without a member; where the key is repeated, without all of them. */
export function removeMember(
	row: Uint8Array,
	path: JsonPath,
	name: string,
): Uint8Array | undefined {
	let result: Uint8Array | undefined;
	for (;;) {
		const next = withoutFirst(result ?? row, path, name);
		if (!next) {
			return result;
		}
		result = next;
	}
}

/** The row without what stands at the path, be it a member of an object or an element of a list. */
export function removeElementOrMember(row: Uint8Array, path: JsonPath): Uint8Array | undefined {
	const step = path.at(-1);
	const parent = path.slice(0, -1);
	return step === undefined
		? undefined
		: typeof step === 'number'
			? removeElement(row, parent, step)
			: removeMember(row, parent, step);
}

function withoutFirst(row: Uint8Array, path: JsonPath, name: string): Uint8Array | undefined {
	const members = objectAt(row, path)?.members ?? [];
	const index = members.findIndex(member => member.name === name);
	const member = members[index];
	if (!member) {
		return undefined;
	}
	const next = members[index + 1];
	const previous = members[index - 1];
	const start = next || !previous ? member.key.start : previous.value.end;
	return concat([row.subarray(0, start), row.subarray(next?.key.start ?? member.value.end)]);
}

/** The row with two values in each other's place, each as it was written. */
export function swapValues(
	row: Uint8Array,
	one: JsonPath,
	other: JsonPath,
): Uint8Array | undefined {
	const ranges = [findValue(row, one), findValue(row, other)];
	const [a, b] = ranges.toSorted((x, y) => (x?.start ?? 0) - (y?.start ?? 0));
	if (!a || !b || a.end > b.start) {
		return undefined;
	}
	return concat([
		row.subarray(0, a.start),
		row.subarray(b.start, b.end),
		row.subarray(a.end, b.start),
		row.subarray(a.start, a.end),
		row.subarray(b.end),
	]);
}
