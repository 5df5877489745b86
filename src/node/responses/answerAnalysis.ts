import { Worker } from 'node:worker_threads';
import type { Disposable } from '../../core/base/disposable';
import { checkReplyText } from '../../core/dataset/findings/checkRow';
import type { PhraseList } from '../../core/dataset/findings/phraseList';
import { answerMarks, type LaneMarks, type MarkRequest } from '../../core/responses/answerMarks';
import {
	behaviourReport,
	type BehaviourQuestion,
	type BehaviourReport,
} from '../../core/responses/behaviour/behaviourReport';
import {
	sharedFloors,
	type FloorPairs,
	type SharedFloors,
} from '../../core/responses/sharedFloors';

/** An answer, and what it answers. */
export interface CheckedAnswer {
	readonly text: string;
	readonly asked?: string;
}

/** What the worker is asked, one kind of question each. */
export interface AnalysisQuestions {
	marks: { params: MarkRequest; result: readonly LaneMarks[] };
	floors: { params: FloorPairs; result: SharedFloors };
	/** Whether each answer is a refusal, as the dataset editor finds it. */
	refusals: {
		params: { readonly answers: readonly CheckedAnswer[]; readonly phrases: PhraseList };
		result: readonly boolean[];
	};
	behaviour: { params: BehaviourQuestion; result: BehaviourReport };
}

export type AnalysisKind = keyof AnalysisQuestions;

export function analyse<K extends AnalysisKind>(
	kind: K,
	params: AnalysisQuestions[K]['params'],
): AnalysisQuestions[K]['result'] {
	const answers: {
		[Q in AnalysisKind]: (asked: AnalysisQuestions[Q]['params']) => AnalysisQuestions[Q]['result'];
	} = {
		marks: answerMarks,
		floors: sharedFloors,
		behaviour: behaviourReport,
		refusals: asked =>
			asked.answers.map(({ text, asked: prompt }) =>
				checkReplyText(text, prompt, { phrases: asked.phrases }).some(
					finding => finding.code === 'refusal',
				),
			),
	};
	return answers[kind](params);
}

export type AnalysisReply =
	| { readonly id: number; readonly result: unknown }
	| { readonly id: number; readonly failure: string };

/** Milliseconds after which an answer is given up on; its text is then shown without marks. */
const patience = 20_000;

interface Waiting {
	readonly resolve: (result: never) => void;
	readonly reject: (error: Error) => void;
}

/**
 * Compares answers beside the editor's own thread; started with the first question. A thread that
 * does not come back is ended, its questions fail, and the next question starts another.
 */
export class AnswerAnalysis implements Disposable {
	#worker: Worker | undefined;
	readonly #waiting = new Map<number, Waiting>();
	#lastId = 0;

	/** @param workerFile the bundled `answerAnalysisWorker.js`; without it the caller's thread does it */
	constructor(
		private readonly workerFile: string | undefined,
		private readonly wait = patience,
	) {}

	async ask<K extends AnalysisKind>(
		kind: K,
		params: AnalysisQuestions[K]['params'],
	): Promise<AnalysisQuestions[K]['result']> {
		if (this.workerFile === undefined) {
			return analyse(kind, params);
		}
		const worker = (this.#worker ??= this.#start(this.workerFile));
		const id = ++this.#lastId;
		const timer = setTimeout(() => this.#end('took too long'), this.wait);
		try {
			return await new Promise<AnalysisQuestions[K]['result']>((resolve, reject) => {
				this.#waiting.set(id, { resolve, reject });
				worker.postMessage({ id, kind, params });
			});
		} finally {
			clearTimeout(timer);
			this.#waiting.delete(id);
		}
	}

	dispose(): void {
		this.#end('was ended');
	}

	#start(file: string): Worker {
		const worker = new Worker(file, { name: 'windsock answers' });
		worker.unref();
		worker.on('message', (reply: AnalysisReply) => {
			const waiting = this.#waiting.get(reply.id);
			if ('failure' in reply) {
				waiting?.reject(new Error(reply.failure));
			} else {
				waiting?.resolve(reply.result as never);
			}
		});
		const ended = (reason: string): void => {
			if (this.#worker === worker) {
				this.#end(reason);
			}
		};
		worker.on('error', error => ended(error.message));
		worker.on('exit', () => ended('ended by itself'));
		return worker;
	}

	#end(reason: string): void {
		const worker = this.#worker;
		this.#worker = undefined;
		void worker?.terminate();
		for (const { reject } of this.#waiting.values()) {
			reject(new Error(`The comparison of answers ${reason}.`));
		}
		this.#waiting.clear();
	}
}
