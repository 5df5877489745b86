import { isBlank } from '../container';
import { concat, spell } from '../rowPatch';
import type { ObjectLayout } from './jsonLayout';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** How a row writes what stands between its tokens; what is added is written the same way. */
export interface JsonStyle {
	/** `,` or `, `. */
	readonly comma: string;
	/** `:` or `: `. */
	readonly colon: string;
	/** Characters beyond ASCII are spelt `\uXXXX`, as Python's json.dumps does. */
	readonly escapesUnicode: boolean;
}

/** The style of a row by its first comma and colon, and by how it spells its characters. */
export function styleOf(row: Uint8Array): JsonStyle {
	const comma = blankAfter(row, 44);
	const colon = blankAfter(row, 58);
	return {
		comma: comma === undefined || comma ? ', ' : ',',
		// A row of one key shows no comma; its colon speaks for both.
		colon: colon === undefined || colon ? ': ' : ':',
		escapesUnicode:
			row.every(byte => byte < 0x80) && /(?<!\\)(?:\\\\)*\\u(?!00[0-7])/.test(decoder.decode(row)),
	};
}

/** Whether blank follows the first such byte outside strings. */
function blankAfter(row: Uint8Array, wanted: number): boolean | undefined {
	let inString = false;
	for (let at = 0; at < row.length; at++) {
		const byte = row[at];
		if (inString && byte === 92) {
			at++;
		} else if (byte === 34) {
			inString = !inString;
		} else if (!inString && byte === wanted) {
			return isBlank(row[at + 1]);
		}
	}
	return undefined;
}

export function stringToken(text: string, style: JsonStyle): Uint8Array {
	return concat([encoder.encode('"'), spell(text, style.escapesUnicode), encoder.encode('"')]);
}

/** What stands before, between and behind the members of an object, to write another like it. */
export interface ObjectStyle {
	readonly open: Uint8Array;
	readonly comma: Uint8Array;
	readonly colon: Uint8Array;
	readonly close: Uint8Array;
}

export function objectStyle(row: Uint8Array, layout: ObjectLayout, style: JsonStyle): ObjectStyle {
	const [first, second] = layout.members;
	const last = layout.members.at(-1);
	if (!first || !last) {
		return {
			open: encoder.encode('{'),
			comma: encoder.encode(style.comma),
			colon: encoder.encode(style.colon),
			close: encoder.encode('}'),
		};
	}
	const open = row.subarray(layout.start, first.key.start);
	return {
		open,
		comma: second
			? row.subarray(first.value.end, second.key.start)
			: concat([
					encoder.encode(','),
					open.includes(10) ? open.subarray(1) : encoder.encode(style.comma.slice(1)),
				]),
		colon: row.subarray(first.key.end, first.value.start),
		close: row.subarray(last.value.end, layout.end),
	};
}

/** An object of these members, key and value tokens as given. */
export function objectToken(
	members: readonly (readonly [key: Uint8Array, value: Uint8Array])[],
	style: ObjectStyle,
): Uint8Array {
	const parts: Uint8Array[] = [style.open];
	for (const [i, [key, value]] of members.entries()) {
		if (i > 0) {
			parts.push(style.comma);
		}
		parts.push(key, style.colon, value);
	}
	return concat([...parts, style.close]);
}
