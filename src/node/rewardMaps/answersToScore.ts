import { stat } from 'node:fs/promises';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { Comparison } from '../../core/responses/comparison';
import type { ModelResponse } from '../../core/responses/response';
import { readComparedFiles } from '../responses/comparedFiles';
import { readComparison } from '../responses/comparisonStore';

/** An answer as the host is asked about it: a line of the file that is sent. */
export interface AnswerToScore {
	readonly promptId: string;
	readonly promptIndex: number;
	readonly sample: number;
	readonly model: string;
	readonly messages: readonly { readonly role: string; readonly content: string }[];
	readonly response: string;
	/** The replies to all turns, where there are several; the last is `response`. */
	readonly turns?: readonly string[];
}

/**
 * Reads the answers of a comparison's folder, or of a file of any known format.
 *
 * @param labels whose answers; all where empty
 */
export async function readAnswersToScore(
	path: string,
	labels: readonly string[],
	signal?: AbortSignal,
): Promise<Result<readonly AnswerToScore[]>> {
	const isFolder = await stat(path).then(
		found => found.isDirectory(),
		() => false,
	);
	const files = isFolder ? undefined : await readComparedFiles([path], signal);
	if (files?.ok === false) {
		return files;
	}
	const read = files === undefined ? await readComparison(path) : ok(files.value.comparison);
	if (!read.ok) {
		return read;
	}
	const answers = read.value === undefined ? [] : answersOf(read.value, labels);
	const reason =
		labels.length === 0
			? 'it holds no answers with the prompts that they answer'
			: `it holds no answers of ${labels.join(', ')}`;
	return answers.length === 0
		? err(new WindsockError('fileUnreadable', { path, reason }))
		: ok(answers);
}

/** Each answer with its prompt, in the order of the prompts, all samples. */
export function answersOf(comparison: Comparison, labels: readonly string[] = []): AnswerToScore[] {
	const wanted = comparison.header.models
		.map(({ label }) => label)
		.filter(label => labels.length === 0 || labels.includes(label));
	return comparison.prompts.flatMap((prompt, index) =>
		wanted.flatMap(label => {
			const first = comparison.responses.get(label)?.get(prompt.id);
			const all = comparison.samples?.get(label)?.get(prompt.id) ?? (first ? [first] : []);
			return all
				.filter(({ finishReason }) => finishReason !== 'error')
				.map(response => answerToScore(label, index, prompt.messages, response));
		}),
	);
}

function answerToScore(
	model: string,
	promptIndex: number,
	asked: AnswerToScore['messages'],
	{ promptId, sample = 0, messages, response, row }: ModelResponse,
): AnswerToScore {
	const { turns } = row;
	const said = Array.isArray(turns) ? turns.filter(turn => typeof turn === 'string') : [];
	return {
		promptId,
		promptIndex,
		sample,
		model,
		messages: (messages.length > 0 ? messages : asked).map(({ role, content }) => ({
			role,
			content,
		})),
		response,
		...(said.length > 1 ? { turns: said } : {}),
	};
}
