const headLength = 12;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
	let crc = byte;
	for (let bit = 0; bit < 8; bit++) {
		crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
	}
	return crc;
});
/** For four bytes at a time: what each of them still does three, two and one bytes later. */
const later = [1, 2, 3].reduce<readonly Uint32Array[]>(
	tables => {
		const before = tables.at(-1) ?? table;
		return [...tables, before.map(crc => (crc >>> 8) ^ (table[crc & 255] ?? 0))];
	},
	[table],
);
const [one = table, two = table, three = table, four = table] = later;

/** CRC-32C in the masked form that TFRecord stores. */
export function maskedCrc(bytes: Uint8Array): number {
	return maskedCrcOf(bytes, 0, bytes.length);
}

/** The same of a part of the bytes. */
export function maskedCrcOf(bytes: Uint8Array, start: number, end: number): number {
	let crc = -1;
	let at = start;
	for (; at + 4 <= end; at += 4) {
		crc ^=
			(bytes[at] ?? 0) |
			((bytes[at + 1] ?? 0) << 8) |
			((bytes[at + 2] ?? 0) << 16) |
			((bytes[at + 3] ?? 0) << 24);
		crc =
			(four[crc & 255] ?? 0) ^
			(three[(crc >>> 8) & 255] ?? 0) ^
			(two[(crc >>> 16) & 255] ?? 0) ^
			(one[crc >>> 24] ?? 0);
	}
	for (; at < end; at++) {
		crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] ?? 0)) & 255] ?? 0);
	}
	const plain = ~crc >>> 0;
	return (((plain >>> 15) | (plain << 17)) + 0xa282ead8) >>> 0;
}

/** Whether the bytes begin like a TFRecord file, whatever the file is called. */
export function looksLikeTfRecords(bytes: Uint8Array): boolean {
	return (
		bytes.length >= headLength &&
		new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(8, true) ===
			maskedCrcOf(bytes, 0, 8)
	);
}
