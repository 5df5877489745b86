import { open } from 'node:fs/promises';
import {
	isTextContainer,
	type ContainerLayout,
	type RowIndexer,
} from '../../core/dataset/container';
import { CsvIndexer } from '../../core/dataset/csvIndex';
import { JsonArrayIndexer } from '../../core/dataset/jsonArrayIndex';
import { JsonlIndexer } from '../../core/dataset/jsonlIndex';
import { RowRanges, type RowRangeBatch } from '../../core/dataset/rowRanges';
import type { ScanBatch } from '../../core/dataset/rowScan';
import type { ByteSource } from './byteSource';
import { isFar, type FarIndexing } from './far/farSource';
import { aheadOf } from './far/readAhead';
import { layoutOf, type PartDescription } from './partReading';
import { ScannedParts } from './scanJobs';
import { scanAllRows, type ScanOptions } from './scanOnTwoThreads';
import { unpacking, type Unpacked } from './unpacking';

/**
 * What is learnt of a dataset while it is read, in this order: the rows of each file, then the
 * scan of all rows. `bytesRead` counts in the file on disk.
 */
export type IndexingEvent =
	| {
			readonly kind: 'rowsFound';
			readonly part: number;
			readonly batch: RowRangeBatch;
			readonly bytesRead: number;
	  }
	| { readonly kind: 'indexed'; readonly part: number; readonly layout: ContainerLayout }
	| { readonly kind: 'rowsScanned'; readonly batch: ScanBatch };

/** One file of a dataset as the indexing thread has it open. */
export interface IndexedPart {
	readonly description: PartDescription;
	readonly disk: ByteSource;
}

/** The first portion is small, so that rows are on screen at once. */
const firstPortion = 1 << 16;
const portion = 1 << 22;

/**
 * Reads the files of a dataset once for their rows and, when asked, once more for formats, findings
 * and keys. The same in a worker and in the calling thread.
 */
export async function* indexing(
	parts: readonly IndexedPart[],
	options: { readonly scan: boolean } & ScanOptions,
): AsyncGenerator<IndexingEvent> {
	const ranges: RowRanges[] = [];
	for (const [number, part] of parts.entries()) {
		const own = new RowRanges();
		ranges.push(own);
		if (isTextContainer(part.description.kind)) {
			yield* indexText(part, own, number);
		} else {
			const layout = layoutOf(part.description.kind, part.disk.size);
			yield { kind: 'indexed', part: number, layout };
		}
	}
	if (options.scan) {
		yield* scanParts(parts, ranges, options);
	}
}

async function* scanParts(
	parts: readonly IndexedPart[],
	ranges: readonly RowRanges[],
	options: ScanOptions,
): AsyncGenerator<IndexingEvent> {
	const descriptions = parts.map(({ description }) => description);
	const scanned = new ScannedParts(
		descriptions,
		parts.map(({ disk }) => disk),
	);
	try {
		for await (const batch of scanAllRows(descriptions, ranges, scanned, options)) {
			yield { kind: 'rowsScanned', batch };
		}
	} finally {
		await scanned.close();
	}
}

async function* indexText(
	part: IndexedPart,
	ranges: RowRanges,
	number: number,
): AsyncGenerator<IndexingEvent> {
	// The rows of packed text stand in the text, which is made anew each time.
	const far =
		isFar(part.disk) && part.description.compression === undefined ? part.disk : undefined;
	if (far?.lines && part.description.kind === 'jsonl') {
		yield* indexFarLines(far.lines(), ranges, number);
		return;
	}
	const known = await far?.knownRows?.();
	if (known) {
		ranges.append(known.batch);
		yield { kind: 'rowsFound', part: number, batch: known.batch, bytesRead: part.disk.size };
		yield { kind: 'indexed', part: number, layout: known.layout };
		return;
	}
	const indexer = indexerOf(part.description, ranges);
	let told = 0;
	let broken: string | undefined;
	for await (const piece of textOf(part)) {
		if (piece.kind === 'broken') {
			broken = piece.reason;
			continue;
		}
		indexer.push(piece.bytes);
		if (ranges.count > told) {
			const { bytesRead } = piece;
			yield { kind: 'rowsFound', part: number, batch: ranges.slice(told), bytesRead };
			told = ranges.count;
		}
	}
	const layout = indexer.finish();
	if (ranges.count > told) {
		const batch = ranges.slice(told);
		yield { kind: 'rowsFound', part: number, batch, bytesRead: part.disk.size };
	}
	const torn = broken === undefined ? {} : { fault: broken, isIncomplete: true };
	await far?.keepRows?.({ batch: ranges.slice(0), layout });
	yield { kind: 'indexed', part: number, layout: { ...layout, ...torn } };
}

/** The rows as they are found where the file is; its bytes stay there. */
async function* indexFarLines(
	lines: AsyncGenerator<FarIndexing>,
	ranges: RowRanges,
	number: number,
): AsyncGenerator<IndexingEvent> {
	for await (const found of lines) {
		if (found.kind === 'end') {
			yield { kind: 'indexed', part: number, layout: found.layout };
			continue;
		}
		const { batch, bytesRead } = found;
		ranges.append(batch);
		yield { kind: 'rowsFound', part: number, batch, bytesRead };
	}
}

function indexerOf({ kind, csv }: PartDescription, ranges: RowRanges): RowIndexer {
	if (csv) {
		return new CsvIndexer(ranges, csv);
	}
	return kind === 'jsonl' ? new JsonlIndexer(ranges) : new JsonArrayIndexer(ranges);
}

/** The text in order, each piece valid until the next is asked for. Packed text is also written where its rows will be read from. */
async function* textOf({ description, disk: whole }: IndexedPart): AsyncGenerator<Unpacked> {
	const { compression, unpackedPath } = description;
	const disk = isFar(whole) ? aheadOf(whole) : whole;
	if (compression === undefined || unpackedPath === undefined) {
		yield* portionsOf(disk);
		return;
	}
	const unpacked = await open(unpackedPath, 'r+');
	try {
		for await (const piece of unpacking(disk, compression)) {
			if (piece.kind === 'text') {
				for (let at = 0; at < piece.bytes.length;) {
					at += (await unpacked.write(piece.bytes, at)).bytesWritten;
				}
			}
			yield piece;
		}
	} finally {
		await unpacked.close();
	}
}

/** The bytes of a file in order; while one portion is worked on, the next is read. */
async function* portionsOf(disk: ByteSource): AsyncGenerator<Unpacked> {
	const length = Math.min(portion, disk.size);
	const memory = [Buffer.allocUnsafe(length), Buffer.allocUnsafe(length)] as const;
	const endAfter = (at: number): number =>
		Math.min(disk.size, at + (at === 0 ? firstPortion : portion));
	const read = (at: number, turn: number): Promise<Uint8Array> => {
		const reading = disk.read(at, endAfter(at), memory[turn % 2 === 0 ? 0 : 1]);
		// Awaited in its turn; until then a failure must not count as unhandled.
		reading.catch(() => undefined);
		return reading;
	};
	let next = disk.size > 0 ? read(0, 0) : undefined;
	try {
		for (let at = 0, turn = 1; next; turn++) {
			const bytes: Uint8Array = await next;
			const bytesRead = endAfter(at);
			at = bytesRead;
			next = at < disk.size ? read(at, turn) : undefined;
			yield { kind: 'text', bytes, bytesRead };
		}
	} finally {
		// Whoever stops early closes the file.
		await next?.catch(() => undefined);
	}
}
