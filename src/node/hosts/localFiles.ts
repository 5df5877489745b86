import type { Stats } from 'node:fs';
import { lstat, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DirectoryEntry, FileStat, TransferOptions } from '../../core/hosts/host';
import { replaceFile } from './atomicFile';

const blockSize = 1024 * 1024;

export async function copyFile(from: string, to: string, options: TransferOptions): Promise<void> {
	const source = await open(from, 'r');
	try {
		const { size: total } = await source.stat();
		await replaceFile(to, options.mode ?? 0o600, async file => {
			const block = new Uint8Array(blockSize);
			let moved = 0;
			for (;;) {
				options.signal?.throwIfAborted();
				const { bytesRead } = await source.read(block, 0, block.length, moved);
				if (bytesRead === 0) {
					break;
				}
				await file.writeFile(block.subarray(0, bytesRead));
				moved += bytesRead;
				options.onProgress?.(moved, Math.max(total, moved));
			}
			const { size } = await file.stat();
			if (size !== moved) {
				throw new Error(`wrote ${size} of ${moved} bytes`);
			}
		});
	} finally {
		await source.close();
	}
}

export async function readRange(
	path: string,
	offset: number,
	length: number,
	signal: AbortSignal | undefined,
): Promise<Uint8Array> {
	const file = await open(path, 'r');
	try {
		const { size } = await file.stat();
		const block = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
		let filled = 0;
		while (filled < block.length) {
			signal?.throwIfAborted();
			const { bytesRead } = await file.read(block, filled, block.length - filled, offset + filled);
			if (bytesRead === 0) {
				break;
			}
			filled += bytesRead;
		}
		return block.subarray(0, filled);
	} finally {
		await file.close();
	}
}

function describe(stats: Stats): FileStat {
	const kind = stats.isFile()
		? 'file'
		: stats.isDirectory()
			? 'directory'
			: stats.isSymbolicLink()
				? 'link'
				: 'other';
	return {
		kind,
		size: stats.size,
		mode: stats.mode & 0o7777,
		mtime: Math.floor(stats.mtimeMs / 1000),
	};
}

export async function statPath(path: string): Promise<FileStat> {
	return describe(await stat(path));
}

/** Entries by name; what vanishes while listing is left out. */
export async function listFolder(
	path: string,
	signal: AbortSignal | undefined,
): Promise<readonly DirectoryEntry[]> {
	const entries: DirectoryEntry[] = [];
	for (const name of (await readdir(path)).sort()) {
		signal?.throwIfAborted();
		const stats = await lstat(join(path, name)).catch(() => undefined);
		if (stats !== undefined) {
			entries.push({ name, ...describe(stats) });
		}
	}
	return entries;
}

export async function removePath(path: string): Promise<void> {
	await rm(path, { recursive: true, force: true });
}
