import type { FileHandle } from 'node:fs/promises';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { compressionOf, type ContainerKind } from '../../core/dataset/container';
import { jsonToCsv } from '../../core/dataset/csvRecord';
import { oneLine } from '../../core/dataset/oneLine';
import type { OverlayRun } from '../../core/dataset/overlay';
import type { PartRun } from '../../core/dataset/partRuns';
import { savePlan, type SaveSegment } from '../../core/dataset/savePlan';
import type { DatasetFile } from './datasetFile';
import type { DatasetPart } from './datasetPart';
import { gathered, writerTo, type FileWriter } from './fileWriter';
import { TextRows } from './rowReader';
import { writeParquet } from './writeParquet';

const portion = 1 << 22;

/**
 * Writes one file of a dataset with its edits into a new file.
 *
 * @param runs its rows in their new order
 * @param target how its name ends says how it is packed
 */
export async function writePart(
	file: DatasetFile,
	number: number,
	runs: readonly PartRun[],
	target: { readonly path: string; readonly handle: FileHandle },
): Promise<void> {
	const part = file.parts[number] as DatasetPart;
	if (part.kind === 'parquet') {
		const encoded = await encodeRuns(file, part, runs);
		await writeParquet(part.disk, target.path, encoded, target.handle);
		return;
	}
	const writer = writerTo(target.handle, compressionOf(target.path));
	await copySegments(part, await segmentsOf(file, part, runs), writer);
	await writer.finish();
}

/** What a file of text is made of when it is written with its edits. */
export async function segmentsOf(
	file: DatasetFile,
	part: DatasetPart,
	runs: readonly PartRun[],
): Promise<SaveSegment[]> {
	const { layout } = part;
	if (!layout) {
		throw new Error(`${part.path} is saved before it is indexed`);
	}
	return savePlan(layout, part.ranges, await encodeRuns(file, part, runs));
}

/** The runs with the bytes that the file's container has for them. */
export async function encodeRuns(
	file: DatasetFile,
	part: DatasetPart,
	runs: readonly PartRun[],
): Promise<OverlayRun[]> {
	const encoded: OverlayRun[] = [];
	for (const run of runs) {
		if (run.kind === 'base') {
			encoded.push(run);
		} else if (run.kind === 'own') {
			encoded.push({ ...run, bytes: await encodeRow(part, run.bytes, run.base) });
		} else {
			const rows = await file.rows.readRows(run.from, run.to);
			for (const [i, bytes] of rows.entries()) {
				const own = Uint8Array.from(await encodeRow(part, bytes, undefined));
				encoded.push({ kind: 'own', id: run.id + i, base: undefined, bytes: own });
			}
		}
	}
	return encoded;
}

/** @param base the row of the file that was edited; `undefined` for one that is new in it */
async function encodeRow(
	part: DatasetPart,
	bytes: Uint8Array,
	base: number | undefined,
): Promise<Uint8Array> {
	const { csv, kind } = part.description;
	if (!csv) {
		return isLines(kind) ? oneLine(bytes) : bytes;
	}
	const records = new TextRows(part.source, part.ranges, part.path);
	const [original] = base === undefined ? [] : await records.readRows(base, base + 1);
	try {
		return jsonToCsv(bytes, original, csv);
	} catch (error) {
		const where = base === undefined ? 'a new row' : `row ${base + 1}`;
		const reason = `${where} does not fit into CSV: ${reasonOf(error)}; save it as JSON lines instead`;
		throw new WindsockError('fileUnwritable', { path: part.path, reason }, { cause: error });
	}
}

function isLines(kind: ContainerKind): boolean {
	return kind === 'jsonl';
}

/** Reads one portion while the one before is written. */
async function copyRange(
	part: DatasetPart,
	start: number,
	end: number,
	writer: FileWriter,
	memory: readonly [Uint8Array, Uint8Array],
): Promise<void> {
	let written: Promise<void> = Promise.resolve();
	for (let at = start, turn = 0; at < end; at += portion, turn++) {
		const to = Math.min(end, at + portion);
		const isKept = to - at < gathered;
		const bytes = await part.source.read(
			at,
			to,
			isKept ? undefined : memory[turn % 2 === 0 ? 0 : 1],
		);
		await written;
		if (bytes.length < to - at) {
			// Written over in place while it was open: what we would copy is not there any more.
			throw new WindsockError('fileChanged', { path: part.path });
		}
		written = writer.write(bytes);
		// Awaited above or below; until then a failure must not count as unhandled.
		written.catch(() => undefined);
	}
	await written;
}

async function copySegments(
	part: DatasetPart,
	segments: readonly SaveSegment[],
	writer: FileWriter,
): Promise<void> {
	const memory = [Buffer.allocUnsafe(portion), Buffer.allocUnsafe(portion)] as const;
	for (const segment of segments) {
		if (segment.kind === 'bytes') {
			await writer.write(segment.bytes);
			continue;
		}
		await copyRange(part, segment.start, segment.end, writer, memory);
	}
}
