import { parentPort, workerData } from 'node:worker_threads';
import { reasonOf } from '../../core/base/errors';
import { openFileSource } from './byteSource';
import { indexing } from './indexing';
import type { WorkerMessage, WorkerTask } from './indexingThread';

/** A thread that indexes and scans one file and then ends. */
async function main(task: WorkerTask): Promise<void> {
	const post = (message: WorkerMessage): void => parentPort?.postMessage(message);
	try {
		const source = await openFileSource(task.path);
		try {
			if (source.stamp !== task.stamp) {
				throw new Error('something else wrote it while it was being opened');
			}
			for await (const event of indexing(source, task.kind, task)) {
				post({ kind: 'event', event });
			}
		} finally {
			await source.close();
		}
		post({ kind: 'done' });
	} catch (error) {
		post({ kind: 'failed', reason: reasonOf(error) });
	}
}

void main(workerData as WorkerTask);
