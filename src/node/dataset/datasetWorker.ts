import { parentPort, workerData } from 'node:worker_threads';
import { reasonOf } from '../../core/base/errors';
import { openFileSource } from './byteSource';
import { indexing, type IndexedPart } from './indexing';
import type { WorkerMessage, WorkerTask } from './indexingThread';

/** A thread that indexes and scans one dataset and then ends. */
async function main({ parts, scan, phrases }: WorkerTask): Promise<void> {
	const post = (message: WorkerMessage): void => parentPort?.postMessage(message);
	const opened: IndexedPart[] = [];
	try {
		for (const description of parts) {
			const disk = await openFileSource(description.path);
			opened.push({ description, disk });
			if (disk.stamp !== description.stamp) {
				throw new Error('something else wrote it while it was being opened');
			}
		}
		for await (const event of indexing(opened, { scan, phrases })) {
			post({ kind: 'event', event });
		}
		post({ kind: 'done' });
	} catch (error) {
		post({ kind: 'failed', reason: reasonOf(error) });
	} finally {
		for (const { disk } of opened) {
			await disk.close();
		}
	}
}

void main(workerData as WorkerTask);
