import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rm, statfs, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { byteSize } from '../../core/base/byteSize';
import { reasonOf, WindsockError } from '../../core/base/errors';
import type { Result } from '../../core/base/result';
import { TransferProgress } from '../../core/hosts/transferProgress';
import type { Progress } from '../../core/training/launchRequest';
import type { PreparedHost } from '../runs/preparedHost';
import { filesOf, type FarFile } from './farFiles';
import { folderFor } from './safePath';
import { isSystemError, TransferSession } from './transferSession';

/** Bytes of one request, and how many requests may be under way. */
const portion = 512 * 1024;
const lanes = 8;
const pace = 250;
/** Ends the name of a file that has not arrived whole. */
const partSuffix = '.windsock-part';

export interface Pulled {
	readonly files: number;
	readonly bytes: number;
	/** Bytes that went over the network: less than `bytes` when part of it was here. */
	readonly moved: number;
}

/**
 * Copies a folder of the host to this machine. Each file gets its name when its hash is the host's.
 * What an earlier try brought is gone on with; files that are here already are only checked.
 *
 * @param last name of the file that is written after all others, because it says that they are there
 */
export async function pullFolder(
	prepared: PreparedHost,
	folder: string,
	out: string,
	options: {
		readonly last?: string;
		readonly progress: Progress;
		readonly signal: AbortSignal | undefined;
	},
): Promise<Result<Pulled>> {
	const { signal } = options;
	let moved = 0;
	let meter: TransferProgress | undefined;
	let told = -pace;
	const tell = (label: string, isEnd: boolean): void => {
		const now = performance.now();
		if (meter !== undefined && (isEnd || now - told >= pace)) {
			told = now;
			options.progress.report(`Fetching ${basename(label)}`, meter.fraction, meter.detail);
		}
	};
	return await TransferSession.use(prepared, signal, (session, arrived) =>
		onThisMachine(out, async () => {
			const files = await filesOf(session, folder);
			const bytes = files.reduce((sum, { size }) => sum + size, 0);
			await mkdir(out, { recursive: true });
			let done = 0;
			meter = new TransferProgress(bytes, 0, () => performance.now());
			const inOrder = files.toSorted(
				(a, b) => Number(a.path === options.last) - Number(b.path === options.last),
			);
			await needRoom(out, inOrder);
			for (const file of inOrder) {
				let before = 0;
				await pullFile({ session, folder, out, file }, (here, isNew) => {
					if (isNew) {
						arrived();
						moved += here - before;
					} else {
						meter = new TransferProgress(bytes, done + here, () => performance.now());
					}
					before = here;
					meter?.update(done + here);
					tell(file.path, here === file.size);
				});
				done += file.size;
			}
			return { files: files.length, bytes, moved };
		}),
	);
}

async function sizeHere(path: string): Promise<number> {
	const stats = await lstat(path).catch(() => undefined);
	return stats?.isFile() === true ? stats.size : 0;
}

async function needRoom(out: string, files: readonly FarFile[]): Promise<void> {
	let needed = 0;
	for (const { path, size } of files) {
		const here = Math.max(
			await sizeHere(join(out, path)),
			await sizeHere(join(out, path + partSuffix)),
		);
		needed += Math.max(0, size - here);
	}
	const facts = await statfs(out);
	const free = facts.bavail * facts.bsize;
	if (free < needed) {
		const reason = `${byteSize(needed)} are needed, ${byteSize(free)} are free`;
		throw new WindsockError('noSpaceHere', { path: out, reason });
	}
}

interface Pull {
	readonly session: TransferSession;
	readonly folder: string;
	readonly out: string;
	readonly file: FarFile;
}

/** What goes wrong with files of this machine becomes something that people can act on. */
async function onThisMachine<T>(path: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (isSystemError(error)) {
			const full = error.code === 'ENOSPC' || error.code === 'EDQUOT';
			const code = full ? 'noSpaceHere' : 'fileUnwritable';
			throw new WindsockError(code, { path, reason: error.message }, { cause: error });
		}
		throw error;
	}
}

