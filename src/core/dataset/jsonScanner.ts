import { isBlank } from './container';

/** Keys and indices from the row down to a value. */
export type JsonPath = readonly (string | number)[];

/** Byte range of a value; `end` is exclusive. */
export interface ValueRange {
	readonly start: number;
	readonly end: number;
}

const quote = 34;
const comma = 44;
const backslash = 92;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
const colon = 58;

/**
 * Finds a value in JSON text without parsing the rest. Depth costs no stack, faults elsewhere in
 * the row do not matter, and of a repeated key the last one counts, as for `JSON.parse`.
 */
export function findValue(bytes: Uint8Array, path: JsonPath): ValueRange | undefined {
	let at = skipBlank(bytes, 0);
	for (const step of path) {
		const found =
			typeof step === 'number' ? findElement(bytes, at, step) : findMember(bytes, at, step);
		if (found === undefined) {
			return undefined;
		}
		at = found;
	}
	const end = valueEnd(bytes, at);
	return end === undefined ? undefined : { start: at, end };
}

/** Where the value that begins at `start` ends, or `undefined` when it is cut off. */
export function valueEnd(bytes: Uint8Array, start: number): number | undefined {
	const first = bytes[start];
	if (first === quote) {
		return stringEnd(bytes, start);
	}
	if (first !== openBrace && first !== openBracket) {
		let at = start;
		while (at < bytes.length && !endsBareValue(bytes[at])) {
			at++;
		}
		return at > start ? at : undefined;
	}
	let depth = 0;
	for (let at = start; at < bytes.length; at++) {
		const byte = bytes[at];
		if (byte === quote) {
			const end = stringEnd(bytes, at);
			if (end === undefined) {
				return undefined;
			}
			at = end - 1;
		} else if (byte === openBrace || byte === openBracket) {
			depth++;
		} else if (byte === closeBrace || byte === closeBracket) {
			depth--;
			if (depth === 0) {
				return at + 1;
			}
		}
	}
	return undefined;
}

function findElement(bytes: Uint8Array, start: number, index: number): number | undefined {
	if (bytes[start] !== openBracket) {
		return undefined;
	}
	let at = skipBlank(bytes, start + 1);
	for (let i = 0; at < bytes.length && bytes[at] !== closeBracket; i++) {
		if (i === index) {
			return at;
		}
		const end = valueEnd(bytes, at);
		if (end === undefined) {
			return undefined;
		}
		at = skipBlank(bytes, end);
		if (bytes[at] === comma) {
			at = skipBlank(bytes, at + 1);
		}
	}
	return undefined;
}

function findMember(bytes: Uint8Array, start: number, key: string): number | undefined {
	if (bytes[start] !== openBrace) {
		return undefined;
	}
	let found: number | undefined;
	let at = skipBlank(bytes, start + 1);
	while (at < bytes.length && bytes[at] === quote) {
		const keyEnd = stringEnd(bytes, at);
		if (keyEnd === undefined) {
			break;
		}
		const matches = readString(bytes.subarray(at, keyEnd)) === key;
		at = skipBlank(bytes, keyEnd);
		if (bytes[at] !== colon) {
			break;
		}
		at = skipBlank(bytes, at + 1);
		if (matches) {
			found = at;
		}
		const end = valueEnd(bytes, at);
		if (end === undefined) {
			break;
		}
		at = skipBlank(bytes, end);
		if (bytes[at] === comma) {
			at = skipBlank(bytes, at + 1);
		}
	}
	return found;
}

function stringEnd(bytes: Uint8Array, start: number): number | undefined {
	for (let at = start + 1; at < bytes.length; at++) {
		if (bytes[at] === backslash) {
			at++;
		} else if (bytes[at] === quote) {
			return at + 1;
		}
	}
	return undefined;
}

function readString(token: Uint8Array): string | undefined {
	try {
		return String(JSON.parse(new TextDecoder().decode(token)));
	} catch {
		return undefined;
	}
}

function endsBareValue(byte: number | undefined): boolean {
	return byte === comma || byte === closeBrace || byte === closeBracket || isBlank(byte);
}

function skipBlank(bytes: Uint8Array, from: number): number {
	let at = from;
	while (at < bytes.length && isBlank(bytes[at])) {
		at++;
	}
	return at;
}
