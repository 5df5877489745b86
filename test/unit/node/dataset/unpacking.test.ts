import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Compression } from '../../../../src/core/dataset/container';
import { memorySource } from '../../../../src/node/dataset/byteSource';
import { unpackHead, unpacking } from '../../../../src/node/dataset/unpacking';

const packs = {
	gzip: gzipSync,
	zstd: (data: Uint8Array | string) =>
		zstdCompressSync(data, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
} as const;
/** Text that hardly packs, so that cutting the file cuts text. */
const noise = Buffer.alloc(900_000);
for (let i = 0, state = 1; i < noise.length; i++) {
	state ^= state << 13;
	state ^= state >>> 17;
	state ^= state << 5;
	noise[i] = state & 127;
}

async function unpacked(bytes: Uint8Array, compression: Compression) {
	const pieces: Uint8Array[] = [];
	let broken: string | undefined;
	for await (const piece of unpacking(memorySource(bytes), compression)) {
		if (piece.kind === 'text') {
			pieces.push(piece.bytes);
		} else {
			broken = piece.reason;
		}
	}
	return { text: Buffer.concat(pieces), broken };
}

describe.each(['gzip', 'zstd'] as const)('unpacking %s', compression => {
	const pack = packs[compression];

	it('gives the whole text, of several members or frames one after another', async () => {
		const packed = Buffer.concat([pack(noise), pack(Buffer.from('second\n')), pack(noise)]);
		const { text, broken } = await unpacked(packed, compression);
		expect(broken).toBeUndefined();
		expect(text.equals(Buffer.concat([noise, Buffer.from('second\n'), noise]))).toBe(true);
	});

	it('gives what comes before a cut and says that it is cut off', async () => {
		const packed = pack(noise);
		const { text, broken } = await unpacked(
			packed.subarray(0, packed.length - 100_000),
			compression,
		);
		expect(broken).toMatch(/cut off/);
		expect(text.length).toBeGreaterThan(300_000);
		expect(text.equals(noise.subarray(0, text.length))).toBe(true);
	});

	it('says that damaged data are damaged', async () => {
		const packed = Buffer.from(pack(noise));
		packed.fill(0xa5, 600_000, 600_100);
		expect((await unpacked(packed, compression)).broken).toMatch(/damaged|cut off/);
		expect((await unpacked(Buffer.from('{"a":1}\n'), compression)).broken).toMatch(/damaged/);
	});

	it('gives an empty text for an empty file', async () => {
		expect(await unpacked(new Uint8Array(), compression)).toEqual({
			text: Buffer.alloc(0),
			broken: undefined,
		});
		expect((await unpacked(pack(''), compression)).text.length).toBe(0);
	});

	it('gives the head without reading on', async () => {
		const head = await unpackHead(memorySource(pack(noise)), compression, 1000);
		expect(noise.subarray(0, 1000).equals(head)).toBe(true);
	});
});
