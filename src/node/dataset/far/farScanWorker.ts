import { parentPort, workerData } from 'node:worker_threads';
import { reasonOf } from '../../../core/base/errors';
import { RowRanges } from '../../../core/dataset/rowRanges';
import type { FarScanAnswer, FarScanMessage, FarScanTask } from './farScan';
import { scanRows } from '../scanRows';

/** A thread that scans one dataset whose bytes the other thread has, and then ends. */
async function main({ description, size, rows, phrases }: FarScanTask): Promise<void> {
	const post = (message: FarScanMessage): void => parentPort?.postMessage(message);
	const waiting = new Map<number, PromiseWithResolvers<Uint8Array>>();
	let last = 0;
	parentPort?.on('message', (answer: FarScanAnswer) => {
		const asked = waiting.get(answer.id);
		waiting.delete(answer.id);
		if ('bytes' in answer) {
			asked?.resolve(answer.bytes);
		} else {
			asked?.reject(new Error(answer.reason));
		}
	});
	const disk = {
		size,
		stamp: description.stamp,
		isUntouched: () => Promise.resolve(true),
		read: (start: number, end: number): Promise<Uint8Array> => {
			const asked = Promise.withResolvers<Uint8Array>();
			waiting.set(++last, asked);
			post({ kind: 'read', id: last, start, end });
			return asked.promise;
		},
		close: () => Promise.resolve(),
	};
	const ranges = new RowRanges();
	ranges.append(rows);
	try {
		for await (const batch of scanRows(description, disk, ranges, { phrases })) {
			post({ kind: 'scanned', batch });
		}
		post({ kind: 'done' });
	} catch (error) {
		post({ kind: 'failed', reason: reasonOf(error) });
	}
}

void main(workerData as FarScanTask);
