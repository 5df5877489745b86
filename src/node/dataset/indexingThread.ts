import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { reasonOf } from '../../core/base/errors';
import type { ContainerKind } from '../../core/dataset/container';
import type { ByteSource } from './byteSource';
import { indexing, type IndexingEvent } from './indexing';

export interface WorkerTask {
	readonly path: string;
	readonly kind: ContainerKind;
	readonly scan: boolean;
	/** Stamp of the file that the calling thread has open. */
	readonly stamp: string;
}

export type WorkerMessage =
	| { readonly kind: 'event'; readonly event: IndexingEvent }
	| { readonly kind: 'done' }
	| { readonly kind: 'failed'; readonly reason: string };

/**
 * Indexes a file beside the calling thread, or within it where there is no worker file (tests,
 * documents that are no files). Events come in order; the promise tells the end, with the reason
 * when it failed. After `signal` aborts nothing comes any more.
 */
export function indexInBackground(
	task: WorkerTask,
	source: ByteSource,
	options: { readonly workerFile: string | undefined; readonly signal: AbortSignal },
	onEvent: (event: IndexingEvent) => void,
): Promise<string | undefined> {
	const { workerFile, signal } = options;
	return workerFile !== undefined && existsSync(workerFile)
		? inWorker(task, workerFile, signal, onEvent)
		: inThisThread(task, source, signal, onEvent);
}

function inWorker(
	task: WorkerTask,
	workerFile: string,
	signal: AbortSignal,
	onEvent: (event: IndexingEvent) => void,
): Promise<string | undefined> {
	return new Promise(resolve => {
		const worker = new Worker(workerFile, { workerData: task, name: 'windsock dataset' });
		const end = (reason: string | undefined): void => {
			signal.removeEventListener('abort', stop);
			resolve(reason);
			void worker.terminate();
		};
		const stop = (): void => end('closed');
		signal.addEventListener('abort', stop);
		worker.on('message', (message: WorkerMessage) => {
			if (signal.aborted) {
				return;
			}
			if (message.kind === 'event') {
				onEvent(message.event);
			} else {
				end(message.kind === 'failed' ? message.reason : undefined);
			}
		});
		worker.on('error', error => end(reasonOf(error)));
		worker.on('exit', () => end('the worker ended'));
		if (signal.aborted) {
			stop();
		}
	});
}

async function inThisThread(
	task: WorkerTask,
	source: ByteSource,
	signal: AbortSignal,
	onEvent: (event: IndexingEvent) => void,
): Promise<string | undefined> {
	try {
		for await (const event of indexing(source, task.kind, task)) {
			if (signal.aborted) {
				return 'closed';
			}
			onEvent(event);
			// Lets other work of this thread in between two portions.
			await setImmediate();
		}
		return undefined;
	} catch (error) {
		return reasonOf(error);
	}
}
