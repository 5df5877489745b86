import { open } from 'node:fs/promises';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import { oneLine } from '../../../core/dataset/oneLine';
import type { RowRef } from '../../../core/dataset/overlay';
import type { DatasetModel } from '../datasetModel';
import type { DatasetPart } from '../datasetPart';
import { checkCancelled } from '../expected';
import { isFar } from '../far/farSource';
import { aheadOf } from '../far/readAhead';
import { openRows } from '../partReading';
import { JoinedRows, readPortions, type RowReader } from '../rowReader';
import { createUnpackedFile } from '../unpackedFile';
import type { WorkContext } from './dataWork';
import { rowsOf, type DatasetRows } from './datasetRows';

/** Rows of an open dataset as another thread can read them, until they are let go. */
export interface LocalRows {
	readonly rows: DatasetRows;
	/** Which row stood at a position, whatever happens to the dataset meanwhile. */
	readonly refs: (position: number) => RowRef | undefined;
	close(): Promise<void>;
}

const encoder = new TextEncoder();
const lineEnd = encoder.encode('\n');

/**
 * The rows of an open dataset as they are now. Those of a far one come over the network once, into
 * a temporary file that only this user can read, since the work may go through them several times.
 *
 * @throws WindsockError
 */
export async function localRows(model: DatasetModel, context: WorkContext): Promise<LocalRows> {
	if (!model.file.far) {
		return { ...rowsOf(model), close: () => Promise.resolve() };
	}
	const indexed = await model.file.indexed;
	if (!indexed.ok) {
		throw indexed.error;
	}
	const { rows, refs } = rowsOf(model);
	const copy = await createUnpackedFile('rows.jsonl');
	try {
		await writeLines(copy.path, linesOf(model, rows, context));
		return { rows: { path: copy.path }, refs, close: () => copy.close() };
	} catch (error) {
		await copy.close();
		throw error;
	}
}

async function* linesOf(
	model: DatasetModel,
	{ runs = [] }: DatasetRows,
	{ progress, signal }: WorkContext,
): AsyncGenerator<Uint8Array> {
	const { file, rowCount } = model;
	const parts = await Promise.all(file.parts.map(async part => ({ rows: await streamed(part) })));
	const reader = new JoinedRows(parts);
	let done = 0;
	for (const run of runs) {
		if (run.kind === 'own') {
			yield lineOf(run.bytes);
			done++;
			continue;
		}
		const range = {
			count: run.to - run.from,
			readRows: (from: number, to: number) => reader.readRows(run.from + from, run.from + to),
		};
		for await (const { rows } of readPortions(range, row => file.sizeOf(run.from + row))) {
			checkCancelled(signal, 'reading the dataset');
			yield Buffer.concat(rows.map(lineOf));
			done += rows.length;
			const part = done / Math.max(1, rowCount);
			progress.report(`Reading from ${file.far?.place ?? 'its host'}`, part);
		}
	}
}

/** Reads ahead, so that the link never rests. Packed text is on this machine already. */
async function streamed({
	disk,
	source,
	rows,
	description,
	ranges,
}: DatasetPart): Promise<RowReader> {
	return source === disk && isFar(disk) ? openRows(description, aheadOf(disk), ranges) : rows;
}

/** One line for each row, or the numbers of those behind it would be others. */
function lineOf(bytes: Uint8Array): Uint8Array {
	const line = oneLine(bytes);
	const isBlank = line.every(byte => byte === 32 || byte === 9 || byte === 13);
	return Buffer.concat([isBlank ? encoder.encode('null') : line, lineEnd]);
}

async function writeLines(path: string, lines: AsyncGenerator<Uint8Array>): Promise<void> {
	const handle = await open(path, 'a');
	try {
		for await (const line of lines) {
			await handle.appendFile(line);
		}
	} catch (error) {
		if (WindsockError.is(error)) {
			throw error;
		}
		const reason = reasonOf(error);
		throw new WindsockError('fileUnwritable', { path, reason }, { cause: error });
	} finally {
		await handle.close();
	}
}
