import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import type { PhraseList } from '../../../core/dataset/findings/phraseList';
import type { RowRangeBatch, RowRanges } from '../../../core/dataset/rowRanges';
import type { ScanBatch } from '../../../core/dataset/rowScan';
import type { PartDescription } from '../partReading';
import type { FarSource } from './farSource';
import { ReadAhead } from './readAhead';
import { scanRows } from '../scanRows';

/** What the scanning thread is given. */
export interface FarScanTask {
	readonly description: PartDescription;
	readonly size: number;
	readonly rows: RowRangeBatch;
	readonly phrases: PhraseList;
}

/** What it says: it has no way to the file itself. */
export type FarScanMessage =
	| { readonly kind: 'read'; readonly id: number; readonly start: number; readonly end: number }
	| { readonly kind: 'scanned'; readonly batch: ScanBatch }
	| { readonly kind: 'done' }
	| { readonly kind: 'failed'; readonly reason: string };

export type FarScanAnswer =
	| { readonly id: number; readonly bytes: Uint8Array }
	| { readonly id: number; readonly reason: string };

export interface FarScanOptions {
	readonly phrases: PhraseList;
	/** The bundled `farScanWorker.js`; without it the calling thread does the work. */
	readonly workerFile: string | undefined;
	readonly signal: AbortSignal;
}

/**
 * Reads all of a far file once for formats, findings and keys of its rows. The bytes come through
 * this thread, the work is done in another one.
 *
 * @throws WindsockError
 */
export async function scanFar(
	part: {
		readonly description: PartDescription;
		readonly disk: FarSource;
		readonly ranges: RowRanges;
	},
	options: FarScanOptions,
	onBatch: (batch: ScanBatch) => void,
): Promise<void> {
	const { description, disk, ranges } = part;
	const ahead = new ReadAhead(disk.size, (start, end) => disk.pass(start, end));
	const { workerFile, signal, phrases } = options;
	if (workerFile !== undefined && existsSync(workerFile)) {
		const task = { description, size: disk.size, rows: ranges.slice(0), phrases };
		await inWorker(task, workerFile, ahead, signal, onBatch);
		return;
	}
	const source = { ...passOf(disk), read: (a: number, b: number) => ahead.read(a, b) };
	for await (const batch of scanRows(description, source, ranges, options)) {
		throwIfAborted(signal);
		onBatch(batch);
		await setImmediate();
	}
}

/** The parts of a source that a pass over it needs. */
function passOf({ size, stamp }: FarSource) {
	return {
		size,
		stamp,
		isUntouched: () => Promise.resolve(true),
		close: () => Promise.resolve(),
	};
}

function throwIfAborted(signal: AbortSignal): void {
	if (signal.aborted) {
		throw new WindsockError('cancelled', { what: 'checking all rows' });
	}
}

function inWorker(
	task: FarScanTask,
	workerFile: string,
	ahead: ReadAhead,
	signal: AbortSignal,
	onBatch: (batch: ScanBatch) => void,
): Promise<void> {
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	const worker = new Worker(workerFile, { workerData: task, name: 'windsock far dataset' });
	/** Why the worker could not read on: it knows only the words of it. */
	let cause: unknown;
	const fail = (reason: string): void => {
		const details = { path: task.description.path, reason };
		reject(cause ?? new WindsockError('fileUnreadable', details));
	};
	const stop = (): void => reject(new WindsockError('cancelled', { what: 'checking all rows' }));
	signal.addEventListener('abort', stop);
	const answer = async (id: number, start: number, end: number): Promise<void> => {
		try {
			const bytes = await ahead.read(start, end);
			worker.postMessage({ id, bytes } satisfies FarScanAnswer, [bytes.buffer as ArrayBuffer]);
		} catch (error) {
			cause = error;
			worker.postMessage({ id, reason: reasonOf(error) } satisfies FarScanAnswer);
		}
	};
	worker.on('message', (message: FarScanMessage) => {
		switch (message.kind) {
			case 'read':
				void answer(message.id, message.start, message.end);
				break;
			case 'scanned':
				if (!signal.aborted) {
					onBatch(message.batch);
				}
				break;
			case 'done':
				resolve();
				break;
			case 'failed':
				fail(message.reason);
		}
	});
	worker.on('error', error => fail(reasonOf(error)));
	worker.on('exit', () => fail('the worker ended'));
	if (signal.aborted) {
		stop();
	}
	return promise.finally(() => {
		signal.removeEventListener('abort', stop);
		return worker.terminate();
	});
}
