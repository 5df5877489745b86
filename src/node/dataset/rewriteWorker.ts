import { parentPort, workerData } from 'node:worker_threads';
import { compileRewrite } from '../../core/dataset/edit/rowRewrite';
import type { RewriteTask } from './rewriteThread';

const task = workerData as RewriteTask;
const rewrite = compileRewrite(task.rewrite, task.mapping);

/** A thread that rewrites the rows it is sent, portion by portion, until it is ended. */
parentPort?.on('message', (rows: readonly Uint8Array[]) => {
	if (!rewrite.ok) {
		throw new Error(rewrite.error);
	}
	parentPort?.postMessage(rows.map(rewrite.value));
});
