import { extname } from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, type Result } from '../../core/base/result';
import {
	compressionOf,
	datasetNames,
	isTextContainer,
	unpackedName,
} from '../../core/dataset/container';
import { csvHeader, jsonToCsv, type CsvDialect } from '../../core/dataset/csvRecord';
import { oneLine } from '../../core/dataset/oneLine';
import type { Overlay } from '../../core/dataset/overlay';
import { writeAtomically } from './atomicWrite';
import type { DatasetFile } from './datasetFile';
import type { DatasetPart } from './datasetPart';
import { writerTo, type FileWriter } from './fileWriter';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Rows that are read in one go. */
const portion = 200;

/** Whether a copy of this name can take the file's bytes as they are. */
export function isSameContainer(part: DatasetPart, target: string): boolean {
	const name = extensionOf(target);
	if (name === extensionOf(part.path)) {
		return true;
	}
	// Names that say nothing else get what the file is.
	return isTextContainer(part.kind) && !datasetNames.test(target);
}

/**
 * Writes all rows into one new file of another kind: JSON lines, a JSON array or CSV, packed when
 * the name ends so. Numbers and escapes stay as they were written.
 */
export async function exportDataset(
	file: DatasetFile,
	overlay: Overlay,
	target: string,
): Promise<Result<void>> {
	const name = extensionOf(target);
	if (!['jsonl', 'ndjson', 'json', 'csv'].includes(name)) {
		const reason = `rows can be written as .jsonl, .json or .csv, also with .gz or .zst, not as .${name}`;
		return err(new WindsockError('fileUnwritable', { path: target, reason }));
	}
	return writeAtomically(target, async handle => {
		const writer = writerTo(handle, compressionOf(target));
		if (name === 'csv') {
			await writeCsv(file, overlay, target, writer);
		} else {
			await writeJson(rowsOf(file, overlay), name === 'json', writer);
		}
		await writer.finish();
	});
}

/** All rows in reading order with their edits. */
async function* rowsOf(file: DatasetFile, overlay: Overlay): AsyncGenerator<Uint8Array> {
	for (const run of overlay.runs()) {
		if (run.kind === 'own') {
			yield run.bytes;
			continue;
		}
		for (let from = run.from; from < run.to; from += portion) {
			yield* await file.rows.readRows(from, Math.min(run.to, from + portion));
		}
	}
}

async function writeJson(
	rows: AsyncIterable<Uint8Array>,
	asArray: boolean,
	writer: FileWriter,
): Promise<void> {
	let written = 0;
	for await (const row of rows) {
		const before = asArray ? (written === 0 ? '[\n' : ',\n') : '';
		await writer.write(encoder.encode(before));
		// Copied, since the reader may use its memory for the next rows.
		await writer.write(Uint8Array.from(oneLine(row)));
		await writer.write(encoder.encode(asArray ? '' : '\n'));
		written++;
	}
	if (asArray) {
		await writer.write(encoder.encode(written === 0 ? '[]\n' : '\n]\n'));
	}
}

/** Columns are the keys of all rows, in the order in which they first occur. */
async function writeCsv(
	file: DatasetFile,
	overlay: Overlay,
	target: string,
	writer: FileWriter,
): Promise<void> {
	const columns = new Set<string>();
	for await (const row of rowsOf(file, overlay)) {
		for (const key of keysOf(row)) {
			columns.add(key);
		}
	}
	const dialect: CsvDialect = { delimiter: ',', columns: [...columns] };
	await writer.write(csvHeader(dialect.columns));
	await writer.write(encoder.encode('\n'));
	let number = 0;
	for await (const row of rowsOf(file, overlay)) {
		number++;
		try {
			await writer.write(jsonToCsv(row, undefined, dialect));
		} catch (error) {
			const reason = `row ${number} does not fit into CSV: ${reasonOf(error)}; save it as JSON lines instead`;
			throw new WindsockError('fileUnwritable', { path: target, reason }, { cause: error });
		}
		await writer.write(encoder.encode('\n'));
	}
}

function keysOf(row: Uint8Array): string[] {
	try {
		const value: unknown = JSON.parse(decoder.decode(row));
		return typeof value === 'object' && value !== null ? Object.keys(value) : [];
	} catch {
		// The row that does not parse is named when it is written.
		return [];
	}
}

function extensionOf(path: string): string {
	return extname(unpackedName(path)).slice(1).toLowerCase();
}
