import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';
import { WindsockError } from '../../../core/base/errors';
import { isHubLocation } from '../../../core/dataset/hub/hubLocation';

const run = promisify(execFile);
/** A larger version is better taken out of git by hand. */
const mostBytes = 2 ** 31 - 1;

/** One side of a comparison: a file, or a version of one that git has. */
export interface DatasetVersion {
	readonly path: string;
	readonly revision?: string;
}

/** Reads `FILE`, or `FILE@REVISION` where no file has that very name. */
export function parseVersion(text: string): DatasetVersion {
	const at = text.lastIndexOf('@');
	const isPlain = isHubLocation(text) || at <= 0 || at === text.length - 1 || existsSync(text);
	return isPlain ? { path: text } : { path: text.slice(0, at), revision: text.slice(at + 1) };
}

/** The file's bytes at a revision. Runs no filter and no hook of the repository. */
export async function readFromGit(
	path: string,
	revision: string,
	signal?: AbortSignal,
): Promise<Uint8Array> {
	const fail = (reason: string): WindsockError =>
		new WindsockError('versionMissing', { version: `${path}@${revision}`, reason });
	if (revision.startsWith('-') || /[\0\n:]/.test(revision)) {
		throw fail('this is no name of a revision');
	}
	const object = `${revision}:./${basename(path)}`;
	try {
		const { stdout } = await run('git', ['-C', dirname(path), 'cat-file', 'blob', object], {
			encoding: 'buffer',
			maxBuffer: mostBytes,
			...(signal ? { signal } : {}),
		});
		return stdout;
	} catch (error) {
		if (signal?.aborted) {
			throw new WindsockError('cancelled', { what: 'reading from git' }, { cause: error });
		}
		const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
		throw fail(said.split('\n')[0] || 'git could not be started');
	}
}
