import { constants } from 'node:fs';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { WindsockError } from '../../../core/base/errors';
import type { Result } from '../../../core/base/result';
import { oneLine } from '../../../core/dataset/oneLine';
import { recordName, runsOf, type KeptRecord } from '../../../core/dataset/merge/keptRecord';
import type { Progress } from '../../../core/training/launchRequest';
import { writeAtomically } from '../atomicWrite';
import type { DatasetFile } from '../datasetFile';
import { stemOf } from '../datasetLocation';
import { checkCancelled, expected } from '../expected';
import { isFar } from '../far/farSource';
import { aheadOf } from '../far/readAhead';
import { sha256 } from '../hash';
import { copyExtension } from './copyExtension';
import { keptCopy, offlineFolder, type KeptCopy } from './keptCopy';

export interface KeepOptions {
	/** The user's folder. */
	readonly workspace: string;
	/** Rows to keep, in the order of the copy; all of them when absent. */
	readonly rows?: readonly number[];
	/** What chose those rows. */
	readonly query?: string;
	readonly now: Date;
	readonly progress?: Progress;
	readonly signal: AbortSignal;
}

const step = 1 << 20;
const rowsAtOnce = 200;
const newline = Uint8Array.of(10);
const what = 'keeping it offline';

/**
 * Copies a dataset that is far away, or some of its rows, as it is there: what is edited and not
 * saved is not in it. Nothing is left of a copy that was not finished.
 */
export function keepOffline(file: DatasetFile, options: KeepOptions): Promise<Result<KeptCopy>> {
	return expected(async () => {
		const { fingerprint } = file;
		const indexed = await file.indexed;
		if (!indexed.ok) {
			throw indexed.error;
		}
		if (!fingerprint) {
			throw new WindsockError('formatUnsupported', { path: file.path, reason: 'it is no file' });
		}
		const { rows, query, now } = options;
		const isBytes = rows === undefined && file.parts.length === 1 && file.kind !== 'arrow';
		const record: KeptRecord = {
			version: 1,
			source: file.path,
			file: `${stemOf(file.path)}${isBytes ? copyExtension(file) : '.jsonl'}`,
			fingerprint,
			keptAt: now.toISOString(),
			...(rows ? { rows: runsOf(rows) } : {}),
			...(query === undefined ? {} : { query }),
		};
		const folder = await newFolder(options.workspace, record);
		const copy = keptCopy(folder, record);
		try {
			const written = await writeAtomically(copy.path, async handle => {
				const write = async (bytes: Uint8Array): Promise<void> => {
					for (let at = 0; at < bytes.length;) {
						at += (await handle.write(bytes, at)).bytesWritten;
					}
				};
				await (isBytes ? copyBytes(file, write, options) : copyRows(file, write, options));
			});
			if (!written.ok) {
				throw written.error;
			}
			await mkdir(dirname(copy.basePath));
			await copyFile(copy.path, copy.basePath, constants.COPYFILE_FICLONE);
			await writeFile(join(folder, recordName), `${JSON.stringify(record, undefined, '\t')}\n`);
			return copy;
		} catch (error) {
			await rm(folder, { recursive: true, force: true });
			throw error;
		}
	});
}

/** Beside copies of the same rows that were made before, which may have edits. */
async function newFolder(workspace: string, record: KeptRecord): Promise<string> {
	const { source, query } = record;
	const mark = sha256(query === undefined ? source : `${source}\n${query}`).slice(0, 8);
	const name = `${stemOf(source)}-${mark}`;
	const parent = offlineFolder(workspace);
	await mkdir(parent, { recursive: true });
	// What others own and may be large is not for the repository of this folder.
	await writeFile(join(parent, '.gitignore'), '*\n');
	for (let number = 1; ; number++) {
		const folder = join(parent, number === 1 ? name : `${name}-${number}`);
		try {
			await mkdir(folder);
			return folder;
		} catch (error) {
			if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
				throw error;
			}
		}
	}
}

async function copyBytes(
	file: DatasetFile,
	write: (bytes: Uint8Array) => Promise<void>,
	{ progress, signal }: KeepOptions,
): Promise<void> {
	const [{ disk }] = file.parts;
	const source = isFar(disk) ? aheadOf(disk) : disk;
	for (let at = 0; at < source.size; at += step) {
		checkCancelled(signal, what);
		const end = Math.min(source.size, at + step);
		const bytes = await source.read(at, end);
		if (bytes.length < end - at) {
			throw new WindsockError('fileChanged', { path: file.path });
		}
		await write(bytes);
		progress?.report(`${Math.floor((100 * end) / source.size)}%`, end / source.size);
	}
	if (!(await disk.isUntouched())) {
		throw new WindsockError('fileChanged', { path: file.path });
	}
}

async function copyRows(
	file: DatasetFile,
	write: (bytes: Uint8Array) => Promise<void>,
	{ rows, progress, signal }: KeepOptions,
): Promise<void> {
	const runs = rows ? runsOf(rows) : ([[0, file.rows.count]] as const);
	const total = rows?.length ?? file.rows.count;
	let done = 0;
	for (const [from, to] of runs) {
		for (let at = from; at < to; at += rowsAtOnce) {
			checkCancelled(signal, what);
			const found = await file.rows.readRows(at, Math.min(to, at + rowsAtOnce));
			for (const row of found) {
				await write(Buffer.concat([oneLine(row), newline]));
			}
			done += found.length;
			progress?.report(`${done.toLocaleString('en-US')} rows`, done / Math.max(1, total));
		}
	}
}
