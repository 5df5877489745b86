/** One field of a protobuf message as it stands on the wire. */
export interface WireField {
	readonly number: number;
	/** Value of a varint or of a fixed-size field read as unsigned; 0 for a field of bytes. */
	readonly integer: number;
	/** Content of a length-delimited or fixed-size field. */
	readonly bytes: Uint8Array;
}

const noBytes = new Uint8Array();

/**
 * The fields of a message in their order (protobuf.dev/programming-guides/encoding). Throws a
 * RangeError on bytes that are no message.
 */
export function* wireFields(bytes: Uint8Array): Generator<WireField> {
	let at = 0;
	const varint = (): number => {
		const start = at;
		let value = 0;
		for (let scale = 1; at < start + 10; scale *= 128) {
			const byte = bytes[at++];
			if (byte === undefined) {
				break;
			}
			value += (byte & 127) * scale;
			if (byte < 128) {
				// Ten bytes hold a negative number, which a double would round.
				return at - start < 10 ? value : negative(bytes.subarray(start, at));
			}
		}
		throw new RangeError('a number of a protobuf message does not end');
	};
	const take = (length: number): Uint8Array => {
		if (length < 0 || at + length > bytes.length) {
			throw new RangeError('a field of a protobuf message goes beyond its end');
		}
		const part = bytes.subarray(at, at + length);
		at += length;
		return part;
	};
	while (at < bytes.length) {
		const tag = varint();
		const number = Math.floor(tag / 8);
		switch (tag % 8) {
			case 0:
				yield { number, integer: varint(), bytes: noBytes };
				break;
			case 1:
				yield { number, integer: 0, bytes: take(8) };
				break;
			case 2:
				yield { number, integer: 0, bytes: take(varint()) };
				break;
			case 5:
				yield { number, integer: 0, bytes: take(4) };
				break;
			default:
				throw new RangeError(`a protobuf message has a field of kind ${tag % 8}`);
		}
	}
}

function negative(bytes: Uint8Array): number {
	let value = 0n;
	for (const [i, byte] of bytes.entries()) {
		value |= BigInt(byte & 127) << BigInt(7 * i);
	}
	return Number(BigInt.asIntN(64, value));
}
