import { parentPort } from 'node:worker_threads';
import { reasonOf } from '../../core/base/errors';
import { analyse, type AnalysisKind, type AnalysisReply } from './answerAnalysis';

/** A thread that compares answers, one question after the other, until it is terminated. */
parentPort?.on(
	'message',
	({ id, kind, params }: { id: number; kind: AnalysisKind; params: never }) => {
		let reply: AnalysisReply;
		try {
			reply = { id, result: analyse(kind, params) };
		} catch (error) {
			reply = { id, failure: reasonOf(error) };
		}
		parentPort?.postMessage(reply);
	},
);
