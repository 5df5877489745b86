import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Disposable } from '../../core/base/disposable';
import { processStart } from './processIdentity';

interface Holder {
	readonly pid: number;
	/** As `processStart` says. */
	readonly start: string;
	readonly host: string;
	/** Tells two holders in one process apart. */
	readonly token: string;
}

const fileName = 'writer.lock';

/** The right to write one mirror folder. One holder at a time over all windows and shells. */
export class MirrorLock implements Disposable {
	readonly #path: string;
	readonly #text: string;

	private constructor(path: string, text: string) {
		this.#path = path;
		this.#text = text;
	}

	/**
	 * Undefined when a living process holds it, or nobody can write here. A dead holder's lock is
	 * taken over.
	 */
	static tryAcquire(folder: string): MirrorLock | undefined {
		const path = join(folder, fileName);
		const holder: Holder = {
			pid: process.pid,
			start: processStart(process.pid) ?? '',
			host: hostname(),
			token: randomBytes(8).toString('hex'),
		};
		const text = JSON.stringify(holder);
		const own = join(folder, `.${fileName}.${holder.token}`);
		try {
			writeFileSync(own, text);
		} catch (error) {
			if (isUnwritable(error)) {
				return undefined;
			}
			throw error;
		}
		try {
			if (linkIfFree(own, path) || (removeIfDead(path, own) && linkIfFree(own, path))) {
				return new MirrorLock(path, text);
			}
			return undefined;
		} finally {
			rmSync(own, { force: true });
		}
	}

	/** Process that holds the folder now, for messages. */
	static holderOf(folder: string): number | undefined {
		return readHolder(join(folder, fileName))?.holder.pid;
	}

	dispose(): void {
		if (readHolder(this.#path)?.text === this.#text) {
			rmSync(this.#path, { force: true });
		}
	}
}

/** `link` fails when the name exists, so exactly one of several callers wins. */
function linkIfFree(own: string, path: string): boolean {
	try {
		linkSync(own, path);
		return true;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
			return false;
		}
		throw error;
	}
}

function isUnwritable(error: unknown): boolean {
	const code = error instanceof Error && 'code' in error ? String(error.code) : '';
	return ['EACCES', 'EPERM', 'EROFS'].includes(code);
}

function readHolder(path: string): { holder: Holder; text: string } | undefined {
	try {
		const text = readFileSync(path, 'utf8');
		const holder = JSON.parse(text) as Partial<Record<keyof Holder, unknown>> | null;
		// A torn one, or one of another shape, is held by nobody.
		const isHolder =
			typeof holder?.host === 'string' &&
			typeof holder.start === 'string' &&
			Number.isSafeInteger(holder.pid);
		return isHolder ? { holder: holder as Holder, text } : undefined;
	} catch {
		return undefined;
	}
}

function isAlive(holder: Holder): boolean {
	// A folder shared between machines: only the machine itself can tell, so it counts as alive.
	return holder.host !== hostname() || processStart(holder.pid) === holder.start;
}

/** Moves a dead holder's lock aside; gives it back when another process was quicker to take it. */
function removeIfDead(path: string, own: string): boolean {
	const found = readHolder(path);
	if (found !== undefined && isAlive(found.holder)) {
		return false;
	}
	const aside = `${own}.dead`;
	try {
		renameSync(path, aside);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
			return true;
		}
		throw error;
	}
	const moved = readHolder(aside);
	const wasDead = moved === undefined || moved.text === found?.text;
	if (!wasDead) {
		linkIfFree(aside, path);
	}
	rmSync(aside, { force: true });
	return wasDead;
}
