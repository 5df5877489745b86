import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A name beside `path` that nothing else uses and that a leftover is recognised by. */
export function temporaryName(path: string): string {
	return `${path}.${randomBytes(6).toString('hex')}.windsock-part`;
}

/**
 * Writes a file of this machine so that its name shows the old or the whole new content, never a
 * part. Creates missing parent folders. When `fill` throws, nothing is left.
 */
export async function replaceFile(
	path: string,
	mode: number,
	fill: (file: FileHandle) => Promise<void>,
): Promise<void> {
	await mkdir(dirname(path), { recursive: true });
	const temporary = temporaryName(path);
	const file = await open(temporary, 'wx', mode);
	try {
		try {
			await fill(file);
			await file.sync();
		} finally {
			await file.close();
		}
		await chmod(temporary, mode);
		await rename(temporary, path);
	} catch (error) {
		await rm(temporary, { force: true });
		throw error;
	}
}
