import { posix } from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { isQuotable } from './shellQuote';

export function cancelled(what: string): WindsockError {
	return new WindsockError('cancelled', { what });
}

export function connectionLost(host: string, reason?: string): WindsockError {
	return new WindsockError('connectionLost', { host, reason });
}

export function commandFailed(host: string, reason: string, cause?: unknown): WindsockError {
	return new WindsockError('remoteCommandFailed', { host, reason }, { cause });
}

/** Paths of the host port are absolute or begin with `~/`; anything else names no file. */
export function badPath(host: string, path: string): WindsockError | undefined {
	const known = path === '~' || path.startsWith('~/') || path.startsWith('/');
	return known && isQuotable(path)
		? undefined
		: new WindsockError('remoteFileMissing', { host, path });
}

/** The root, the home folder and what climbs out of them: removing these is never meant. */
export function isTooPrecious(path: string): boolean {
	const plain = posix.normalize(path.replace(/^~/, '/~')).replace(/\/+$/, '');
	return plain === '' || plain === '/~' || (path.startsWith('~') && !plain.startsWith('/~/'));
}

function codeOf(error: unknown): string | undefined {
	return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** A file operation on the machine behind `host` that Node refused. */
export function fromSystemError(host: string, path: string, error: unknown): WindsockError {
	switch (codeOf(error)) {
		case 'ENOENT':
		case 'ENOTDIR':
			return new WindsockError('remoteFileMissing', { host, path }, { cause: error });
		case 'EACCES':
		case 'EPERM':
		case 'EROFS':
			return new WindsockError('remoteAccessDenied', { host, path }, { cause: error });
		case 'EEXIST':
			return new WindsockError('remoteFileExists', { host, path }, { cause: error });
		case 'ENOSPC':
		case 'EDQUOT':
			return new WindsockError('noSpace', { host, reason: path }, { cause: error });
		default:
			return commandFailed(host, `${path}: ${reasonOf(error)}`, error);
	}
}

/** The file on this machine that a transfer reads. */
export function unreadable(path: string, error: unknown): WindsockError {
	return codeOf(error) === 'ENOENT'
		? new WindsockError('fileMissing', { path }, { cause: error })
		: new WindsockError('fileUnreadable', { path, reason: reasonOf(error) }, { cause: error });
}

/** The file on this machine that a transfer writes. */
export function unwritable(path: string, error: unknown): WindsockError {
	return new WindsockError('fileUnwritable', { path, reason: reasonOf(error) }, { cause: error });
}
