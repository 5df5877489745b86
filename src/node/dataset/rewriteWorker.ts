import { parentPort, workerData } from 'node:worker_threads';
import { compileRewrite, type RowRewrite } from '../../core/dataset/edit/rowRewrite';

const rewrite = compileRewrite(workerData as RowRewrite);

/** A thread that rewrites the rows it is sent, portion by portion, until it is ended. */
parentPort?.on('message', (rows: readonly Uint8Array[]) => {
	if (!rewrite.ok) {
		throw new Error(rewrite.error);
	}
	parentPort?.postMessage(rows.map(rewrite.value));
});
