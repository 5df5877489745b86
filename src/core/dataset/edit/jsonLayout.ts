import { isBlank } from '../container';
import { findValue, valueEnd, type JsonPath, type ValueRange } from '../jsonScanner';

/** Where the elements of a list stand; all offsets are bytes of the row. */
export interface ListLayout extends ValueRange {
	readonly elements: readonly ValueRange[];
}

export interface MemberLayout {
	readonly name: string;
	readonly key: ValueRange;
	readonly value: ValueRange;
}

export interface ObjectLayout extends ValueRange {
	readonly members: readonly MemberLayout[];
}

const quote = 34;
const comma = 44;
const colon = 58;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The list at the path, or `undefined` when something else or nothing whole stands there. */
export function listAt(row: Uint8Array, path: JsonPath): ListLayout | undefined {
	const range = findValue(row, path);
	if (!range || row[range.start] !== openBracket) {
		return undefined;
	}
	const elements: ValueRange[] = [];
	let at = skipBlank(row, range.start + 1);
	while (row[at] !== closeBracket) {
		const end = valueEnd(row, at);
		if (end === undefined) {
			return undefined;
		}
		elements.push({ start: at, end });
		at = skipBlank(row, end);
		if (row[at] === comma) {
			at = skipBlank(row, at + 1);
		} else if (row[at] !== closeBracket) {
			return undefined;
		}
	}
	return { ...range, elements };
}

/** The object at the path with its members in their order, repeated keys among them. */
export function objectAt(row: Uint8Array, path: JsonPath): ObjectLayout | undefined {
	const range = findValue(row, path);
	if (!range || row[range.start] !== openBrace) {
		return undefined;
	}
	const members: MemberLayout[] = [];
	let at = skipBlank(row, range.start + 1);
	while (row[at] !== closeBrace) {
		const member = memberAt(row, at);
		if (!member) {
			return undefined;
		}
		members.push(member);
		at = skipBlank(row, member.value.end);
		if (row[at] === comma) {
			at = skipBlank(row, at + 1);
		} else if (row[at] !== closeBrace) {
			return undefined;
		}
	}
	return { ...range, members };
}

function memberAt(row: Uint8Array, start: number): MemberLayout | undefined {
	const keyEnd = row[start] === quote ? valueEnd(row, start) : undefined;
	const name = keyEnd === undefined ? undefined : stringOf(row.subarray(start, keyEnd));
	const at = skipBlank(row, keyEnd ?? start);
	if (keyEnd === undefined || name === undefined || row[at] !== colon) {
		return undefined;
	}
	const valueStart = skipBlank(row, at + 1);
	const end = valueEnd(row, valueStart);
	return end === undefined
		? undefined
		: { name, key: { start, end: keyEnd }, value: { start: valueStart, end } };
}

function stringOf(token: Uint8Array): string | undefined {
	try {
		return String(JSON.parse(decoder.decode(token)));
	} catch {
		return undefined;
	}
}

function skipBlank(row: Uint8Array, from: number): number {
	let at = from;
	while (at < row.length && isBlank(row[at])) {
		at++;
	}
	return at;
}
