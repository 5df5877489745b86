import { parentPort, workerData } from 'node:worker_threads';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import { controlPlaces, type QueryReply, type QueryRequest } from './queryThread';
import type { QueryWork } from './queryWork';
import { QueryWorking } from './queryWorking';

/** A thread that tries queries on rows until it is ended. */
const control = new Int32Array((workerData as { control: SharedArrayBuffer }).control);
let wanted = 0;
const working = new QueryWorking({
	isWanted: () => Atomics.load(control, controlPlaces.wanted) === wanted,
	atRow: (index, bytes) => {
		control[controlPlaces.row] = index;
		control[controlPlaces.bytes] = bytes;
		control[controlPlaces.term] = -1;
		Atomics.add(control, controlPlaces.beat, 1);
	},
	atTerm: term => {
		control[controlPlaces.term] = term;
		Atomics.add(control, controlPlaces.beat, 1);
	},
});

parentPort?.on('message', ({ number, work }: QueryRequest) => {
	wanted = number;
	void answer(number, work);
});

async function answer(number: number, work: QueryWork): Promise<void> {
	let reply: QueryReply;
	try {
		reply = { number, ok: true, value: await working.perform(work) };
	} catch (error) {
		reply = WindsockError.is(error)
			? { number, ok: false, code: error.code, details: error.details }
			: { number, ok: false, code: undefined, details: { reason: reasonOf(error) } };
	}
	parentPort?.postMessage(reply);
}
