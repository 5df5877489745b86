import { basename } from 'node:path';
import { Emitter, type Event } from '../../core/base/emitter';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import {
	detectContainer,
	type ContainerKind,
	type ContainerLayout,
} from '../../core/dataset/container';
import { RowRanges } from '../../core/dataset/rowRanges';
import { ScanTable } from '../../core/dataset/rowScan';
import { memorySource, openFileSource, type ByteSource } from './byteSource';
import { fingerprintOf, type Fingerprint } from './fingerprint';
import { parquetLayout, type IndexingEvent } from './indexing';
import { indexInBackground } from './indexingThread';
import { ParquetRows } from './parquetRows';
import { TextRows, type RowReader } from './rowReader';

export interface OpenOptions {
	/** The bundled `datasetWorker.js`; without it the calling thread does the work. */
	readonly workerFile?: string;
	/** Also find formats, findings and keys of all rows. */
	readonly scan?: boolean;
}

export const datasetNames = /\.(?:jsonl|ndjson|json|parquet)$/i;

/**
 * A dataset on disk, read by ranges. It is usable as soon as it is open: `rows.count` grows until
 * `indexed`, the scan table until `scanned`.
 */
export class DatasetFile {
	readonly rows: RowReader;
	readonly scan = new ScanTable();
	/** The layout, once the whole file is indexed. */
	readonly indexed: Promise<Result<ContainerLayout>>;
	readonly scanned: Promise<Result<void>>;
	/** More rows are known, or more of them are scanned. */
	readonly onDidProgress: Event<void>;
	bytesRead = 0;
	layout: ContainerLayout | undefined;
	isScanned = false;

	readonly #progress = new Emitter<void>();
	readonly #abort = new AbortController();

	private constructor(
		/** Path or, for a document that is no file, its name. */
		readonly path: string,
		readonly kind: ContainerKind,
		readonly source: ByteSource,
		/** `undefined` for a document that is no file. */
		readonly fingerprint: Fingerprint | undefined,
		readonly ranges: RowRanges,
		parquet: ParquetRows | undefined,
		options: OpenOptions,
	) {
		this.onDidProgress = this.#progress.event;
		this.rows = parquet ?? new TextRows(source, ranges, path);
		const indexed = Promise.withResolvers<Result<ContainerLayout>>();
		this.indexed = indexed.promise;
		const task = { path, kind, scan: options.scan ?? false, stamp: source.stamp };
		const workerFile = fingerprint ? options.workerFile : undefined;
		const ended = indexInBackground(
			task,
			source,
			{ workerFile, signal: this.#abort.signal },
			event => this.#take(event, layout => indexed.resolve(ok(layout))),
		);
		this.scanned = ended.then(reason => {
			this.isScanned = reason === undefined && task.scan;
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

	static async open(path: string, options: OpenOptions = {}): Promise<Result<DatasetFile>> {
		if (!datasetNames.test(path)) {
			return err(new WindsockError('formatUnknown', { path }));
		}
		let source: ByteSource | undefined;
		try {
			const fingerprint = await fingerprintOf(path);
			source = await openFileSource(path);
			return await DatasetFile.#open(path, source, fingerprint, options);
		} catch (error) {
			await source?.close();
			return err(openError(path, error));
		}
	}

	/** A document that is no file: a version from git, a file of another file system. */
	static async fromBytes(name: string, bytes: Uint8Array): Promise<Result<DatasetFile>> {
		try {
			return await DatasetFile.#open(name, memorySource(bytes), undefined, { scan: true });
		} catch (error) {
			return err(openError(name, error));
		}
	}

	static async #open(
		path: string,
		source: ByteSource,
		fingerprint: Fingerprint | undefined,
		options: OpenOptions,
	): Promise<Result<DatasetFile>> {
		const kind = detectContainer(await source.read(0, 1 << 16), basename(path));
		const isNamedParquet = /\.parquet$/i.test(path);
		if (isNamedParquet !== (kind === 'parquet')) {
			await source.close();
			const reason = isNamedParquet
				? 'it does not begin like a Parquet file'
				: 'it is a Parquet file';
			return err(new WindsockError('fileUnreadable', { path, reason }));
		}
		const parquet = kind === 'parquet' ? await ParquetRows.open(source) : undefined;
		const file = new DatasetFile(
			path,
			kind,
			source,
			fingerprint,
			new RowRanges(),
			parquet,
			options,
		);
		if (parquet) {
			file.layout = parquetLayout(source.size);
		}
		return ok(file);
	}

	get isIndexed(): boolean {
		return this.layout !== undefined;
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
		return this.kind === 'parquet' ? 4096 : this.ranges.end(row) - this.ranges.start(row);
	}

	async close(): Promise<void> {
		this.#abort.abort();
		this.#progress.dispose();
		await this.scanned;
		await this.source.close();
	}

	#take(event: IndexingEvent, onLayout: (layout: ContainerLayout) => void): void {
		switch (event.kind) {
			case 'rowsFound':
				this.ranges.append(event.batch);
				this.bytesRead = event.bytesRead;
				break;
			case 'indexed':
				this.layout = event.layout;
				this.bytesRead = event.layout.size;
				onLayout(event.layout);
				break;
			case 'rowsScanned':
				this.scan.append(event.batch);
				break;
		}
		this.#progress.fire();
	}
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
