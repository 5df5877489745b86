import { parentPort, Worker } from 'node:worker_threads';
import { reasonOf } from '../../core/base/errors';
import type { PhraseList } from '../../core/dataset/findings/phraseList';
import type { RowMapping } from '../../core/dataset/rowMapping';
import type { ScanBatch } from '../../core/dataset/rowScan';
import type { PartDescription } from './partReading';
import { ScannedParts, type ScanJob } from './scanJobs';
import type { SecondThread } from './scanOnTwoThreads';

/** What a thread that only scans begins with; its jobs come as messages. */
export interface ScanTask {
	readonly kind: 'scan';
	readonly parts: readonly PartDescription[];
	readonly phrases: PhraseList;
	readonly mapping: RowMapping | undefined;
}

type Answer =
	| { readonly kind: 'scanned'; readonly batches: readonly ScanBatch[] }
	| { readonly kind: 'failed'; readonly reason: string };

/** @param workerFile the bundled `datasetWorker.js` */
export function startScanThread(workerFile: string, task: ScanTask): SecondThread {
	const worker = new Worker(workerFile, { workerData: task, name: 'windsock scan' });
	const waiting: PromiseWithResolvers<readonly ScanBatch[]>[] = [];
	const fail = (reason: string): void => {
		for (const { reject } of waiting.splice(0)) {
			reject(new Error(reason));
		}
	};
	worker.on('message', (answer: Answer) => {
		if (answer.kind === 'failed') {
			fail(answer.reason);
		} else {
			waiting.shift()?.resolve(answer.batches);
		}
	});
	worker.on('error', error => fail(reasonOf(error)));
	worker.on('exit', () => fail('the worker ended'));
	return {
		scan: job => {
			const answer = Promise.withResolvers<readonly ScanBatch[]>();
			waiting.push(answer);
			worker.postMessage(job);
			return answer.promise;
		},
		close: () => {
			waiting.length = 0;
			void worker.terminate();
		},
	};
}

/** The other end: answers jobs in their order until the thread is ended. */
export function answerScanJobs({ parts, phrases, mapping }: ScanTask): void {
	const scanned = new ScannedParts(parts);
	let before: Promise<void> = Promise.resolve();
	const post = (answer: Answer): void => parentPort?.postMessage(answer);
	parentPort?.on('message', (job: ScanJob) => {
		before = before.then(async () => {
			try {
				const batches: ScanBatch[] = [];
				for await (const batch of scanned.scan(job, { phrases, mapping })) {
					batches.push(batch);
				}
				post({ kind: 'scanned', batches });
			} catch (error) {
				post({ kind: 'failed', reason: reasonOf(error) });
			}
		});
	});
}
