import { findValue } from '../../core/dataset/jsonScanner';

/** The row with these fields only, as they are spelt; a row that has none of them is left whole. */
export function onlyFields(bytes: Uint8Array, columns: readonly string[]): Uint8Array {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	const members = columns.flatMap(name => {
		const range = findValue(bytes, [name]);
		return range
			? [`${JSON.stringify(name)}:${buffer.toString('utf8', range.start, range.end)}`]
			: [];
	});
	return members.length === 0 ? bytes : Buffer.from(`{${members.join(',')}}`);
}
