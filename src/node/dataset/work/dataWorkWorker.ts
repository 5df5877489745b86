import { parentPort, workerData } from 'node:worker_threads';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import { performWork } from './dataWork';
import type { WorkMessage, WorkOrder } from './dataWorkThread';

/** A thread that does one piece of work and then ends. The only message to it asks it to stop. */
async function main({ kind, task }: WorkOrder): Promise<void> {
	const post = (message: WorkMessage): void => parentPort?.postMessage(message);
	const stop = new AbortController();
	parentPort?.once('message', () => stop.abort());
	let last = 0;
	try {
		const answer = await performWork(kind, task, {
			signal: stop.signal,
			progress: {
				report: (message, fraction) => {
					const now = performance.now();
					if (now - last > 100) {
						last = now;
						post({ kind: 'progress', message, fraction });
					}
				},
			},
		});
		post({ kind: 'done', answer });
	} catch (error) {
		const { code, details } = WindsockError.is(error) ? error : {};
		post({ kind: 'failed', code, details, reason: reasonOf(error) });
	} finally {
		parentPort?.close();
	}
}

void main(workerData as WorkOrder);
