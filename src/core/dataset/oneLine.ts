const quote = 34;
const backslash = 92;

/**
 * JSON text without its line breaks, so that it is one line of a JSONL file. Blanks that indented
 * a line go too; all else, numbers and escapes included, stays as it was written.
 */
export function oneLine(row: Uint8Array): Uint8Array {
	if (!row.includes(10) && !row.includes(13)) {
		return row;
	}
	const line = new Uint8Array(row.length);
	let length = 0;
	let inString = false;
	let afterBreak = false;
	for (let i = 0; i < row.length; i++) {
		const byte = row[i] ?? 0;
		const isBreak = byte === 10 || byte === 13;
		// A string of JSON holds no raw line break; in a broken row it must not tear the line either.
		if (isBreak || (afterBreak && !inString && (byte === 32 || byte === 9))) {
			afterBreak = true;
			continue;
		}
		afterBreak = false;
		line[length++] = byte;
		if (byte === quote) {
			inString = !inString;
		} else if (byte === backslash && inString && i + 1 < row.length) {
			line[length++] = row[++i] ?? 0;
		}
	}
	return line.subarray(0, length);
}
