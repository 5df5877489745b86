import type { ContainerKind } from '../container';
import { concat } from '../rowPatch';
import { jsonFaultAt } from './jsonFault';

/** What keeps a text from being a row, and where; lines and columns count from 1. */
export interface RawFault {
	readonly reason: string;
	/** In UTF-16 units from the start. */
	readonly at: number;
	readonly line: number;
	readonly column: number;
}

/** The first fault that the JSON parser finds, if any. */
export function rawFault(text: string): RawFault | undefined {
	try {
		JSON.parse(text);
		return undefined;
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		const at = jsonFaultAt(text) ?? text.length;
		const before = text.slice(0, at).split('\n');
		return {
			reason: message
				.replace(/ in JSON at position.*$/s, '')
				.replace(/,? ?(?:\.\.\.)?".*" is not valid JSON$/s, ''),
			at,
			line: before.length,
			column: (before.at(-1)?.length ?? 0) + 1,
		};
	}
}

/**
 * A row's text as it was typed, ready for its file. A whole row may be typed over several lines; in
 * JSON they can only stand between tokens, so that joining them changes nothing that it says.
 *
 * @returns why it is refused, or the text
 */
export function rawRowText(
	typed: string,
	container: ContainerKind,
	allowBroken: boolean,
): { readonly text: string } | { readonly refused: string } {
	const fault = rawFault(typed);
	if (typed.trim() === '') {
		return { refused: 'a row cannot be empty; delete it instead' };
	}
	if (!fault) {
		const trimmed = typed.trim();
		return { text: container === 'jsonl' ? joinedLines(trimmed) : trimmed };
	}
	if (!allowBroken) {
		return { refused: `line ${fault.line}, column ${fault.column}: ${fault.reason}` };
	}
	if (container !== 'jsonl') {
		return { refused: 'one broken element would make the whole file unreadable' };
	}
	if (/[\r\n]/.test(typed)) {
		return { refused: 'a row of this file stands on one line' };
	}
	return { text: typed };
}

/** Valid JSON on one line. */
export function joinedLines(json: string): string {
	return json.replace(/\s*[\r\n]\s*/g, '');
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * The bytes of the new text. What stands before and behind the change keeps its bytes, also where
 * they are no UTF-8 and could only be shown as “�”.
 */
export function patchRaw(row: Uint8Array, text: string): Uint8Array {
	const { units, offsets } = unitsOf(row);
	const most = Math.min(units.length, text.length);
	let head = 0;
	while (head < most && units[head] === text[head]) {
		head++;
	}
	let tail = 0;
	while (tail < most - head && units[units.length - 1 - tail] === text[text.length - 1 - tail]) {
		tail++;
	}
	while (head > 0 && offsets[head] === offsets[head - 1]) {
		head--;
	}
	while (tail > 0 && offsets[units.length - tail] === offsets[units.length - tail - 1]) {
		tail--;
	}
	return concat([
		row.subarray(0, offsets[head]),
		encoder.encode(text.slice(head, text.length - tail)),
		row.subarray(offsets[units.length - tail]),
	]);
}

/** The UTF-16 units that the row decodes to, and where the bytes of each begin. */
function unitsOf(row: Uint8Array): { readonly units: string; readonly offsets: number[] } {
	const offsets: number[] = [];
	let units = '';
	for (let at = 0; at < row.length;) {
		const length = sequenceLength(row, at);
		const text = decoder.decode(row.subarray(at, at + length));
		for (let i = 0; i < text.length; i++) {
			offsets.push(at);
		}
		units += text;
		at += length;
	}
	offsets.push(row.length);
	return { units, offsets };
}

/** Of the character at a place; of a damaged one, the bytes that the decoder shows as one “�”. */
function sequenceLength(row: Uint8Array, at: number): number {
	const byte = row[at] ?? 0;
	const wanted = byte < 0xc2 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 1;
	for (let length = Math.min(wanted, row.length - at); length > 1; length--) {
		const text = decoder.decode(row.subarray(at, at + length));
		const isWhole = text.codePointAt(0) !== 0xfffd;
		if (isWhole ? text.length <= 2 && length === wanted : text.length === 1) {
			return length;
		}
	}
	return 1;
}
