import { Emitter, type Event } from '../../core/base/emitter';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { ContainerKind, ContainerLayout } from '../../core/dataset/container';
import { ownPhrases, type PhraseList } from '../../core/dataset/findings/phraseList';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import { partOf } from '../../core/dataset/partRuns';
import type { RowMapping } from '../../core/dataset/rowMapping';
import type { RowRanges } from '../../core/dataset/rowRanges';
import { ScanTable, type ScanBatch } from '../../core/dataset/rowScan';
import { memorySource, openFileSource, type ByteSource } from './byteSource';
import { DatasetPart } from './datasetPart';
import { isFar, type DatasetPlace, type FarSource, type LocatedDataset } from './far/farSource';
import { expected } from './expected';
import { fingerprintOf, joinFingerprints, type Fingerprint } from './fingerprint';
import type { IndexingEvent } from './indexing';
import { indexInBackground } from './indexingThread';
import { locateDataset } from './locateDataset';
import { mappingFor } from './mappingFile';
import { phrasesFor } from './phraseFile';
import { JoinedRows, type RowReader } from './rowReader';

export interface OpenOptions {
	/** The bundled `datasetWorker.js`; without it the calling thread does the work. */
	readonly workerFile?: string;
	/** Also find formats, findings and keys of all rows. */
	readonly scan?: boolean;
	/** Where the files are; on this machine when absent. */
	readonly place?: DatasetPlace;
}

/**
 * A dataset on disk: a file, or several as one list, read by ranges. It is usable as soon as it is
 * open: `rows.count` grows until `indexed`, the scan table until `scanned`.
 */
export class DatasetFile {
	readonly rows: RowReader;
	/** Another one when a scan was given up. */
	scan = new ScanTable();
	/** The layout, once every file is indexed. Of several files it only sums up. */
	readonly indexed: Promise<Result<ContainerLayout>>;
	readonly scanned: Promise<Result<void>>;
	/** More rows are known, or more of them are scanned. */
	readonly onDidProgress: Event<void>;
	/** `undefined` for a document that is no file. */
	readonly fingerprint: Fingerprint | undefined;
	layout: ContainerLayout | undefined;
	isScanned = false;

	readonly #progress = new Emitter<void>();
	readonly #abort = new AbortController();
	#partStarts: readonly number[] | undefined;
	#checking: Promise<Result<void>> | undefined;

	private constructor(
		/** What was opened: a path, a folder, a glob or, for a document that is no file, its name. */
		readonly path: string,
		/** The files, in the order of their rows. At least one. */
		readonly parts: readonly [DatasetPart, ...DatasetPart[]],
		/** What the checks of its rows know prefaces and refusals by. */
		readonly phrases: PhraseList,
		/** How a person said that its rows are to be read. */
		readonly mapping: RowMapping | undefined,
		private readonly options: OpenOptions,
	) {
		this.onDidProgress = this.#progress.event;
		const [first] = parts;
		this.rows = parts.length === 1 ? first.rows : new JoinedRows(parts);
		const fingerprints = parts.map(({ fingerprint }) => fingerprint);
		this.fingerprint = joinFingerprints(fingerprints.filter(known => known !== undefined));
		this.layout = joinLayouts(parts);
		const indexed = Promise.withResolvers<Result<ContainerLayout>>();
		this.indexed = indexed.promise;
		const scan = options.scan ?? false;
		const isOnDisk = this.fingerprint !== undefined && this.far === undefined;
		const workerFile = isOnDisk ? options.workerFile : undefined;
		const ended = indexInBackground(
			parts,
			{ scan, phrases, mapping, workerFile, signal: this.#abort.signal },
			event => this.#take(event, layout => indexed.resolve(ok(layout))),
		);
		this.scanned = ended.then(reason => {
			// A file opened without a scan may have been given one meanwhile.
			this.isScanned ||= reason === undefined && scan;
			if (reason === undefined && scan) {
				this.scan.complete();
			}
			const result: Result<void> =
				reason === undefined
					? ok()
					: err(new WindsockError('fileUnreadable', { path: this.path, reason }));
			if (!result.ok) {
				indexed.resolve(result);
			}
			this.#progress.fire();
			return result;
		});
	}

	/** @param location a file, a folder of shards or of `save_to_disk`, or a glob */
	static async open(location: string, options: OpenOptions = {}): Promise<Result<DatasetFile>> {
		const parts: DatasetPart[] = [];
		try {
			const place = options.place ?? (await placeOf(location));
			const located = await (place ? place.locate(location) : onThisMachine(location));
			if (!located.ok) {
				return located;
			}
			const { files, location: found } = located.value;
			if (place) {
				parts.push(...(await openFarParts(files, place)));
			}
			for (const path of place ? [] : files) {
				parts.push(await openPart(path));
			}
			const [first, ...others] = parts;
			if (!first) {
				return err(new WindsockError('datasetUnclear', { path: location }));
			}
			const phrases = place ? ownPhrases : await phrasesFor(first.path);
			const mapping = place ? undefined : await mappingFor(location);
			return ok(new DatasetFile(found, [first, ...others], phrases, mapping, options));
		} catch (error) {
			await Promise.all(parts.map(part => part.close()));
			return err(openError(location, error));
		}
	}

	/** A document that is no file: a version from git, a file of another file system. */
	static async fromBytes(name: string, bytes: Uint8Array): Promise<Result<DatasetFile>> {
		try {
			const part = await DatasetPart.open(name, memorySource(bytes), undefined);
			return ok(new DatasetFile(name, [part], ownPhrases, undefined, { scan: true }));
		} catch (error) {
			return err(openError(name, error));
		}
	}

	get kind(): ContainerKind {
		return this.parts[0].kind;
	}

	/** The file as another machine holds it; `undefined` where it is on this one. */
	get far(): FarSource | undefined {
		const { disk } = this.parts[0];
		return isFar(disk) ? disk : undefined;
	}

	get #fars(): FarSource[] {
		return this.parts.flatMap(({ disk }) => (isFar(disk) ? [disk] : []));
	}

