import type { BigIntStats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Bytes that are read by ranges and never as a whole. */
export interface ByteSource {
	readonly size: number;
	/** What the file was when it was opened, in words that differ for another one; empty for none. */
	readonly stamp: string;
	/** Whether nothing has been written into what is open. */
	isUntouched(): Promise<boolean>;
	/**
	 * The bytes of the range, or fewer when the source has become shorter since.
	 *
	 * @param into memory to use where the bytes fit; a pass over a large file then makes no garbage,
	 *   but what an earlier call answered is gone
	 */
	read(start: number, end: number, into?: Uint8Array): Promise<Uint8Array>;
	close(): Promise<void>;
}

/** Holds the file open: replaced by a rename, it still reads what it was. */
export async function openFileSource(path: string): Promise<ByteSource> {
	const handle = await open(path, 'r');
	try {
		const stat = await handle.stat({ bigint: true });
		const size = Number(stat.size);
		const stamp = stampOf(stat);
		return {
			size,
			stamp,
			isUntouched: async () => stampOf(await handle.stat({ bigint: true })) === stamp,
			read: (start, end, into) => readRange(handle, start, Math.min(end, size), into),
			close: () => handle.close(),
		};
	} catch (error) {
		await handle.close();
		throw error;
	}
}

/** For documents that are no files, such as a version from git. */
export function memorySource(bytes: Uint8Array): ByteSource {
	return {
		size: bytes.length,
		stamp: '',
		isUntouched: () => Promise.resolve(true),
		read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
		close: () => Promise.resolve(),
	};
}

function stampOf(stat: BigIntStats): string {
	return `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs}`;
}

/** Fewer bytes than asked for where the file ends before. */
export async function readRange(
	handle: FileHandle,
	start: number,
	end: number,
	into?: Uint8Array,
): Promise<Uint8Array> {
	const length = Math.max(0, end - start);
	const buffer =
		into && into.length >= length ? into.subarray(0, length) : Buffer.allocUnsafe(length);
	let filled = 0;
	while (filled < buffer.length) {
		const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, start + filled);
		if (bytesRead === 0) {
			break;
		}
		filled += bytesRead;
	}
	return buffer.subarray(0, filled);
}
