import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { posix } from 'node:path';
import type { Attributes, FileEntryWithStats, Stats } from 'ssh2';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type {
	DirectoryEntry,
	FileStat,
	OperationOptions,
	TransferOptions,
} from '../../core/hosts/host';
import { replaceFile, temporaryName } from './atomicFile';
import { badPath, commandFailed } from './hostErrors';
import { inParallel } from './inParallel';
import type { SftpSession } from './sftpSession';

/** Status codes of SFTP version 3. */
const endOfFile = 1;
const noSuchFile = 2;
const permissionDenied = 3;
const anyFailure = 4;

/** Where the bytes of an upload come from: fills the block from an offset of the source. */
type Source = (block: Buffer, offset: number) => Promise<void>;

/** File operations over one SFTP channel. */
export class SshFiles {
	constructor(
		readonly host: string,
		readonly session: SftpSession,
	) {}

	/** Turns what an operation rejects with into a value. */
	async attempt<T>(path: string, operation: (absolute: string) => Promise<T>): Promise<Result<T>> {
		const bad = badPath(this.host, path);
		if (bad !== undefined) {
			return err(bad);
		}
		try {
			return ok(await this.session.during(() => operation(this.session.absolute(path))));
		} catch (error) {
			return err(await this.#explain(path, error));
		}
	}

	async write(path: string, size: number, source: Source, options: TransferOptions): Promise<void> {
		await this.#needSpace(posix.dirname(path), size, options);
		const temporary = temporaryName(path);
		const handle = await this.#create(temporary, options);
		try {
			let moved = 0;
			await inParallel(size, options.signal, async (offset, length) => {
				const block = Buffer.allocUnsafe(length);
				await source(block, offset);
				await this.session.call(options, (sftp, done) =>
					sftp.write(handle, block, 0, length, offset, done),
				);
				moved += length;
				options.onProgress?.(moved, size);
			});
			const stats = await this.session.call<Stats>(options, (s, done) => s.fstat(handle, done));
			if (stats.size !== size) {
				throw new Error(`${stats.size} of ${size} bytes arrived`);
			}
			await this.session.call(options, (s, done) => s.fchmod(handle, options.mode ?? 0o600, done));
			await this.#close(handle, options);
			await this.#rename(temporary, path, options);
		} catch (error) {
			await this.#discard(handle, temporary);
			throw error;
		}
	}

	async download(path: string, localPath: string, options: TransferOptions): Promise<void> {
		const handle = await this.#open(path, options);
		try {
			const { size } = await this.session.call<Stats>(options, (s, done) => s.fstat(handle, done));
			await replaceFile(localPath, options.mode ?? 0o600, async file => {
				let moved = 0;
				await inParallel(size, options.signal, async (offset, length) => {
					const block = await this.#readBlock(handle, offset, length, options);
					if (block.length < length) {
						throw new Error('the file shrank while it was read');
					}
					await file.write(block, 0, length, offset);
					moved += length;
					options.onProgress?.(moved, size);
				});
			});
		} finally {
			void this.#close(handle, {}).catch(() => undefined);
		}
	}

	async read(
		path: string,
		offset: number,
		length: number,
		options: OperationOptions,
	): Promise<Uint8Array> {
		const handle = await this.#open(path, options);
		try {
			const { size } = await this.session.call<Stats>(options, (s, done) => s.fstat(handle, done));
			const wanted = Math.max(0, Math.min(length, size - offset));
			const blocks = new Map<number, Buffer>();
			await inParallel(wanted, options.signal, async (at, count) => {
				blocks.set(at, await this.#readBlock(handle, offset + at, count, options));
			});
			const ordered = [...blocks].sort(([a], [b]) => a - b);
			// A block that came short ends what is certain.
			const short = ordered.findIndex(
				([at, block], i) => at + block.length < (ordered[i + 1]?.[0] ?? wanted),
			);
			const whole = short < 0 ? ordered : ordered.slice(0, short + 1);
			return Buffer.concat(whole.map(([, block]) => block));
		} finally {
			void this.#close(handle, {}).catch(() => undefined);
		}
	}

	async list(path: string, options: OperationOptions): Promise<readonly DirectoryEntry[]> {
		const found = await this.session.call<FileEntryWithStats[]>(options, (sftp, done) =>
			sftp.readdir(path, done),
		);
		return found
			.filter(({ filename }) => filename !== '' && !/[/\0]/.test(filename))
			.map(({ filename, attrs }) => ({ name: filename, ...describe(attrs) }))
			.sort((a, b) => (a.name < b.name ? -1 : 1));
	}

	async stat(path: string, options: OperationOptions): Promise<FileStat> {
		return describe(await this.session.call<Stats>(options, (sftp, done) => sftp.stat(path, done)));
	}

	async #create(path: string, options: TransferOptions): Promise<Buffer> {
		const create = (): Promise<Buffer> =>
			this.session.call<Buffer>(options, (sftp, done) =>
				sftp.open(path, 'wx', { mode: 0o600 }, done),
			);
		try {
			return await create();
		} catch (error) {
			if (statusOf(error) !== noSuchFile) {
				throw error;
			}
			await this.#makeFolder(posix.dirname(path), options);
			return await create();
		}
	}

	async #makeFolder(path: string, options: OperationOptions): Promise<void> {
		const make = (): Promise<void> =>
			this.session.call(options, (sftp, done) => sftp.mkdir(path, done));
		try {
			await make();
		} catch (error) {
			if (statusOf(error) === noSuchFile && path !== '/') {
				await this.#makeFolder(posix.dirname(path), options);
				await make();
			} else if (!(statusOf(error) === anyFailure && (await this.#isFolder(path, options)))) {
				throw error;
			}
		}
	}

	async #isFolder(path: string, options: OperationOptions): Promise<boolean> {
		return (await this.stat(path, options)).kind === 'directory';
	}

	#open(path: string, options: OperationOptions): Promise<Buffer> {
		return this.session.call<Buffer>(options, (sftp, done) => sftp.open(path, 'r', done));
	}