	/** Of the first file; of all there is only where there is one. */
	get source(): ByteSource {
		return this.parts[0].source;
	}

	/** Of the first file; of all there is only where there is one. */
	get ranges(): RowRanges {
		return this.parts[0].ranges;
	}

	get isIndexed(): boolean {
		return this.layout !== undefined;
	}

	/** Bytes on disk. */
	get size(): number {
		return this.parts.reduce((sum, { disk }) => sum + disk.size, 0);
	}

	/** Of the bytes on disk, those that are indexed. */
	get bytesRead(): number {
		return this.parts.reduce((sum, part) => sum + part.bytesRead, 0);
	}

	/** First row of each file. Final once the dataset is indexed. */
	get partStarts(): readonly number[] {
		if (this.#partStarts) {
			return this.#partStarts;
		}
		let start = 0;
		const starts = this.parts.map(({ rows }) => {
			const own = start;
			start += rows.count;
			return own;
		});
		if (this.isIndexed) {
			this.#partStarts = starts;
		}
		return starts;
	}

	/** Why its rows cannot be edited in place, as a sentence. */
	get readOnly(): string | undefined {
		if (!this.fingerprint) {
			return 'This version is not a file on disk and is read-only.';
		}
		if (this.kind === 'arrow') {
			return 'Arrow files are read-only. Save As writes the rows as JSON lines, with your edits.';
		}
		const isWritten = this.far && this.far.saveElsewhere === undefined;
		if (isWritten && (this.kind === 'parquet' || this.kind === 'csv' || this.isPacked)) {
			const what = this.isPacked ? 'Packed' : this.kind === 'csv' ? 'CSV' : 'Parquet';
			return `${what} files that are not on this machine are read-only. Save a Copy writes them here.`;
		}
		if (this.far?.readOnly !== undefined) {
			return this.far.readOnly;
		}
		return this.layout?.isIncomplete
			? 'A file of it could not be read to its end. It is read-only, since saving would lose the rest.'
			: undefined;
	}

	get isPacked(): boolean {
		return this.parts.some(({ description }) => description.compression !== undefined);
	}

	/** Whether a scan that was asked for is going on. */
	get isChecking(): boolean {
		return this.#checking !== undefined;
	}

