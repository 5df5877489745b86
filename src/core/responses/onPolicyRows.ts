import type { Comparison } from './comparison';
import type { ModelResponse } from './response';

/** A row as raw UltraFeedback has it: what the binariser of datasets reads. */
export interface RatedRow {
	readonly source: string;
	readonly instruction: string;
	readonly models: readonly string[];
	readonly completions: readonly {
		readonly model: string;
		readonly response: string;
		/** “N/A” as in UltraFeedback where nobody gave a score. */
		readonly overall_score: number | 'N/A';
	}[];
}

export interface OnPolicyRows {
	readonly rows: readonly { readonly row: RatedRow; readonly promptId: string }[];
	readonly skipped: readonly {
		readonly promptId: string;
		/** Only one turn without a system prompt has a place in this form. */
		readonly reason: 'notOneTurn' | 'fewAnswers' | 'noScores';
	}[];
	/** Answers without a score, in the rows that were made. */
	readonly unscored: number;
}

/** Scores of one model's answers, by prompt and then by the number of the sample. */
export type AnswerScores = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** The samples of one model with the scores that a judge or a reward model gave them. */
export function onPolicyRows(
	comparison: Comparison,
	label: string,
	scores: AnswerScores,
): OnPolicyRows {
	const rows: { row: RatedRow; promptId: string }[] = [];
	const skipped: OnPolicyRows['skipped'][number][] = [];
	let unscored = 0;
	for (const { id: promptId, messages } of comparison.prompts) {
		const answers = samplesOf(comparison, label, promptId).filter(
			answer => answer.finishReason !== 'error' && answer.response.trim() !== '',
		);
		const scoreOf = (answer: ModelResponse): number | undefined =>
			scores.get(promptId)?.get(answer.sample ?? 0);
		const given = answers.filter(answer => scoreOf(answer) !== undefined).length;
		const [only] = messages;
		const reason =
			messages.length !== 1 || only?.role !== 'user'
				? 'notOneTurn'
				: answers.length < 2
					? 'fewAnswers'
					: given < 2
						? 'noScores'
						: undefined;
		if (reason !== undefined) {
			skipped.push({ promptId, reason });
			continue;
		}
		unscored += answers.length - given;
		const row: RatedRow = {
			source: `windsock:${comparison.header.id}`,
			instruction: only?.content ?? '',
			models: answers.map(answer => sampleName(label, answer)),
			completions: answers.map(answer => ({
				model: sampleName(label, answer),
				response: answer.response,
				overall_score: scoreOf(answer) ?? 'N/A',
			})),
		};
		rows.push({ row, promptId });
	}
	return { rows, skipped, unscored };
}

function samplesOf(
	comparison: Comparison,
	label: string,
	promptId: string,
): readonly ModelResponse[] {
	const first = comparison.responses.get(label)?.get(promptId);
	return comparison.samples?.get(label)?.get(promptId) ?? (first ? [first] : []);
}

function sampleName(label: string, { sample }: ModelResponse): string {
	return `${label}#${sample ?? 0}`;
}

/**
 * Reads lines of `{"promptId", "score", "sample"?, "model"?}`; a line of another model is passed over.
 * A string names the first line that is wrong.
 */
export function readScores(text: string, label: string): AnswerScores | string {
	const scores = new Map<string, Map<number, number>>();
	for (const [index, line] of text.split('\n').entries()) {
		if (line.trim() === '') {
			continue;
		}
		let row: unknown;
		try {
			row = JSON.parse(line);
		} catch (error) {
			return `line ${index + 1}: not valid JSON: ${(error as Error).message}`;
		}
		const { promptId, score, sample, model } = Object(row) as Record<string, unknown>;
		const isRight =
			(typeof promptId === 'string' || typeof promptId === 'number') &&
			typeof score === 'number' &&
			(sample === undefined || Number.isInteger(sample));
		if (!isRight) {
			return `line ${index + 1}: it needs "promptId" and a number "score"`;
		}
		if (model === undefined || model === label) {
			const own = scores.get(String(promptId)) ?? new Map<number, number>();
			scores.set(String(promptId), own.set((sample as number | undefined) ?? 0, score));
		}
	}
	return scores;
}
