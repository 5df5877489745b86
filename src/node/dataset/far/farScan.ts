import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import type { PhraseList } from '../../../core/dataset/findings/phraseList';
import type { RowRangeBatch, RowRanges } from '../../../core/dataset/rowRanges';
import type { ScanBatch } from '../../../core/dataset/rowScan';
import type { ByteSource } from '../byteSource';
import type { PartDescription } from '../partReading';
import { isFar } from './farSource';
import { aheadOf } from './readAhead';
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

/** What of a part a scan reads. */
export interface FarPart {
	readonly description: PartDescription;
	readonly disk: ByteSource;
	/** The text of a packed file, which is on this machine. */
	readonly source: ByteSource;
	readonly ranges: RowRanges;
}

/**
 * Reads all of a far file once for formats, findings and keys of its rows. The bytes come through
 * this thread, the work is done in another one.
 *
 * @throws WindsockError
 */
export async function scanFar(
	{ description, disk, source: text, ranges }: FarPart,
	options: FarScanOptions,
	onBatch: (batch: ScanBatch) => void,
): Promise<void> {
	const source = text === disk && isFar(disk) ? aheadOf(disk) : text;
	const { workerFile, signal, phrases } = options;
	if (workerFile !== undefined && existsSync(workerFile)) {
		const task = { description, size: disk.size, rows: ranges.slice(0), phrases };
		await inWorker(task, workerFile, source, signal, onBatch);
		return;
	}
	for await (const batch of scanRows(description, source, ranges, options)) {
		throwIfAborted(signal);
		onBatch(batch);
		await setImmediate();
	}
}

function throwIfAborted(signal: AbortSignal): void {
	if (signal.aborted) {
		throw new WindsockError('cancelled', { what: 'checking all rows' });
	}
}

function inWorker(
	task: FarScanTask,
	workerFile: string,
	source: ByteSource,
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
			// A copy: its memory goes to the other thread, and the source may still need its own.
			const bytes = Uint8Array.from(await source.read(start, end));
			worker.postMessage({ id, bytes } satisfies FarScanAnswer, [bytes.buffer]);
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
