const blockSize = 512;

export interface ArchiveFile {
	/** Relative, with `/`, at most 100 bytes. */
	readonly path: string;
	readonly data: Uint8Array;
}

function header(path: string, size: number): Buffer {
	const block = Buffer.alloc(blockSize);
	if (Buffer.byteLength(path) > 100) {
		throw new RangeError(`too long for a ustar name: ${path}`);
	}
	const octal = (value: number, width: number): string =>
		`${value.toString(8).padStart(width - 1, '0')}\0`;
	block.write(path, 0);
	block.write(octal(0o644, 8), 100);
	block.write(octal(0, 8), 108);
	block.write(octal(0, 8), 116);
	block.write(octal(size, 12), 124);
	block.write(octal(0, 12), 136);
	block.write(' '.repeat(8), 148);
	block.write('0', 156);
	block.write('ustar\0', 257);
	block.write('00', 263);
	const sum = block.reduce((total, byte) => total + byte, 0);
	block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
	return block;
}

/** A ustar archive of plain files; the same files give the same bytes. */
export function tarArchive(files: readonly ArchiveFile[]): Uint8Array {
	const parts: Uint8Array[] = [];
	for (const { path, data } of files) {
		parts.push(header(path, data.length), data);
		parts.push(Buffer.alloc((blockSize - (data.length % blockSize)) % blockSize));
	}
	parts.push(Buffer.alloc(2 * blockSize));
	return Buffer.concat(parts);
}
