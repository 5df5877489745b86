import { findValue, type JsonPath } from '../jsonScanner';
import { patchString, patchValue } from '../rowPatch';
import { addMember, removeElementOrMember } from './memberPatch';
import { joinedLines } from './rawRow';

const scalar = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/**
 * Sets a value that is no list and no object. A string stays a string; a number, true, false or
 * null takes JSON as it is typed, so that 1.0 and 12345678901234567890 stay what they are.
 *
 * @returns why it is refused, or the new bytes
 */
export function setScalar(row: Uint8Array, path: JsonPath, typed: string): Uint8Array | string {
	const range = findValue(row, path);
	const first = range && row[range.start];
	if (!range || first === 91 || first === 123) {
		return 'there is no such value';
	}
	if (first === 34) {
		return patchString(row, path, typed) ?? 'the text there is damaged';
	}
	const token = scalarToken(typed);
	return token === undefined
		? 'it takes a number, true, false, null, or a text in double quotes'
		: (patchValue(row, path, token) ?? 'there is no such value');
}

/** @param typed JSON, or words that are taken for a text */
export function addField(
	row: Uint8Array,
	path: JsonPath,
	name: string,
	typed: string,
): Uint8Array | string {
	if (name === '') {
		return 'a field needs a name';
	}
	const token = jsonToken(typed) ?? JSON.stringify(typed);
	return (
		addMember(row, path, name, new TextEncoder().encode(token)) ??
		`there is a field “${name}” already`
	);
}

export function removeField(row: Uint8Array, path: JsonPath): Uint8Array | string {
	return removeElementOrMember(row, path) ?? 'there is no such field';
}

function scalarToken(typed: string): string | undefined {
	const text = typed.trim();
	return scalar.test(text) || (text.startsWith('"') && jsonToken(text)) ? text : undefined;
}

/** The text, trimmed, if it is JSON on one line. */
function jsonToken(typed: string): string | undefined {
	const text = typed.trim();
	try {
		JSON.parse(text);
		return joinedLines(text);
	} catch {
		return undefined;
	}
}
