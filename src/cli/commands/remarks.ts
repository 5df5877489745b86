import { ok, type Result } from '../../core/base/result';
import type { NoteLine, ScoreLine } from '../../core/contract/runFiles.generated';
import { formatNumber } from '../../core/metrics/format';
import { authorName } from '../../node/dataset/annotationStore';
import type { Answer } from '../output';
import type { Services } from '../services';

export interface ScoreOptions {
	readonly step: number;
	readonly name: string;
	readonly value: number;
	readonly low?: number;
	readonly high?: number;
	readonly n?: number;
	readonly source: string;
	readonly about?: string;
}

/** Keeps how good one checkpoint is; of one step and name the newest counts. */
export function score(
	services: Services,
	runId: string,
	{ step, name, value, low, high, n, source, about }: ScoreOptions,
): Promise<Result<Answer>> {
	const line: ScoreLine = {
		step,
		name,
		value,
		...(low === undefined ? {} : { low }),
		...(high === undefined ? {} : { high }),
		...(n === undefined ? {} : { n }),
		source,
		author: authorName(),
		at: new Date().toISOString(),
		...(about === undefined ? {} : { about }),
	};
	const added = services.library.addScore(runId, line);
	return Promise.resolve(
		added.ok ? ok({ json: { runId, score: line }, text: scoreText(runId, line) }) : added,
	);
}

/** Keeps what somebody wants to remember at a step. */
export function note(
	services: Services,
	runId: string,
	text: string,
	{ step }: { readonly step: number },
): Promise<Result<Answer>> {
	const line: NoteLine = { step, text, author: authorName(), at: new Date().toISOString() };
	const added = services.library.addNote(runId, line);
	return Promise.resolve(
		added.ok ? ok({ json: { runId, note: line }, text: `${runId}  step ${step}: ${text}` }) : added,
	);
}

function scoreText(runId: string, { step, name, value, low, high, n }: ScoreLine): string {
	const ends = [low, high].map(end => (end === undefined ? '?' : formatNumber(end)));
	const interval = low === undefined && high === undefined ? '' : ` [${ends.join(', ')}]`;
	return `${runId}  step ${step}: ${name} ${formatNumber(value)}${interval}${n === undefined ? '' : `, n ${n}`}`;
}
