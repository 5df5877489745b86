import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, realpath, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';

/** A whole new file beside the one that it will replace. One of the two calls ends it. */
export interface PreparedFile {
	/** Puts it in the old file's place. */
	commit(): Promise<Result<void>>;
	/** Removes it; the old file stays. */
	discard(): Promise<void>;
}

/**
 * Writes a file so that it is either the old one or the whole new one, also after a power cut:
 * a neighbour is written, synced and renamed. Links are followed and the mode is kept.
 *
 * @param fill writes the content; what it throws leaves the old file as it was
 */
export async function writeAtomically(
	path: string,
	fill: (file: FileHandle) => Promise<void>,
): Promise<Result<void>> {
	const prepared = await prepareAtomically(path, fill);
	return prepared.ok ? prepared.value.commit() : prepared;
}

/** The first half of `writeAtomically`, for several files of which none shall change alone. */
export async function prepareAtomically(
	path: string,
	fill: (file: FileHandle) => Promise<void>,
): Promise<Result<PreparedFile>> {
	let temporary: string | undefined;
	try {
		const target = await followLinks(path);
		const folder = dirname(target);
		temporary = join(folder, `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
		const before = await statOf(target);
		const mode = before && before.mode & 0o7777;
		const file = await open(temporary, 'wx+', mode ?? 0o666);
		try {
			if (before && process.getuid?.() === 0) {
				await file.chown(before.uid, before.gid);
			}
			if (mode !== undefined) {
				// The process's umask may have taken bits away, and so does a change of the owner.
				await file.chmod(mode);
			}
			await fill(file);
			await file.sync();
		} finally {
			await file.close();
		}
		return ok(preparedFile(path, temporary, target));
	} catch (error) {
		if (temporary !== undefined) {
			await unlink(temporary).catch(ignoreMissing);
		}
		return err(writeError(path, error));
	}
}

function preparedFile(path: string, temporary: string, target: string): PreparedFile {
	return {
		discard: () => unlink(temporary).catch(ignoreMissing),
		commit: async () => {
			try {
				await rename(temporary, target);
			} catch (error) {
				await unlink(temporary).catch(ignoreMissing);
				return err(writeError(path, error));
			}
			await syncFolder(dirname(target));
			return ok();
		},
	};
}

function writeError(path: string, error: unknown): WindsockError {
	return WindsockError.is(error)
		? error
		: new WindsockError('fileUnwritable', { path, reason: reasonOf(error) }, { cause: error });
}

async function followLinks(path: string): Promise<string> {
	try {
		return await realpath(path);
	} catch (error) {
		if (codeOf(error) === 'ENOENT') {
			return path;
		}
		throw error;
	}
}

async function statOf(path: string): Promise<Stats | undefined> {
	try {
		return await stat(path);
	} catch (error) {
		if (codeOf(error) === 'ENOENT') {
			return undefined;
		}
		throw error;
	}
}

/** Makes the rename itself last. Some file systems cannot sync a folder; the file is safe even so. */
export async function syncFolder(folder: string): Promise<void> {
	const handle = await open(folder, 'r');
	try {
		await handle.sync();
	} catch (error) {
		if (!['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes(codeOf(error) ?? '')) {
			throw error;
		}
	} finally {
		await handle.close();
	}
}

function ignoreMissing(error: unknown): void {
	if (codeOf(error) !== 'ENOENT') {
		throw error;
	}
}

function codeOf(error: unknown): string | undefined {
	return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
