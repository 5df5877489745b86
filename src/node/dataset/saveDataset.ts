import { isDeepStrictEqual } from 'node:util';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { Overlay } from '../../core/dataset/overlay';
import { partRuns, type PartRun } from '../../core/dataset/partRuns';
import { prepareAtomically, type PreparedFile } from './atomicWrite';
import type { DatasetFile } from './datasetFile';
import type { DatasetPart } from './datasetPart';
import { expected } from './expected';
import { isFar, type FarSource } from './far/farSource';
import { exportDataset, isSameContainer } from './exportDataset';
import { fingerprintOf, sameFingerprint } from './fingerprint';
import { indexing, type IndexingEvent } from './indexing';
import { segmentsOf, writePart } from './writePart';

/**
 * Writes the dataset with its edits. Stretches without edits are copied byte for byte, and of
 * several files only those with edits are written: all of them beside the old ones first, so that
 * none changes when one cannot be written.
 *
 * @param target the dataset's own path, or the file to write a copy to; its name says how
 * @param overwrite write even though something else has changed the dataset since it was read
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
	if (target !== file.path) {
		return saveCopy(file, overlay, target);
	}
	if (file.readOnly !== undefined) {
		return err(new WindsockError('fileUnwritable', { path: target, reason: file.readOnly }));
	}
	const [first] = file.parts;
	if (isFar(first.disk)) {
		return saveFar(file, overlay, first.disk, options);
	}
	if (!options.overwrite && (await isChanged(file))) {
		return err(new WindsockError('fileChanged', { path: target }));
	}
	const dealt = partRuns(overlay.runs(), file.partStarts);
	const prepared: PreparedFile[] = [];
	for (const [number, part] of file.parts.entries()) {
		const runs = dealt[number] ?? [];
		if (file.parts.length > 1 && isUntouched(runs, part)) {
			continue;
		}
		const isRefused = options.overwrite ? undefined : () => isPartChanged(part);
		const one = await preparePart(file, number, runs, part.path, isRefused);
		if (!one.ok) {
			await Promise.all(prepared.map(other => other.discard()));
			return one;
		}
		prepared.push(one.value);
	}
	return commitAll(prepared);
}

/** Only what was edited travels; the rest is copied where it is. */
async function saveFar(
	file: DatasetFile,
	overlay: Overlay,
	disk: FarSource,
	options: { readonly overwrite: boolean },
): Promise<Result<void>> {
	if (disk.saveElsewhere !== undefined) {
		const details = { path: file.path, place: disk.saveElsewhere };
		return err(new WindsockError('saveElsewhere', details));
	}
	const [part] = file.parts;
	const runs = partRuns(overlay.runs(), file.partStarts)[0] ?? [];
	const segments = await expected(() => segmentsOf(file, part, runs));
	return segments.ok ? disk.replace(segments.value, options) : segments;
}

async function saveCopy(
	file: DatasetFile,
	overlay: Overlay,
	target: string,
): Promise<Result<void>> {
	const [only, ...others] = file.parts;
	if (others.length > 0 || !isSameContainer(only, target)) {
		return exportDataset(file, overlay, target);
	}
	const prepared = await preparePart(file, 0, [...overlay.runs()], target, undefined);
	return prepared.ok ? prepared.value.commit() : prepared;
}

/** Whether a file on disk is another than the one that was opened. A missing file is one. */
export async function isChanged(file: DatasetFile): Promise<boolean> {
	for (const part of file.parts) {
		if (await isPartChanged(part)) {
			return true;
		}
	}
	return false;
}

async function isPartChanged(part: DatasetPart): Promise<boolean> {
	if (!part.fingerprint) {
		return false;
	}
	if (isFar(part.disk)) {
		const current = await part.disk.current();
		return current === undefined || !sameFingerprint(part.fingerprint, current);
	}
	try {
		return !sameFingerprint(part.fingerprint, await fingerprintOf(part.path));
	} catch {
		return true;
	}
}

function isUntouched(runs: readonly PartRun[], part: DatasetPart): boolean {
	const [only, ...others] = runs;
	if (!only) {
		return part.rows.count === 0;
	}
	return (
		others.length === 0 && only.kind === 'base' && only.from === 0 && only.to === part.rows.count
	);
}

function preparePart(
	file: DatasetFile,
	number: number,
	runs: readonly PartRun[],
	target: string,
	isRefused: (() => Promise<boolean>) | undefined,
): Promise<Result<PreparedFile>> {
	return prepareAtomically(target, async handle => {
		await writePart(file, number, runs, { path: target, handle });
		// Looked at last, so that nothing that was written meanwhile slips through.
		if (!(await holdsWhatWasRead(file, number))) {
			const reason =
				'something else wrote into it, so its old rows are gone; only your edits are left here';
			throw new WindsockError('fileUnwritable', { path: target, reason });
		}
		if (await isRefused?.()) {
			throw new WindsockError('fileChanged', { path: target });
		}
	});
}

async function commitAll(prepared: readonly PreparedFile[]): Promise<Result<void>> {
	for (const [i, one] of prepared.entries()) {
		const done = await one.commit();
		if (!done.ok) {
			await Promise.all(prepared.slice(i + 1).map(other => other.discard()));
			return done;
		}
	}
	return ok();
}

/**
 * Whether an open file still has the rows that were read from it. One that was replaced has, and
 * so has one that was only appended to, which is looked at where it is the only one.
 */
async function holdsWhatWasRead(file: DatasetFile, number: number): Promise<boolean> {
	const part = file.parts[number] as DatasetPart;
	if (await part.source.isUntouched()) {
		return true;
	}
	if (!file.isScanned || file.parts.length > 1) {
		return false;
	}
	const { scan } = file;
	const { ranges, layout } = part;
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
	for await (const event of indexing([part], { scan: true })) {
		if (!isSame(event)) {
			return false;
		}
	}
	return true;
}
