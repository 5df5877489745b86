import { WindsockError } from '../../../core/base/errors';
import type { Result } from '../../../core/base/result';
import type { RecognisedRow } from '../../../core/dataset/example';
import { recogniseBytes } from '../../../core/dataset/format';
import type { OverlayRun, RowRef } from '../../../core/dataset/overlay';
import { DatasetFile } from '../datasetFile';
import type { DatasetModel } from '../datasetModel';
import { checkCancelled } from '../expected';
import { sameFingerprint, type Fingerprint } from '../fingerprint';
import { readPortions } from '../rowReader';

/** The rows of a dataset as any thread can read them: those of the file, with the edits over it. */
export interface DatasetRows {
	readonly path: string;
	/** Of the file that the runs are for. */
	readonly fingerprint?: Fingerprint;
	/** All rows in reading order; absent for a file as it is. */
	readonly runs?: readonly OverlayRun[];
}

/**
 * The rows of an open dataset as they are now.
 *
 * @returns `refs` tells which row stood at a position, whatever happens to the dataset meanwhile
 */
export function rowsOf(model: DatasetModel): {
	readonly rows: DatasetRows;
	readonly refs: (position: number) => RowRef | undefined;
} {
	const { path, fingerprint } = model.file;
	const runs = [...model.overlay.runs()];
	const starts: number[] = [];
	let start = 0;
	for (const run of runs) {
		starts.push(start);
		start += run.kind === 'own' ? 1 : run.to - run.from;
	}
	const refs = (position: number): RowRef | undefined => {
		const at = lastAtMost(starts, position);
		const run = runs[at];
		if (!run || position >= start) {
			return undefined;
		}
		const offset = position - (starts[at] ?? 0);
		return run.kind === 'own'
			? { id: run.id, base: run.base, bytes: run.bytes }
			: { id: run.id + offset, base: run.from + offset, bytes: undefined };
	};
	return { rows: { path, runs, ...(fingerprint ? { fingerprint } : {}) }, refs };
}

function lastAtMost(ascending: readonly number[], value: number): number {
	let [low, high] = [0, ascending.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((ascending[middle] ?? 0) <= value) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low - 1;
}

/** A dataset that is read from its first row to its last, as often as needed. */
export class OpenRows {
	private constructor(
		readonly file: DatasetFile,
		private readonly runs: readonly OverlayRun[],
	) {}

	/** Throws a WindsockError, also for a file that is no longer the one that was edited. */
	static async open({ path, fingerprint, runs }: DatasetRows): Promise<OpenRows> {
		const file = take(await DatasetFile.open(path));
		try {
			if (fingerprint && !(file.fingerprint && sameFingerprint(file.fingerprint, fingerprint))) {
				throw new WindsockError('fileChanged', { path });
			}
			take(await file.indexed);
		} catch (error) {
			await file.close();
			throw error;
		}
		const whole = { kind: 'base', id: 0, from: 0, to: file.rows.count } as const;
		return new OpenRows(file, runs ?? [whole]);
	}

	/** What a row says, read as a person said that this dataset is to be read. */
	recognise(bytes: Uint8Array): RecognisedRow {
		return recogniseBytes(bytes, this.file.mapping);
	}

	get count(): number {
		return this.runs.reduce((sum, run) => sum + (run.kind === 'own' ? 1 : run.to - run.from), 0);
	}

	/** All rows in order, in portions. @param what named when it is cancelled */
	async *portions(
		what: string,
		signal?: AbortSignal,
	): AsyncGenerator<{ readonly from: number; readonly rows: readonly Uint8Array[] }> {
		const { file } = this;
		let position = 0;
		for (const run of this.runs) {
			checkCancelled(signal, what);
			if (run.kind === 'own') {
				yield { from: position++, rows: [run.bytes] };
				continue;
			}
			const range = {
				count: run.to - run.from,
				readRows: (from: number, to: number) => file.rows.readRows(run.from + from, run.from + to),
			};
			for await (const { from, rows } of readPortions(range, row => file.sizeOf(run.from + row))) {
				checkCancelled(signal, what);
				yield { from: position + from, rows };
			}
			position += run.to - run.from;
		}
	}

	close(): Promise<void> {
		return this.file.close();
	}
}

function take<T>(result: Result<T>): T {
	if (!result.ok) {
		throw result.error;
	}
	return result.value;
}
