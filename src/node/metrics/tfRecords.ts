/** One record of a TFRecord file, or why reading stopped or passed something over. */
export type TfRecord =
	| { readonly kind: 'record'; readonly data: Uint8Array }
	/** The content does not match its checksum; the next record can still be found. */
	| { readonly kind: 'damaged' }
	/** The file ends within a record: it is still being written, or was cut. */
	| { readonly kind: 'torn' }
	/** A length does not match its checksum, so that nothing behind it can be found. */
	| { readonly kind: 'lost'; readonly offset: number };

const headLength = 12;
const tailLength = 4;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
	let crc = byte;
	for (let bit = 0; bit < 8; bit++) {
		crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
	}
	return crc;
});

/** CRC-32C in the masked form that TFRecord stores. */
export function maskedCrc(bytes: Uint8Array): number {
	let crc = 0xffffffff;
	for (const byte of bytes) {
		crc = (crc >>> 8) ^ (table[(crc ^ byte) & 255] ?? 0);
	}
	const plain = ~crc >>> 0;
	return (((plain >>> 15) | (plain << 17)) + 0xa282ead8) >>> 0;
}

/** Whether the bytes begin like a TFRecord file, whatever the file is called. */
export function looksLikeTfRecords(bytes: Uint8Array): boolean {
	return (
		bytes.length >= headLength &&
		viewOf(bytes).getUint32(8, true) === maskedCrc(bytes.subarray(0, 8))
	);
}

export function* tfRecords(bytes: Uint8Array): Generator<TfRecord> {
	const view = viewOf(bytes);
	let at = 0;
	while (at < bytes.length) {
		if (at + headLength > bytes.length) {
			yield { kind: 'torn' };
			return;
		}
		const head = bytes.subarray(at, at + 8);
		if (view.getUint32(at + 8, true) !== maskedCrc(head)) {
			yield { kind: 'lost', offset: at };
			return;
		}
		const length = Number(view.getBigUint64(at, true));
		const start = at + headLength;
		const end = start + length;
		if (end + tailLength > bytes.length) {
			yield { kind: 'torn' };
			return;
		}
		const data = bytes.subarray(start, end);
		yield view.getUint32(end, true) === maskedCrc(data)
			? { kind: 'record', data }
			: { kind: 'damaged' };
		at = end + tailLength;
	}
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
