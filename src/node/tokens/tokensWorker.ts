import { parentPort, workerData } from 'node:worker_threads';
import { reasonOf } from '../../core/base/errors';
import { LocalExamples, type TrlRow } from '../../core/tokens/localExample';
import type { LocalReading, ReaderAnswer, ReaderOrder, ReaderQuestion } from './localReader';

/** A thread that holds one tokenizer and reads rows with it until it is terminated. */
function main({ files, template, method }: ReaderOrder): void {
	const examples = new LocalExamples(files, template);
	const reading = (row: string): LocalReading => {
		try {
			const sides = examples.read(JSON.parse(row) as TrlRow, method);
			return sides === undefined ? { kind: 'unknown' } : { kind: 'sides', sides };
		} catch (error) {
			return { kind: 'refused', reason: reasonOf(error) };
		}
	};
	parentPort?.on('message', ({ id, row }: ReaderQuestion) => {
		parentPort?.postMessage({ id, ...reading(row) } satisfies ReaderAnswer);
	});
}

main(workerData as ReaderOrder);