	#close(handle: Buffer, options: OperationOptions): Promise<void> {
		return this.session.call(options, (sftp, done) => sftp.close(handle, done));
	}

	/** Servers may give less than asked; an empty answer is the end of the file. */
	async #readBlock(
		handle: Buffer,
		offset: number,
		length: number,
		options: OperationOptions,
	): Promise<Buffer> {
		const block = Buffer.allocUnsafe(length);
		let filled = 0;
		while (filled < length) {
			const count = await this.session.call<number>(options, (sftp, done) =>
				sftp.read(handle, block, filled, length - filled, offset + filled, (error, bytes) =>
					statusOf(error) === endOfFile ? done(undefined, 0) : done(error, bytes),
				),
			);
			if (count === 0) {
				break;
			}
			filled += count;
		}
		return block.subarray(0, filled);
	}

	/** Replaces the target in one step; servers without OpenSSH's extension need two. */
	async #rename(from: string, to: string, options: OperationOptions): Promise<void> {
		await this.session.call(options, (sftp, done) => {
			try {
				sftp.ext_openssh_rename(from, to, done);
			} catch {
				// ssh2 throws when the server does not have the extension.
				sftp.unlink(to, () => sftp.rename(from, to, done));
			}
		});
	}

	/** In the background: the operation has failed already, perhaps because the link is dead. */
	async #discard(handle: Buffer, temporary: string): Promise<void> {
		if (!this.session.isOpen) {
			return;
		}
		const signal = AbortSignal.timeout(3000);
		await this.#close(handle, { signal }).catch(() => undefined);
		await this.session
			.call({ signal }, (sftp, done) => sftp.unlink(temporary, done))
			.catch(() => undefined);
	}

	async #freeBytes(folder: string): Promise<number | undefined> {
		try {
			const info = await this.session.call<{ f_bavail: number; f_frsize: number }>(
				{ signal: AbortSignal.timeout(5000) },
				(sftp, done) => sftp.ext_openssh_statvfs(folder, done),
			);
			return Number(info.f_bavail) * Number(info.f_frsize);
		} catch (error) {
			if (error instanceof WindsockError && error.code === 'connectionLost') {
				throw error;
			}
			// No such folder yet, or no such extension: the write itself will tell.
			return undefined;
		}
	}

	async #needSpace(folder: string, size: number, options: OperationOptions): Promise<void> {
		if (size < 1 << 20 || options.signal?.aborted) {
			return;
		}
		const free = await this.#freeBytes(folder);
		if (free !== undefined && free < size) {
			const reason = `${folder} has ${free} bytes free, ${size} are needed`;
			throw new WindsockError('noSpace', { host: this.host, reason });
		}
	}

	async #explain(path: string, error: unknown): Promise<WindsockError> {
		if (error instanceof WindsockError) {
			return error;
		}
		switch (statusOf(error)) {
			case noSuchFile:
				return new WindsockError('remoteFileMissing', { host: this.host, path });
			case permissionDenied:
				return new WindsockError('remoteAccessDenied', { host: this.host, path });
			case anyFailure: {
				// SFTP says no more than "failure" for a full disk.
				const folder = posix.dirname(this.session.absolute(path));
				const free = this.session.isOpen ? await this.#freeBytes(folder) : undefined;
				if (free === 0) {
					return new WindsockError('noSpace', { host: this.host, reason: folder });
				}
			}
		}
		return commandFailed(this.host, `${path}: ${reasonOf(error)}`, error);
	}
}

function statusOf(error: unknown): number | undefined {
	return error instanceof Error && 'code' in error && typeof error.code === 'number'
		? error.code
		: undefined;
}

function describe(attributes: Attributes): FileStat {
	const type = attributes.mode & constants.S_IFMT;
	const kind =
		type === constants.S_IFREG
			? 'file'
			: type === constants.S_IFDIR
				? 'directory'
				: type === constants.S_IFLNK
					? 'link'
					: 'other';
	return { kind, size: attributes.size, mode: attributes.mode & 0o7777, mtime: attributes.mtime };
}

/** Reads blocks of a file of this machine. Close it when the upload is over. */
export async function fileSource(
	path: string,
): Promise<{ readonly source: Source; readonly close: () => Promise<void> }> {
	const file = await open(path, 'r');
	return {
		source: async (block, offset) => {
			for (let filled = 0; filled < block.length;) {
				const left = block.length - filled;
				const { bytesRead } = await file.read(block, filled, left, offset + filled);
				if (bytesRead === 0) {
					throw new Error(`${path} shrank while it was read`);
				}
				filled += bytesRead;
			}
		},
		close: () => file.close(),
	};
}

export function bytesSource(bytes: Buffer): Source {
	return (block, offset) => {
		bytes.copy(block, 0, offset, offset + block.length);
		return Promise.resolve();
	};
}
