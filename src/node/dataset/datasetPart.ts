import { basename } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import {
	compressionOf,
	detectContainer,
	isTextContainer,
	unpackedName,
	type ContainerKind,
	type ContainerLayout,
} from '../../core/dataset/container';
import { detectCsvDialect } from '../../core/dataset/csvRecord';
import { RowRanges } from '../../core/dataset/rowRanges';
import type { ByteSource } from './byteSource';
import { isFar } from './far/farSource';
import type { Fingerprint } from './fingerprint';
import { layoutOf, openRows, type PartDescription } from './partReading';
import type { RowReader } from './rowReader';
import { createUnpackedFile } from './unpackedFile';
import { unpackHead } from './unpacking';

const headSize = 1 << 16;

/** One file of a dataset, open for reading by ranges. */
export class DatasetPart {
	/** Bytes of the file on disk that are indexed. */
	bytesRead = 0;

	private constructor(
		readonly description: PartDescription,
		/** The file as it is on disk. */
		readonly disk: ByteSource,
		/** What the row ranges count in: `disk`, or the text that is unpacked from it. */
		readonly source: ByteSource,
		/** `undefined` for a document that is no file on this machine. */
		readonly fingerprint: Fingerprint | undefined,
		readonly ranges: RowRanges,
		readonly rows: RowReader,
		/** Once the file is indexed; at once where the file itself says where its rows are. */
		public layout: ContainerLayout | undefined,
	) {}

	/**
	 * Takes the source over: it is closed with the part, also when opening fails.
	 *
	 * @param mayReadAll asked where all of a far file has to come here for its rows to be known
	 * @throws WindsockError for a file that is not what its name says, and `cancelled`
	 */
	static async open(
		path: string,
		disk: ByteSource,
		fingerprint: Fingerprint | undefined,
		mayReadAll?: () => Promise<boolean>,
	): Promise<DatasetPart> {
		let source = disk;
		try {
			const described = await describe(path, disk);
			if (mayReadAll && (await needsAll(described, disk)) && !(await mayReadAll())) {
				throw new WindsockError('cancelled', { what: `opening ${basename(path)}` });
			}
			const { compression } = described;
			const unpacked = compression && (await createUnpackedFile());
			source = unpacked ?? disk;
			const description = unpacked ? { ...described, unpackedPath: unpacked.path } : described;
			const ranges = new RowRanges();
			const rows = await openRows(description, source, ranges);
			const layout = isTextContainer(description.kind)
				? undefined
				: layoutOf(description.kind, disk.size);
			return new DatasetPart(description, disk, source, fingerprint, ranges, rows, layout);
		} catch (error) {
			await closeBoth(disk, source);
			throw error;
		}
	}

	get path(): string {
		return this.description.path;
	}

	get kind(): ContainerKind {
		return this.description.kind;
	}

	/** Bytes that a row takes, about, for portions of a bounded size. */
	sizeOf(row: number): number {
		return isTextContainer(this.kind)
			? this.ranges.end(row) - this.ranges.start(row)
			: Math.ceil(this.disk.size / Math.max(1, this.rows.count));
	}

	close(): Promise<void> {
		return closeBoth(this.disk, this.source);
	}
}

async function describe(path: string, disk: ByteSource): Promise<PartDescription> {
	const compression = compressionOf(path);
	const head = compression
		? await unpackHead(disk, compression, headSize)
		: await disk.read(0, headSize);
	const kind = detectContainer(head, basename(path));
	const isNamedParquet = /\.parquet$/i.test(path);
	if (isNamedParquet !== (kind === 'parquet') || (compression && !isTextContainer(kind))) {
		const reason = isNamedParquet
			? disk.size === 0
				? 'it is empty'
				: 'it does not begin like a Parquet file'
			: `it is ${kind === 'parquet' ? 'a Parquet' : 'an Arrow'} file, but ${unpackedName(basename(path))} is the name of another kind`;
		throw new WindsockError('fileUnreadable', { path, reason });
	}
	return {
		path,
		kind,
		stamp: disk.stamp,
		...(compression ? { compression } : {}),
		...(kind === 'csv' ? { csv: detectCsvDialect(head) } : {}),
	};
}

/** Whether the rows of a far file are known only once all of it was read. */
async function needsAll(
	{ kind, compression }: PartDescription,
	disk: ByteSource,
): Promise<boolean> {
	if (!isFar(disk) || (kind === 'jsonl' && compression === undefined && disk.lines)) {
		return false;
	}
	return kind !== 'parquet' && (await disk.knownRows?.()) === undefined;
}

async function closeBoth(disk: ByteSource, source: ByteSource): Promise<void> {
	await disk.close();
	if (source !== disk) {
		await source.close();
	}
}
