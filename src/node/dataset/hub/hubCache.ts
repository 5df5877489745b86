import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disposable } from '../../../core/base/disposable';
import { sha256 } from '../hash';

/** Bytes that are kept in all: 4 GiB. */
const usualLimit = 4 * 2 ** 30;
/** After so many written bytes it is looked anew what others have written. */
const countedAnew = 256 << 20;

/**
 * What has come of files of the Hub, on this user's disk and bounded in size: the files that were
 * opened longest ago go first. Everything in it can be fetched again, so a disk that is full or
 * cannot be written only makes it slower.
 */
export class HubCache {
	/** Files that are open, with how often. */
	readonly #used = new Map<string, number>();
	#total: number | undefined;
	#written = 0;
	#isOff = false;
	#counting: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly folder: string,
		private readonly limit = usualLimit,
	) {}

	/** @param identity what names the file and its content for ever */
	file(identity: string): KeptFile {
		const key = sha256(identity).slice(0, 40);
		const folder = join(this.folder, key);
		const now = new Date();
		void utimes(folder, now, now).catch(() => undefined); // It need not be there yet.
		return new KeptFile(
			folder,
			(path, bytes) => this.#write(path, folder, bytes),
			() => this.#use(key),
		);
	}

	#use(key: string): Disposable {
		const count = (by: number): void => {
			const now = (this.#used.get(key) ?? 0) + by;
			if (now > 0) {
				this.#used.set(key, now);
			} else {
				this.#used.delete(key);
			}
		};
		count(1);
		return { dispose: () => count(-1) };
	}

	async #write(path: string, folder: string, bytes: Uint8Array): Promise<void> {
		if (this.#isOff) {
			return;
		}
		try {
			if (!(await this.#hasRoom(bytes.length))) {
				return;
			}
			await mkdir(folder, { recursive: true, mode: 0o700 });
			const unfinished = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
			try {
				await writeFile(unfinished, bytes, { mode: 0o600 });
				await rename(unfinished, path);
			} catch (error) {
				await rm(unfinished, { force: true });
				throw error;
			}
		} catch {
			// No disk to keep it on: it is read from the Hub again.
			this.#isOff = true;
		}
	}

	async #hasRoom(size: number): Promise<boolean> {
		// One at a time, so that nothing is counted or removed twice.
		const room = this.#counting.then(() => this.#makeRoom(size));
		this.#counting = room.catch(() => undefined);
		return room;
	}

	async #makeRoom(size: number): Promise<boolean> {
		this.#written += size;
		if (this.#total === undefined || this.#written > countedAnew) {
			this.#written = 0;
			this.#total = (await this.#kept()).reduce((sum, { bytes }) => sum + bytes, 0);
		}
		if (this.#total + size > this.limit) {
			this.#total = await this.#removeOldest(size);
		}
		if (this.#total + size > this.limit) {
			return false;
		}
		this.#total += size;
		return true;
	}

	/** Answers how much is left. */
	async #removeOldest(size: number): Promise<number> {
		const kept = (await this.#kept()).sort((a, b) => a.used - b.used);
		let total = kept.reduce((sum, { bytes }) => sum + bytes, 0);
		for (const { key, bytes } of kept) {
			if (total + size <= this.limit * 0.9) {
				break;
			}
			if (!this.#used.has(key)) {
				await rm(join(this.folder, key), { recursive: true, force: true });
				total -= bytes;
			}
		}
		return total;
	}

	async #kept(): Promise<{ key: string; bytes: number; used: number }[]> {
		const keys = await readdir(this.folder).catch(() => []); // None before the first write.
		return Promise.all(
			keys.map(async key => {
				const folder = join(this.folder, key);
				const names = await readdir(folder).catch(() => []);
				const sizes = await Promise.all(
					names.map(name =>
						stat(join(folder, name)).then(
							found => found.size,
							() => 0,
						),
					),
				);
				const used = await stat(folder).then(
					found => found.mtimeMs,
					() => 0,
				);
				return { key, bytes: sizes.reduce((sum, one) => sum + one, 0), used };
			}),
		);
	}
}

/** The kept parts of one file, by name. */
export class KeptFile {
	constructor(
		private readonly folder: string,
		private readonly keep: (path: string, bytes: Uint8Array) => Promise<void>,
		/** While it is used, it is not removed to make room. */
		readonly use: () => Disposable,
	) {}

	/** `undefined` where it is not kept. */
	async read(name: string): Promise<Uint8Array | undefined> {
		try {
			return await readFile(join(this.folder, name));
		} catch {
			// Not there, removed by another window, or not readable: the Hub has it.
			return undefined;
		}
	}

	/** What is kept of it. */
	names(): Promise<string[]> {
		return readdir(this.folder).catch(() => []); // Nothing yet.
	}

	write(name: string, bytes: Uint8Array): Promise<void> {
		return this.keep(join(this.folder, name), bytes);
	}
}
