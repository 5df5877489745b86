import { open, realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { megabytes } from '../../core/dataset/shownImage';

/** Bytes of an image file; larger ones are not shown. */
const largest = 20 * 1024 * 1024;
const signs = [/^\x89PNG/, /^\xff\xd8\xff/, /^GIF8/, /^RIFF[^]{4}WEBP/, /^BM/];

export interface ImageFile {
	/** With every link resolved. */
	readonly path: string;
	readonly size: number;
}

/**
 * The file that a row names as its image.
 *
 * @param named as the row has it: relative to the first of the folders that has such a file
 * @param folders where datasets keep their images; what lies in none of them is never opened
 */
export async function findRowImage(
	named: string,
	folders: readonly string[],
): Promise<Result<ImageFile>> {
	const roots = await realPaths(folders);
	for (const candidate of isAbsolute(named) ? [named] : roots.map(root => resolve(root, named))) {
		const [path] = await realPaths([candidate]);
		if (path === undefined) {
			continue;
		}
		if (!roots.some(root => isInside(path, root))) {
			const reason = 'images are shown only from the folder of the dataset and of the workspace';
			return err(new WindsockError('fileUnreadable', { path: named, reason }));
		}
		return checked(path, named);
	}
	return err(new WindsockError('fileMissing', { path: named }));
}

async function checked(path: string, named: string): Promise<Result<ImageFile>> {
	const unreadable = (reason: string): Result<ImageFile> =>
		err(new WindsockError('fileUnreadable', { path: named, reason }));
	const handle = await open(path).catch(() => undefined);
	if (!handle) {
		return unreadable('it cannot be opened');
	}
	try {
		const stats = await handle.stat();
		if (!stats.isFile()) {
			return unreadable('it is no file');
		}
		if (stats.size > largest) {
			return unreadable(`its ${megabytes(stats.size)} are too many to show`);
		}
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0);
		const head = buffer.toString('latin1', 0, bytesRead);
		return signs.some(sign => sign.test(head))
			? ok({ path, size: stats.size })
			: unreadable('it is no PNG, JPEG, GIF, WebP or BMP');
	} finally {
		await handle.close();
	}
}

/** Those that are there. */
async function realPaths(paths: readonly string[]): Promise<string[]> {
	const found = await Promise.all(paths.map(path => realpath(path).catch(() => undefined)));
	return [...new Set(found.filter(path => path !== undefined))];
}

function isInside(path: string, root: string): boolean {
	const way = relative(root, path);
	return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}
