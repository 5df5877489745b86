import { parentPort, workerData } from 'node:worker_threads';
import { reasonOf } from '../../core/base/errors';
import { openFileSource } from './byteSource';
import { indexing, type IndexedPart } from './indexing';
import type { WorkerMessage, WorkerTask } from './indexingThread';
import type { SecondThread } from './scanOnTwoThreads';
import { answerScanJobs, startScanThread, type ScanTask } from './scanThread';

/** A thread that indexes and scans one dataset and then ends. */
async function index({ workerFile, parts, scan, phrases, mapping }: WorkerTask): Promise<void> {
	const post = (message: WorkerMessage): void => parentPort?.postMessage(message);
	const startSecondThread = (): SecondThread =>
		startScanThread(workerFile, { kind: 'scan', parts, phrases, mapping });
	const opened: IndexedPart[] = [];
	try {
		for (const description of parts) {
			const disk = await openFileSource(description.path);
			opened.push({ description, disk });
			if (disk.stamp !== description.stamp) {
				throw new Error('something else wrote it while it was being opened');
			}
		}
		for await (const event of indexing(opened, { scan, phrases, mapping, startSecondThread })) {
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

const task = workerData as WorkerTask | ScanTask;
if (task.kind === 'index') {
	void index(task);
} else {
	answerScanJobs(task);
}
