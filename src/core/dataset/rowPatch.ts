import type { StringRange } from './example';
import { findValue, type JsonPath, type ValueRange } from './jsonScanner';

const encoder = new TextEncoder();
// A mark in the middle of a text is a character like any other.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The row with one string changed. Every byte outside that string stays, and inside it every
 * character that the edit did not touch keeps its own spelling (`\/`, `\u00e9`, raw é).
 *
 * @returns `undefined` when no string stands at the path
 */
export function patchString(row: Uint8Array, path: JsonPath, text: string): Uint8Array | undefined {
	const range = findValue(row, path);
	if (!range || row[range.start] !== 34) {
		return undefined;
	}
	const token = splitString(row.subarray(range.start + 1, range.end - 1));
	return token && splice(row, range.start + 1, range.end - 1, respell(token, text));
}

/** The same where the text is a part of the string: what stands around it stays. */
export function patchText(
	row: Uint8Array,
	path: JsonPath,
	text: string,
	range: StringRange | undefined,
): Uint8Array | undefined {
	if (!range) {
		return patchString(row, path, text);
	}
	const whole = textAt(row, path);
	return whole === undefined
		? undefined
		: patchString(row, path, whole.slice(0, range.start) + text + whole.slice(range.end));
}

/** The same in every place where the text stands; undefined when it stands in none of them. */
export function patchPlaces(
	row: Uint8Array,
	paths: readonly JsonPath[],
	text: string,
	range: StringRange | undefined,
): Uint8Array | undefined {
	return paths.reduce<Uint8Array | undefined>(
		(patched, path) => patchText(patched ?? row, path, text, range) ?? patched,
		undefined,
	);
}

/** The string at the path, as the row's parser reads it. */
export function textAt(row: Uint8Array, path: JsonPath): string | undefined {
	const range = findValue(row, path);
	if (!range || row[range.start] !== 34) {
		return undefined;
	}
	try {
		return String(JSON.parse(decoder.decode(row.subarray(range.start, range.end))));
	} catch {
		return undefined;
	}
}

/** The row with the bytes of a range replaced. */
export function patchRange(row: Uint8Array, range: ValueRange, token: Uint8Array): Uint8Array {
	return splice(row, range.start, range.end, token);
}

/** The row with the value at the path replaced by JSON text. */
export function patchValue(row: Uint8Array, path: JsonPath, json: string): Uint8Array | undefined {
	const range = findValue(row, path);
	return range && splice(row, range.start, range.end, encoder.encode(json));
}

/** Part of the string at the path as it is spelt there, without quotes; in UTF-16 units. */
export function spellingAt(
	row: Uint8Array,
	path: JsonPath,
	from = 0,
	to = Number.POSITIVE_INFINITY,
): Uint8Array | undefined {
	const range = findValue(row, path);
	if (!range || row[range.start] !== 34) {
		return undefined;
	}
	const token = splitString(row.subarray(range.start + 1, range.end - 1));
	if (!token) {
		return undefined;
	}
	const last = token.text.length;
	return token.raw.subarray(token.offsets[Math.min(from, last)], token.offsets[Math.min(to, last)]);
}

interface StringToken {
	readonly raw: Uint8Array;
	readonly text: string;
	/** For each UTF-16 unit of `text` where its spelling begins in `raw`, and one more for the end. */
	readonly offsets: readonly number[];
	/** Characters beyond ASCII are spelt `\uXXXX`, as Python's json.dumps does. */
	readonly escapesUnicode: boolean;
}

function splitString(raw: Uint8Array): StringToken | undefined {
	const units: string[] = [];
	const offsets: number[] = [];
	let escapes = 0;
	let rawUnicode = 0;
	let at = 0;
	while (at < raw.length) {
		const length = spellingLength(raw, at);
		const decoded = decodeSpelling(raw.subarray(at, at + length));
		if (decoded === undefined) {
			return undefined;
		}
		for (let i = 0; i < decoded.length; i++) {
			units.push(decoded.charAt(i));
			offsets.push(at);
		}
		if (decoded.charCodeAt(0) > 0x7f) {
			escapes += length === 6 ? 1 : 0;
			rawUnicode += length === 6 ? 0 : 1;
		}
		at += length;
	}
	offsets.push(raw.length);
	return { raw, text: units.join(''), offsets, escapesUnicode: escapes > 0 && rawUnicode === 0 };
}

function spellingLength(raw: Uint8Array, at: number): number {
	const byte = raw[at] ?? 0;
	if (byte === 92) {
		return raw[at + 1] === 117 ? 6 : 2;
	}
	const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
	return Math.min(length, raw.length - at);
}

function decodeSpelling(spelling: Uint8Array): string | undefined {
	const first = spelling[0] ?? 0;
	if (first !== 92 && first < 0x80) {
		return String.fromCharCode(first);
	}
	const text = decoder.decode(spelling);
	if (first !== 92) {
		return text;
	}
	try {
		return String(JSON.parse(`"${text}"`));
	} catch {
		return undefined;
	}
}

/** The bytes of the new string, with the spelling of the common beginning and end taken over. */
function respell(token: StringToken, text: string): Uint8Array {
	const old = token.text;
	const most = Math.min(old.length, text.length);
	let head = 0;
	while (head < most && old[head] === text[head]) {
		head++;
	}
	let tail = 0;
	while (tail < most - head && old[old.length - 1 - tail] === text[text.length - 1 - tail]) {
		tail++;
	}
	head = backToBoundary(token, head);
	tail = backToBoundaryFromEnd(token, tail);
	const middle = spell(text.slice(head, text.length - tail), token.escapesUnicode);
	const before = token.raw.subarray(0, token.offsets[head]);
	const after = token.raw.subarray(token.offsets[old.length - tail]);
	return concat([before, middle, after]);
}

/** Two units that share one spelling (a raw emoji) or make one character are not taken apart. */
function isInsideCharacter(token: StringToken, unit: number): boolean {
	const code = token.text.charCodeAt(unit);
	const before = token.text.charCodeAt(unit - 1);
	return unit > 0 && code >= 0xdc00 && code <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
}

function backToBoundary(token: StringToken, head: number): number {
	return head < token.text.length && isInsideCharacter(token, head) ? head - 1 : head;
}

function backToBoundaryFromEnd(token: StringToken, tail: number): number {
	return tail > 0 && isInsideCharacter(token, token.text.length - tail) ? tail - 1 : tail;
}

/** The text as it stands between the quotes of a JSON string. */
export function spell(text: string, escapeUnicode: boolean): Uint8Array {
	const json = JSON.stringify(text).slice(1, -1);
	const spelt = escapeUnicode
		? json.replace(
				/[\u007f-\uffff]/g,
				unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
			)
		: json;
	return encoder.encode(spelt);
}

function splice(row: Uint8Array, start: number, end: number, inner: Uint8Array): Uint8Array {
	return concat([row.subarray(0, start), inner, row.subarray(end)]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
	return a === b || (a.length === b.length && a.every((byte, i) => byte === b[i]));
}
