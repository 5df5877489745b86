import { crc32 } from 'node:zlib';
import { varint } from './eventFiles';

const blockLength = 32 * 1024;
const text = new TextEncoder();
const joined = (...parts: Uint8Array[]): Buffer => Buffer.concat(parts);
const field = (number: number, bytes: Uint8Array | string): Uint8Array => {
	const content = typeof bytes === 'string' ? text.encode(bytes) : bytes;
	return joined(varint(BigInt(number * 8 + 2)), varint(BigInt(content.length)), content);
};
const integer = (number: number, value: number): Uint8Array =>
	joined(varint(BigInt(number * 8)), varint(BigInt(value)));

const item = (name: string, json: string): Uint8Array => joined(field(1, name), field(16, json));

/** A record of logged values, each as the JSON that W&B writes. */
export function history(step: number, values: Readonly<Record<string, string>>): Uint8Array {
	const items = Object.entries(values).map(([name, json]) => field(1, item(name, json)));
	return field(2, joined(...items, field(2, integer(1, step))));
}

/** A record of what the machine does at a time. */
export function stats(wall: number, values: Readonly<Record<string, string>>): Uint8Array {
	const items = Object.entries(values).map(([name, json]) => field(3, item(name, json)));
	return field(7, joined(field(2, integer(1, wall)), ...items));
}

export function runRecord(name: string, config: Readonly<Record<string, string>>): Uint8Array {
	const items = Object.entries(config).map(([key, json]) => field(1, item(key, json)));
	return field(17, joined(field(1, 'abc123'), field(8, name), field(4, joined(...items))));
}

/** A `.wandb` file, cut into blocks as W&B's writer cuts it. */
export function wandbFile(...records: readonly Uint8Array[]): Buffer {
	const parts: Uint8Array[] = [Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0])];
	let at = 7;
	for (const record of records) {
		let rest: Uint8Array | undefined = record;
		let isFirst = true;
		while (rest !== undefined) {
			const left: number = blockLength - (at % blockLength);
			if (left < 7) {
				parts.push(new Uint8Array(left));
				at += left;
				continue;
			}
			const piece: Uint8Array = rest.subarray(0, left - 7);
			const isLast: boolean = piece.length === rest.length;
			const type = isFirst ? (isLast ? 1 : 2) : isLast ? 4 : 3;
			const content = joined(Uint8Array.of(type), piece);
			const head = Buffer.alloc(6);
			head.writeUInt32LE(crc32(content));
			head.writeUInt16LE(piece.length, 4);
			parts.push(head, content);
			at += 7 + piece.length;
			rest = isLast ? undefined : rest.subarray(piece.length);
			isFirst = false;
		}
	}
	return joined(...parts);
}
