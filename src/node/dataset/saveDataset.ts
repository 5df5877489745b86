import type { FileHandle } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { WindsockError } from '../../core/base/errors';
import { err, type Result } from '../../core/base/result';
import type { ContainerLayout } from '../../core/dataset/container';
import type { Overlay } from '../../core/dataset/overlay';
import { savePlan } from '../../core/dataset/savePlan';
import { writeAtomically } from './atomicWrite';
import type { DatasetFile } from './datasetFile';
import { fingerprintOf, sameFingerprint, type Fingerprint } from './fingerprint';
import { indexing, type IndexingEvent } from './indexing';

const portion = 1 << 22;

/**
 * Writes the dataset with its edits. Stretches without edits are copied byte for byte.
 *
 * @param overwrite write even though something else has changed the file since it was read
 */
export async function saveDataset(
	file: DatasetFile,
	overlay: Overlay,
	target: string,
	options: { readonly overwrite: boolean },
): Promise<Result<void>> {
	const indexed = await file.indexed;
	if (!indexed.ok) {
		return indexed;
	}
	if (file.kind === 'parquet') {
		const reason = 'Parquet files are read-only for now';
		return err(new WindsockError('formatUnsupported', { path: target, reason }));
	}
	if (!options.overwrite && target === file.path && (await isChanged(file))) {
		return err(new WindsockError('fileChanged', { path: target }));
	}
	const isRefused = options.overwrite || target !== file.path ? undefined : () => isChanged(file);
	return writeAtomically(target, async handle => {
		await copySegments(file, overlay, indexed.value, handle);
		// Looked at last, so that nothing that was written meanwhile slips through.
		if (!(await holdsWhatWasRead(file, indexed.value))) {
			const reason =
				'something else wrote into it, so its old rows are gone; only your edits are left here';
			throw new WindsockError('fileUnwritable', { path: target, reason });
		}
		if (await isRefused?.()) {
			throw new WindsockError('fileChanged', { path: target });
		}
	});
}

/** Whether the file on disk is another than the one that was opened. A missing file is one. */
export async function isChanged(file: DatasetFile): Promise<boolean> {
	if (!file.fingerprint) {
		return false;
	}
	let now: Fingerprint;
	try {
		now = await fingerprintOf(file.path);
	} catch {
		return true;
	}
	return !sameFingerprint(file.fingerprint, now);
}

/**
 * Whether the open file still has the rows that were read from it. One that was replaced has, and
 * so has one that was only appended to.
 */
async function holdsWhatWasRead(file: DatasetFile, layout: ContainerLayout): Promise<boolean> {
	if (await file.source.isUntouched()) {
		return true;
	}
	if (!file.isScanned) {
		return false;
	}
	const { source, kind, path, ranges, scan } = file;
	let found = 0;
	let scanned = 0;
	const isSame = (event: IndexingEvent): boolean => {
		switch (event.kind) {
			case 'rowsFound': {
				const { starts, lengths } = event.batch;
				const from = found;
				found += starts.length;
				return (
					found <= ranges.count &&
					starts.every(
						(start, i) =>
							start === ranges.start(from + i) &&
							start + (lengths[i] ?? 0) === ranges.end(from + i),
					)
				);
			}
			case 'indexed':
				return found === ranges.count && isDeepStrictEqual(event.layout, layout);
			case 'rowsScanned':
				return event.batch.contentKeys.every(key => key === scan.contentKeyOf(scanned++));
		}
	};
	for await (const event of indexing(source, kind, { scan: true, path })) {
		if (!isSame(event)) {
			return false;
		}
	}
	return true;
}

async function copySegments(
	file: DatasetFile,
	overlay: Overlay,
	layout: ContainerLayout,
	handle: FileHandle,
): Promise<void> {
	const writer = new BufferedWriter(handle);
	for (const segment of savePlan(layout, file.ranges, overlay)) {
		if (segment.kind === 'bytes') {
			await writer.write(segment.bytes);
			continue;
		}
		for (let at = segment.start; at < segment.end; at += portion) {
			const end = Math.min(segment.end, at + portion);
			const bytes = await file.source.read(at, end);
			if (bytes.length < end - at) {
				// Written over in place while it was open: what we would copy is not there any more.
				throw new WindsockError('fileChanged', { path: file.path });
			}
			await writer.write(bytes);
		}
	}
	await writer.flush();
}

/** Gathers small pieces, so that thousands of edits do not become thousands of writes. */
class BufferedWriter {
	#pieces: Uint8Array[] = [];
	#size = 0;

	constructor(private readonly handle: FileHandle) {}

	async write(bytes: Uint8Array): Promise<void> {
		this.#pieces.push(bytes);
		this.#size += bytes.length;
		if (this.#size >= portion) {
			await this.flush();
		}
	}

	async flush(): Promise<void> {
		const whole = Buffer.concat(this.#pieces);
		this.#pieces = [];
		this.#size = 0;
		for (let at = 0; at < whole.length;) {
			at += (await this.handle.write(whole, at)).bytesWritten;
		}
	}
}