	/** Whether a scan of all rows needs no question: next to nothing comes over the network. */
	async isHere(): Promise<boolean> {
		const here = await Promise.all(this.#fars.map(async far => (await far.isHere?.()) ?? false));
		return here.every(Boolean);
	}

	/** Scans a far file that was opened without; all of it comes over the network. */
	check(signal: AbortSignal): Promise<Result<void>> {
		this.#checking ??= this.#check(signal).finally(() => {
			this.#checking = undefined;
			this.#progress.fire();
		});
		return this.#checking;
	}

	async #check(signal: AbortSignal): Promise<Result<void>> {
		const indexed = await this.indexed;
		if (!indexed.ok || !this.far || this.isScanned) {
			return indexed.ok ? ok() : indexed;
		}
		const { scanFar } = await import('./far/farScan');
		const options = {
			phrases: this.phrases,
			workerFile: this.options.workerFile?.replace(/datasetWorker(?=\.js$)/, 'farScanWorker'),
			signal: AbortSignal.any([signal, this.#abort.signal]),
		};
		const take = (batch: ScanBatch): void => {
			this.scan.append(batch);
			this.#progress.fire();
		};
		const scanned = await expected(async () => {
			for (const part of this.parts) {
				await scanFar(part, options, take);
			}
		});
		if (scanned.ok) {
			this.scan.complete();
			this.isScanned = true;
		} else {
			this.scan = new ScanTable();
		}
		return scanned;
	}

	async readRow(row: number): Promise<Uint8Array> {
		const [bytes] = await this.rows.readRows(row, row + 1);
		if (!bytes) {
			throw new RangeError(`row ${row} of ${this.rows.count}`);
		}
		return bytes;
	}

	/** Bytes that a row takes in the file, for portions of a bounded size. */
	sizeOf(row: number): number {
		if (this.parts.length === 1) {
			return this.parts[0].sizeOf(row);
		}
		const starts = this.partStarts;
		const part = partOf(row, starts);
		return this.parts[part]?.sizeOf(row - (starts[part] ?? 0)) ?? 0;
	}

	async close(): Promise<void> {
		this.#abort.abort();
		this.#progress.dispose();
		for (const far of this.#fars) {
			far.interrupt();
		}
		await this.scanned;
		await Promise.all(this.parts.map(part => part.close()));
	}

	#take(event: IndexingEvent, onLayout: (layout: ContainerLayout) => void): void {
		if (event.kind === 'rowsScanned') {
			this.scan.append(event.batch);
			this.#progress.fire();
			return;
		}
		const part = this.parts[event.part];
		if (part && event.kind === 'rowsFound') {
			part.ranges.append(event.batch);
			part.bytesRead = event.bytesRead;
		} else if (part && event.kind === 'indexed') {
			part.layout = event.layout;
			part.bytesRead = part.disk.size;
			this.layout = joinLayouts(this.parts);
			if (this.layout && event.part === this.parts.length - 1) {
				onLayout(this.layout);
			}
		}
		this.#progress.fire();
	}
}

async function openPart(path: string): Promise<DatasetPart> {
	const fingerprint = await fingerprintOf(path);
	return DatasetPart.open(path, await openFileSource(path), fingerprint);
}

/** All at once, since each waits for the network; none stays open when one fails. */
async function openFarParts(paths: readonly string[], place: DatasetPlace): Promise<DatasetPart[]> {
	const opened = await Promise.allSettled(
		paths.map(async path => {
			const source = await place.open(path);
			const ask = place.mayReadAll && (() => place.mayReadAll?.(source) ?? Promise.resolve(true));
			return DatasetPart.open(path, source, source.fingerprint, ask);
		}),
	);
	const parts = opened.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []));
	const failed = opened.find(one => one.status === 'rejected');
	if (failed) {
		await Promise.all(parts.map(part => part.close()));
		throw failed.reason;
	}
	return parts;
}

/** Where a location is that names another place by itself. */
async function placeOf(location: string): Promise<DatasetPlace | undefined> {
	return isHubLocation(location) ? (await import('./hub/hubPlace')).hubPlace() : undefined;
}

async function onThisMachine(location: string): Promise<Result<LocatedDataset>> {
	const files = await locateDataset(location);
	return files.ok ? ok({ location, files: files.value }) : files;
}

/** `undefined` until every file is indexed. */
function joinLayouts(parts: readonly [DatasetPart, ...DatasetPart[]]): ContainerLayout | undefined {
	const layouts = parts.map(({ layout }) => layout).filter(layout => layout !== undefined);
	const [first] = layouts;
	if (!first || layouts.length < parts.length) {
		return undefined;
	}
	if (layouts.length === 1) {
		return first;
	}
	const size = layouts.reduce((sum, layout) => sum + layout.size, 0);
	const faults = parts.flatMap(({ path, layout }) =>
		layout?.fault === undefined ? [] : [`${path}: ${layout.fault}`],
	);
	return {
		kind: first.kind,
		separator: first.separator,
		prefixEnd: 0,
		suffixStart: size,
		size,
		...(faults.length === 0 ? {} : { fault: faults.join('; ') }),
		...(layouts.some(layout => layout.isIncomplete) ? { isIncomplete: true } : {}),
	};
}

function openError(path: string, error: unknown): WindsockError {
	if (WindsockError.is(error)) {
		return error;
	}
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	return code === 'ENOENT'
		? new WindsockError('fileMissing', { path }, { cause: error })
		: new WindsockError('fileUnreadable', { path, reason: reasonOf(error) }, { cause: error });
}
