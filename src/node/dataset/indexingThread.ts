import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { reasonOf } from '../../core/base/errors';
import type { PhraseList } from '../../core/dataset/findings/phraseList';
import type { RowMapping } from '../../core/dataset/rowMapping';
import { indexing, type IndexedPart, type IndexingEvent } from './indexing';
import type { PartDescription } from './partReading';

export interface WorkerTask {
	readonly kind: 'index';
	/** The thread's own file, for a second thread. */
	readonly workerFile: string;
	readonly parts: readonly PartDescription[];
	readonly scan: boolean;
	readonly phrases: PhraseList;
	readonly mapping: RowMapping | undefined;
}

export type WorkerMessage =
	| { readonly kind: 'event'; readonly event: IndexingEvent }
	| { readonly kind: 'done' }
	| { readonly kind: 'failed'; readonly reason: string };

/**
 * Indexes a dataset beside the calling thread, or within it where there is no worker file (tests,
 * documents that are no files). Events come in order; the promise tells the end, with the reason
 * when it failed. After `signal` aborts nothing comes any more.
 */
export function indexInBackground(
	parts: readonly IndexedPart[],
	options: {
		readonly scan: boolean;
		readonly phrases: PhraseList;
		readonly mapping: RowMapping | undefined;
		readonly workerFile: string | undefined;
		readonly signal: AbortSignal;
	},
	onEvent: (event: IndexingEvent) => void,
): Promise<string | undefined> {
	const { workerFile, signal, scan, phrases, mapping } = options;
	if (workerFile === undefined || !existsSync(workerFile)) {
		return inThisThread(parts, { scan, phrases, mapping }, signal, onEvent);
	}
	const descriptions = parts.map(({ description }) => description);
	const task: WorkerTask = {
		kind: 'index',
		workerFile,
		parts: descriptions,
		scan,
		phrases,
		mapping,
	};
	return inWorker(task, signal, onEvent);
}

function inWorker(
	task: WorkerTask,
	signal: AbortSignal,
	onEvent: (event: IndexingEvent) => void,
): Promise<string | undefined> {
	return new Promise(resolve => {
		const worker = new Worker(task.workerFile, { workerData: task, name: 'windsock dataset' });
		let isEnding = false;
		const end = (reason: string | undefined): void => {
			if (isEnding) {
				return;
			}
			isEnding = true;
			signal.removeEventListener('abort', stop);
			// Files that the worker has open are closed only once it is gone.
			void worker.terminate().then(() => resolve(reason));
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
	parts: readonly IndexedPart[],
	options: Pick<WorkerTask, 'scan' | 'phrases' | 'mapping'>,
	signal: AbortSignal,
	onEvent: (event: IndexingEvent) => void,
): Promise<string | undefined> {
	try {
		for await (const event of indexing(parts, options)) {
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
