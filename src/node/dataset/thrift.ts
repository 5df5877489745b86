/** A struct of Thrift's compact protocol with every field kept, known or not. */
export type ThriftStruct = Map<number, ThriftField>;

export interface ThriftField {
	readonly type: number;
	readonly value: ThriftValue;
}

/** Doubles and texts stay bytes; all whole numbers are big. */
export type ThriftValue = boolean | bigint | Uint8Array | ThriftList | ThriftMap | ThriftStruct;

export interface ThriftList {
	readonly elementType: number;
	readonly items: readonly ThriftValue[];
}

export interface ThriftMap {
	readonly keyType: number;
	readonly valueType: number;
	readonly entries: readonly (readonly [ThriftValue, ThriftValue])[];
}

export const thriftTypes = { i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

/** Nesting that no metadata has; a file that is broken or made to harm ends here. */
const deepest = 64;

/**
 * Reads a struct, so that it can be written again with some fields changed and all others as they
 * were. Throws a RangeError for bytes that are none.
 *
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export function readThrift(bytes: Uint8Array): ThriftStruct {
	return new ThriftReader(bytes).struct(0);
}

export function writeThrift(struct: ThriftStruct): Uint8Array {
	const out: number[] = [];
	writeStruct(out, struct);
	return Uint8Array.from(out);
}

class ThriftReader {
	#at = 0;

	constructor(private readonly bytes: Uint8Array) {}

	struct(depth: number): ThriftStruct {
		if (depth > deepest) {
			throw new RangeError('metadata nested too deeply');
		}
		const fields: ThriftStruct = new Map();
		let id = 0;
		for (;;) {
			const head = this.#byte();
			const type = head & 15;
			if (type === 0) {
				return fields;
			}
			id = head >> 4 === 0 ? Number(this.#zigzag()) : id + (head >> 4);
			fields.set(id, { type, value: type <= 2 ? type === 1 : this.#value(type, depth) });
		}
	}

	#value(type: number, depth: number): ThriftValue {
		switch (type) {
			case 1:
			case 2:
			case 3:
				return BigInt(this.#byte());
			case 4:
			case 5:
			case 6:
				return this.#zigzag();
			case 7:
				return this.#take(8);
			case 8:
				return this.#take(this.#size());
			case 9:
			case 10:
				return this.#list(depth);
			case 11:
				return this.#map(depth);
			case 12:
				return this.struct(depth + 1);
			default:
				throw new RangeError(`metadata of an unknown type ${type}`);
		}
	}

	#list(depth: number): ThriftList {
		const head = this.#byte();
		const count = head >> 4 === 15 ? this.#size() : head >> 4;
		const elementType = head & 15;
		const items: ThriftValue[] = [];
		for (let i = 0; i < count; i++) {
			items.push(this.#value(elementType, depth + 1));
		}
		return { elementType, items };
	}

	#map(depth: number): ThriftMap {
		const count = this.#size();
		const types = count === 0 ? 0 : this.#byte();
		const [keyType, valueType] = [types >> 4, types & 15];
		const entries: [ThriftValue, ThriftValue][] = [];
		for (let i = 0; i < count; i++) {
			entries.push([this.#value(keyType, depth + 1), this.#value(valueType, depth + 1)]);
		}
		return { keyType, valueType, entries };
	}

	#byte(): number {
		const byte = this.bytes[this.#at++];
		if (byte === undefined) {
			throw new RangeError('the metadata end too early');
		}
		return byte;
	}

	#take(length: number): Uint8Array {
		if (this.#at + length > this.bytes.length) {
			throw new RangeError('the metadata end too early');
		}
		this.#at += length;
		return this.bytes.subarray(this.#at - length, this.#at);
	}

	#size(): number {
		return Number(this.#varint());
	}

	#varint(): bigint {
		let value = 0n;
		for (let shift = 0n; shift < 70n; shift += 7n) {
			const byte = this.#byte();
			value |= BigInt(byte & 127) << shift;
			if (byte < 128) {
				return value;
			}
		}
		throw new RangeError('a number in the metadata is too long');
	}

	#zigzag(): bigint {
		const value = this.#varint();
		return (value >> 1n) ^ -(value & 1n);
	}
}

function writeStruct(out: number[], struct: ThriftStruct): void {
	let last = 0;
	for (const [id, { type, value }] of struct) {
		const kind = typeof value === 'boolean' ? (value ? 1 : 2) : type;
		const delta = id - last;
		if (delta > 0 && delta < 16) {
			out.push((delta << 4) | kind);
		} else {
			out.push(kind);
			writeZigzag(out, BigInt(id));
		}
		last = id;
		if (typeof value !== 'boolean') {
			writeValue(out, kind, value);
		}
	}
	out.push(0);
}

function writeValue(out: number[], type: number, value: ThriftValue): void {
	if (typeof value === 'bigint') {
		if (type <= 3) {
			out.push(Number(value));
		} else {
			writeZigzag(out, value);
		}
	} else if (value instanceof Uint8Array) {
		if (type === 8) {
			writeVarint(out, BigInt(value.length));
		}
		for (const byte of value) {
			out.push(byte);
		}
	} else if (value instanceof Map) {
		writeStruct(out, value);
	} else if (typeof value === 'object' && 'items' in value) {
		const count = value.items.length;
		out.push((Math.min(count, 15) << 4) | value.elementType);
		if (count >= 15) {
			writeVarint(out, BigInt(count));
		}
		value.items.forEach(item => writeValue(out, value.elementType, item));
	} else if (typeof value === 'object') {
		writeMap(out, value);
	}
}

function writeMap(out: number[], map: ThriftMap): void {
	writeVarint(out, BigInt(map.entries.length));
	if (map.entries.length > 0) {
		out.push((map.keyType << 4) | map.valueType);
	}
	for (const [key, value] of map.entries) {
		writeValue(out, map.keyType, key);
		writeValue(out, map.valueType, value);
	}
}

function writeVarint(out: number[], value: bigint): void {
	let rest = value;
	while (rest >= 128n) {
		out.push(Number(rest & 127n) | 128);
		rest >>= 7n;
	}
	out.push(Number(rest));
}

function writeZigzag(out: number[], value: bigint): void {
	writeVarint(out, BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
}
