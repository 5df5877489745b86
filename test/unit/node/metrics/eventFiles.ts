import { maskedCrc } from '../../../../src/node/metrics/tfRecords';

/** Writes what TensorBoard's writers write, for files of a known content. */
const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap(p => [...p]));

function little(write: (view: DataView) => void, length: number): Uint8Array {
	const bytes = new Uint8Array(length);
	write(new DataView(bytes.buffer));
	return bytes;
}

export function varint(value: bigint): Uint8Array {
	const bytes: number[] = [];
	let rest = BigInt.asUintN(64, value);
	do {
		bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
		rest >>= 7n;
	} while (rest > 0n);
	return Uint8Array.from(bytes);
}

const tag = (number: number, kind: number): Uint8Array => varint(BigInt(number * 8 + kind));
const field = (number: number, bytes: Uint8Array): Uint8Array =>
	joined(tag(number, 2), varint(BigInt(bytes.length)), bytes);
const double = (number: number, value: number): Uint8Array =>
	joined(
		tag(number, 1),
		little(view => view.setFloat64(0, value, true), 8),
	);
const float = (number: number, value: number): Uint8Array =>
	joined(
		tag(number, 5),
		little(view => view.setFloat32(0, value, true), 4),
	);

export function scalar(name: string, value: number): Uint8Array {
	return field(1, joined(field(1, new TextEncoder().encode(name)), float(2, value)));
}

/** A scalar as TensorFlow 2 writes it: a tensor of one float. */
export function tensorScalar(name: string, value: number): Uint8Array {
	const content = little(view => view.setFloat32(0, value, true), 4);
	const tensor = joined(tag(1, 0), varint(1n), field(2, new Uint8Array()), field(4, content));
	return field(1, joined(field(1, new TextEncoder().encode(name)), field(8, tensor)));
}

export function image(name: string): Uint8Array {
	return field(1, joined(field(1, new TextEncoder().encode(name)), field(4, Uint8Array.of(8, 1))));
}

export function event(wall: number, step: number, ...values: Uint8Array[]): Uint8Array {
	return joined(double(1, wall), tag(2, 0), varint(BigInt(step)), field(5, joined(...values)));
}

export const fileVersion: Uint8Array = joined(
	double(1, 1e9),
	field(3, new TextEncoder().encode('brain.Event:2')),
);

export function records(...events: Uint8Array[]): Uint8Array {
	return joined(
		...events.flatMap(data => {
			const head = little(view => view.setBigUint64(0, BigInt(data.length), true), 8);
			const crc = (of: Uint8Array): Uint8Array =>
				little(view => view.setUint32(0, maskedCrc(of), true), 4);
			return [head, crc(head), data, crc(data)];
		}),
	);
}