async function pullFile(
	{ session, folder, out, file: { path, size } }: Pull,
	onProgress: (here: number, isNew: boolean) => void,
): Promise<void> {
	const place = await folderFor(out, path);
	if (place === undefined) {
		throw new WindsockError('pathRefused', { host: session.host, path: join(out, path) });
	}
	const target = join(place, basename(path));
	const label = `${folder}/${path}`;
	const far = (end: number): Promise<string> =>
		session
			.ask(label, { hash: { in: folder, path, end } })
			.then(({ done }) => String(done['sha256']));
	const there = await lstat(target).catch(() => undefined);
	if (there !== undefined) {
		const isSame =
			there.isFile() &&
			there.size === size &&
			(await hashHere(target, size)).digest('hex') === (await far(size));
		if (!isSame) {
			throw new WindsockError('fileExistsHere', { path: target });
		}
		onProgress(size, false);
		return;
	}
	const part = target + partSuffix;
	const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
	const file = await open(part, flags, 0o600).catch((error: unknown) => {
		throw new WindsockError('fileUnwritable', { path: part, reason: reasonOf(error) });
	});
	let isRight: boolean;
	try {
		const begun = await beginning(file, size, far);
		const { hash } = begun;
		let here = begun.size;
		await file.truncate(here);
		onProgress(here, false);
		// Beside the reading, so that the end of a large file need not wait for it.
		const whole = far(size);
		whole.catch(() => undefined);
		const asked: Promise<Uint8Array>[] = [];
		let next = here;
		const ask = (): void => {
			while (next < size && asked.length < lanes) {
				const end = Math.min(size, next + portion);
				const words = { read: { in: folder, path, start: next, end } };
				const piece = session.ask(label, words).then(({ data }) => data);
				// Its failure is met below, in its turn.
				piece.catch(() => undefined);
				asked.push(piece);
				next = end;
			}
		};
		for (ask(); here < size; ask()) {
			const wanted = Math.min(size, here + portion) - here;
			const piece = await asked.shift();
			if (piece?.length !== wanted) {
				const reason = 'it became shorter while it was read';
				throw new WindsockError('transferCorrupt', { host: 'this machine', path: label, reason });
			}
			await file.write(piece, 0, piece.length, here);
			hash.update(piece);
			here += piece.length;
			onProgress(here, true);
		}
		await file.sync();
		isRight = hash.digest('hex') === (await whole);
	} finally {
		await file.close();
	}
	if (!isRight) {
		await rm(part, { force: true });
		const reason = 'its hash is another one';
		throw new WindsockError('transferCorrupt', { host: 'this machine', path: label, reason });
	}
	await rename(part, target);
}

/** What an earlier try brought, if it is the beginning of the host's file. */
async function beginning(
	file: FileHandle,
	size: number,
	far: (end: number) => Promise<string>,
): Promise<{ readonly hash: Hash; readonly size: number }> {
	const here = (await file.stat()).size;
	if (here > 0 && here <= size) {
		const hash = createHash('sha256');
		await readInto(hash, file, here);
		if (hash.copy().digest('hex') === (await far(here))) {
			return { hash, size: here };
		}
	}
	return { hash: createHash('sha256'), size: 0 };
}

async function hashHere(path: string, size: number): Promise<Hash> {
	const file = await open(path, 'r');
	try {
		const hash = createHash('sha256');
		await readInto(hash, file, size);
		return hash;
	} finally {
		await file.close();
	}
}

async function readInto(hash: Hash, file: FileHandle, size: number): Promise<void> {
	const block = Buffer.allocUnsafe(portion);
	for (let at = 0; at < size;) {
		const { bytesRead } = await file.read(block, 0, Math.min(portion, size - at), at);
		if (bytesRead === 0) {
			return;
		}
		hash.update(block.subarray(0, bytesRead));
		at += bytesRead;
	}
}
