import { copyFile, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import { err, ok, type Result } from '../../../core/base/result';
import type { OperationOptions } from '../../../core/hosts/host';
import { readRange } from '../../dataset/byteSource';
import type { MetricPlace, PlaceEntry, PlaceStat } from './metricPlace';

/** The files of this machine. */
export const localPlace: MetricPlace = {
	join,
	list: (folder, options) =>
		expected(folder, options, async () => {
			const entries = await readdir(folder, { withFileTypes: true });
			const listed = await Promise.all(
				entries.map(async (entry): Promise<PlaceEntry[]> => {
					const { name } = entry;
					const found = await statOf(join(folder, name));
					return found ? [{ name, isLink: entry.isSymbolicLink(), ...found }] : [];
				}),
			);
			return listed.flat();
		}),
	stat: (path, options) => expected(path, options, () => statOf(path)),
	read: (path, start, length, options) =>
		expected(path, options, async () => {
			const handle = await open(path, 'r');
			try {
				return await readRange(handle, start, start + length);
			} finally {
				await handle.close();
			}
		}),
	copy: (path, to, options) => expected(path, options, () => copyFile(path, to)),
};

/** Undefined also for a link that leads nowhere. */
async function statOf(path: string): Promise<PlaceStat | undefined> {
	try {
		const found = await stat(path);
		const kind = found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other';
		return { kind, size: found.size, modified: found.mtimeMs / 1000 };
	} catch (error) {
		const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
		if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') {
			return undefined;
		}
		throw error;
	}
}

async function expected<T>(
	path: string,
	options: OperationOptions | undefined,
	work: () => Promise<T>,
): Promise<Result<T>> {
	try {
		options?.signal?.throwIfAborted();
		return ok(await work());
	} catch (error) {
		if (options?.signal?.aborted === true) {
			return err(new WindsockError('cancelled', { what: path }));
		}
		const isMissing = error instanceof Error && Reflect.get(error, 'code') === 'ENOENT';
		const code = isMissing ? 'fileMissing' : 'fileUnreadable';
		return err(new WindsockError(code, { path, reason: reasonOf(error) }, { cause: error }));
	}
}
