import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Enough of a file to notice that something else wrote it, without reading it all. */
export interface Fingerprint {
	readonly size: number;
	/** Nanoseconds; text, since they do not fit a number. */
	readonly modified: string;
	readonly inode: string;
	/** SHA-256 of the first 64 KiB. */
	readonly head: string;
}

export async function fingerprintOf(path: string): Promise<Fingerprint> {
	const handle = await open(path, 'r');
	try {
		const stat = await handle.stat({ bigint: true });
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(65536), 0, 65536, 0);
		return {
			size: Number(stat.size),
			modified: stat.mtimeNs.toString(),
			inode: stat.ino.toString(),
			head: createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex'),
		};
	} finally {
		await handle.close();
	}
}

export function sameFingerprint(a: Fingerprint, b: Fingerprint): boolean {
	return a.size === b.size && a.modified === b.modified && a.inode === b.inode && a.head === b.head;
}

/** One for all files of a dataset, in their order. */
export function joinFingerprints(all: readonly Fingerprint[]): Fingerprint | undefined {
	const [first] = all;
	return all.length <= 1
		? first
		: {
				size: all.reduce((sum, { size }) => sum + size, 0),
				modified: all.map(({ modified }) => modified).join(' '),
				inode: all.map(({ inode }) => inode).join(' '),
				head: createHash('sha256')
					.update(all.map(({ head }) => head).join(' '))
					.digest('hex'),
			};
}
