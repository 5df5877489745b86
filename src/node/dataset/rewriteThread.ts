import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import {
	compileRewrite,
	type RewrittenRow,
	type RowRewrite,
} from '../../core/dataset/edit/rowRewrite';
import type { RowMapping } from '../../core/dataset/rowMapping';

/** What a thread is started with; it can be posted. */
export interface RewriteTask {
	/** One that `compileRewrite` takes. */
	readonly rewrite: RowRewrite;
	/** How a person said that the rows are to be read. */
	readonly mapping: RowMapping | undefined;
}

/** Rewrites portions of rows, one at a time. */
export interface Rewriter {
	/** Undefined when the portion took too long: a regular expression can take for ever. */
	rewrite(rows: readonly Uint8Array[]): Promise<readonly RewrittenRow[] | undefined>;
	close(): Promise<void>;
}

/**
 * In a thread of its own, which is ended when a portion takes longer than `patience` milliseconds;
 * without a worker file (tests) in the calling one, without that limit.
 */
export function startRewriter(
	task: RewriteTask,
	workerFile: string | undefined,
	patience: number,
): Rewriter {
	if (workerFile === undefined || !existsSync(workerFile)) {
		const compiled = compileRewrite(task.rewrite, task.mapping);
		return {
			rewrite: rows => Promise.resolve(compiled.ok ? rows.map(compiled.value) : []),
			close: () => Promise.resolve(),
		};
	}
	const worker = new Worker(workerFile, { workerData: task, name: 'windsock rewrite' });
	return {
		rewrite: rows => answer(worker, rows, patience),
		close: async () => {
			await worker.terminate();
		},
	};
}

function answer(
	worker: Worker,
	rows: readonly Uint8Array[],
	patience: number,
): Promise<readonly RewrittenRow[] | undefined> {
	return new Promise((resolve, reject) => {
		const end = (): void => {
			clearTimeout(timer);
			worker.off('message', take);
			worker.off('error', fail);
		};
		const take = (rewritten: readonly RewrittenRow[]): void => {
			end();
			resolve(rewritten);
		};
		const fail = (error: unknown): void => {
			end();
			reject(error instanceof Error ? error : new Error(String(error)));
		};
		const timer = setTimeout(() => {
			end();
			resolve(undefined);
		}, patience);
		worker.on('message', take);
		worker.on('error', fail);
		worker.postMessage(rows);
	});
}
