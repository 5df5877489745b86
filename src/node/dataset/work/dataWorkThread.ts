import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
	reasonOf,
	WindsockError,
	type ErrorCode,
	type ErrorDetails,
} from '../../../core/base/errors';
import { err, ok, type Result } from '../../../core/base/result';
import { expected } from '../expected';
import { performWork, type DataWork, type WorkContext, type WorkKind } from './dataWork';

export interface WorkOrder {
	readonly kind: WorkKind;
	readonly task: DataWork[WorkKind]['task'];
}

export type WorkMessage =
	| { readonly kind: 'progress'; readonly message: string; readonly fraction: number | undefined }
	| { readonly kind: 'done'; readonly answer: DataWork[WorkKind]['answer'] }
	| {
			readonly kind: 'failed';
			readonly code: ErrorCode | undefined;
			readonly details: ErrorDetails | undefined;
			readonly reason: string;
	  };

/** The bundled worker, given that of the index, which it stands beside. */
export function workFileBeside(workerFile: string): string {
	return join(dirname(workerFile), 'dataWorkWorker.js');
}

/**
 * Does long work on a dataset beside the calling thread, or within it where there is no worker
 * file, as in tests. When `signal` aborts, the work stops by itself and cleans up first.
 *
 * @param workFile the bundled `dataWorkWorker.js`
 */
export function workInBackground<K extends WorkKind>(
	kind: K,
	task: DataWork[K]['task'],
	{ workFile, ...context }: WorkContext & { readonly workFile: string | undefined },
): Promise<Result<DataWork[K]['answer']>> {
	return workFile !== undefined && existsSync(workFile)
		? inWorker({ kind, task }, workFile, context)
		: expected(() => performWork(kind, task, context));
}

function inWorker<K extends WorkKind>(
	order: WorkOrder,
	workFile: string,
	{ signal, progress }: WorkContext,
): Promise<Result<DataWork[K]['answer']>> {
	return new Promise((resolve, reject) => {
		const worker = new Worker(workFile, { workerData: order, name: 'windsock data work' });
		const stop = (): void => worker.postMessage('stop');
		const end = (): void => {
			signal.removeEventListener('abort', stop);
			void worker.terminate();
		};
		worker.on('message', (message: WorkMessage) => {
			if (message.kind === 'progress') {
				progress.report(message.message, message.fraction);
				return;
			}
			end();
			if (message.kind === 'done') {
				resolve(ok(message.answer));
			} else if (message.code === undefined) {
				// A bug in the worker is one here.
				reject(new Error(message.reason));
			} else {
				resolve(err(new WindsockError(message.code, message.details)));
			}
		});
		worker.on('error', error => {
			end();
			reject(new Error(reasonOf(error), { cause: error }));
		});
		worker.on('exit', () => reject(new Error('the worker ended before it was done')));
		signal.addEventListener('abort', stop);
		if (signal.aborted) {
			stop();
		}
	});
}
