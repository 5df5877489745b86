import { responseFileName } from '../../contract/responseFileName';
import { answerTurns } from '../answerTurns';
import type { Comparison } from '../comparison';
import type { Prompt } from '../promptSet';
import type { Vote } from '../vote';
import { alpacaEvalOutput } from './alpacaEval';
import { arenaHardAnswer, arenaHardQuestion } from './arenaHard';
import { formatOfRow, type AnswerFileFormat } from './detectFormat';
import { isRecord, printRows, readRows, textOf, type ExactRow } from './exactRows';
import { llmComparatorDocument, readLlmComparator } from './llmComparator';
import { mtBenchAnswer, mtBenchQuestion } from './mtBench';

export const exportTargets = ['llm-comparator', 'mt-bench', 'alpaca-eval', 'arena-hard'] as const;
export type ExportTarget = (typeof exportTargets)[number];

/** What becomes of a comparison in another tool's form. */
export interface ExportedComparison {
	/** By path in the folder, with `/`; the one file of LLM Comparator has the path ''. */
	readonly files: ReadonlyMap<string, string>;
	/** Answers that the form has no place for, by reason. */
	readonly leftOut: ReadonlyMap<string, number>;
}

/**
 * Writes answers for another tool. Where they were read from that tool's own files, every field
 * comes back as it was. A string tells why it cannot be.
 *
 * @param labels the models, in this order; all when empty
 * @param document of LLM Comparator: what stood around the examples
 */
export function exportComparison(
	comparison: Comparison,
	target: ExportTarget,
	labels: readonly string[],
	document?: ExactRow,
): ExportedComparison | string {
	const known = comparison.header.models.map(({ label }) => label);
	const unknown = labels.filter(label => !known.includes(label));
	if (unknown.length > 0) {
		return `there is no model ${unknown.join(', ')}, but ${known.join(', ')}`;
	}
	const chosen = labels.length > 0 ? labels : known;
	switch (target) {
		case 'llm-comparator': {
			const [a, b] = chosen;
			return a === undefined || b === undefined || chosen.length !== 2
				? `LLM Comparator shows two models, and these are ${chosen.length}: ${chosen.join(', ')}`
				: comparatorFile(comparison, [a, b], document);
		}
		case 'mt-bench':
			return mtBenchFiles(comparison, chosen);
		case 'alpaca-eval':
			return alpacaEvalFiles(comparison, chosen);
		case 'arena-hard':
			return arenaHardFiles(comparison, chosen);
	}
}

const noPlace = {
	unknown: 'the text of the prompt is not known',
	system: 'it has no place for a system prompt or given replies',
	turns: 'it has no place for several turns',
	missing: 'one of the two has no answer',
} as const;

class LeftOut extends Map<string, number> {
	note(reason: string): undefined {
		this.set(reason, (this.get(reason) ?? 0) + 1);
		return undefined;
	}
}

function mtBenchFiles(comparison: Comparison, labels: readonly string[]): ExportedComparison {
	const leftOut = new LeftOut();
	const files = new Map<string, string>();
	const questions = comparison.prompts
		.filter(prompt => prompt.messages.length > 0 && isPlain(prompt))
		.map(prompt => mtBenchQuestion(prompt, originOf(prompt.extra, ['mt-bench-questions'])));
	if (questions.length > 0) {
		files.set('question.jsonl', printRows(questions, 'lines'));
	}
	for (const label of labels) {
		const rows = comparison.prompts.flatMap((prompt): ExactRow[] => {
			const answer = comparison.responses.get(label)?.get(prompt.id);
			if (!answer || !isPlain(prompt)) {
				return answer ? (leftOut.note(noPlace.system) ?? []) : [];
			}
			const row = originOf(answer.row, ['mt-bench-answers']);
			const later = Array.isArray(row['choices']) ? row['choices'].slice(1).map(choiceTurns) : [];
			const samples = [answerTurns(answer), ...later];
			return [mtBenchAnswer({ id: prompt.id, model: label, samples }, row)];
		});
		files.set(`model_answer/${responseFileName(label)}`, printRows(rows, 'lines'));
	}
	return { files, leftOut };
}

function choiceTurns(choice: unknown): string[] {
	const turns = isRecord(choice) ? choice['turns'] : undefined;
	return Array.isArray(turns)
		? turns.map(turn => textOf(isRecord(turn) ? turn['content'] : turn) ?? '')
		: [];
}

function alpacaEvalFiles(comparison: Comparison, labels: readonly string[]): ExportedComparison {
	const leftOut = new LeftOut();
	const files = new Map<string, string>();
	for (const label of labels) {
		const rows = comparison.prompts.flatMap((prompt): ExactRow[] => {
			const answer = comparison.responses.get(label)?.get(prompt.id);
			const instruction = answer && singleTurn(prompt, leftOut);
			if (!answer || instruction === undefined) {
				return [];
			}
			const [dataset] = prompt.tags;
			return [
				alpacaEvalOutput(
					{
						instruction,
						output: answer.response,
						generator: label,
						...(dataset === undefined ? {} : { dataset }),
					},
					originOf(answer.row, ['alpaca-eval-outputs']),
				),
			];
		});
		const folder = responseFileName(label).replace(/\.jsonl$/, '');
		files.set(`${folder}/model_outputs.json`, printRows(rows, 'array'));
	}
	return { files, leftOut };
}

function arenaHardFiles(comparison: Comparison, labels: readonly string[]): ExportedComparison {
	const leftOut = new LeftOut();
	const files = new Map<string, string>();
	const questions = comparison.prompts.flatMap((prompt): ExactRow[] => {
		const text = singleTurn(prompt);
		const origin = originOf(prompt.extra, ['arena-hard-questions']);
		return text === undefined ? [] : [arenaHardQuestion({ ...prompt, text }, origin)];
	});
	files.set('question.jsonl', printRows(questions, 'lines'));
	for (const label of labels) {
		const rows = comparison.prompts.flatMap((prompt): ExactRow[] => {
			const answer = comparison.responses.get(label)?.get(prompt.id);
			if (!answer || singleTurn(prompt, leftOut) === undefined) {
				return [];
			}
			const asked = prompt.messages;
			const fields = { id: prompt.id, model: label, asked, text: answer.response };
			return [arenaHardAnswer(fields, originOf(answer.row, ['arena-hard-answers']))];
		});
		files.set(`model_answer/${responseFileName(label)}`, printRows(rows, 'lines'));
	}
	return { files, leftOut };
}

function comparatorFile(
	comparison: Comparison,
	models: readonly [string, string],
	document: ExactRow = {},
): ExportedComparison {
	const leftOut = new LeftOut();
	const source = readLlmComparator(document);
	const isSame = typeof source !== 'string' && source.models.every((name, i) => name === models[i]);
	const examples = comparison.prompts.flatMap(prompt => {
		const [a, b] = models.map(label => comparison.responses.get(label)?.get(prompt.id));
		if (!a || !b) {
			return a || b ? (leftOut.note(noPlace.missing) ?? []) : [];
		}
		const votes = comparison.votes.filter(vote => vote.promptId === prompt.id);
		return {
			input: inputOf(prompt),
			outputs: [answerTurns(a).join('\n\n'), answerTurns(b).join('\n\n')] as const,
			tags: prompt.tags,
			score: scoreOf(votes, models),
			row: isSame ? originOf(a.row, ['llm-comparator']) : {},
		};
	});
	const written = llmComparatorDocument(
		{ models, examples, sourcePath: comparison.header.name },
		isSame ? document : {},
	);
	return { files: new Map([['', printRows([written], 'object')]]), leftOut };
}

/** 1 where A is best, −1 where B is, 0 for a tie; the mean of all voters. Null: nobody voted. */
function scoreOf(votes: readonly Vote[], [a, b]: readonly [string, string]): number | null {
	const scores = votes.flatMap(({ verdict, best }) =>
		verdict === 'best' ? (best === a ? 1 : best === b ? -1 : []) : 0,
	);
	return scores.length === 0
		? null
		: scores.reduce((sum: number, score) => sum + score, 0) / scores.length;
}

function inputOf({ id, messages }: Prompt): string {
	const [first, ...rest] = messages;
	return rest.length === 0
		? (first?.content ?? id)
		: messages.map(({ role, content }) => `[${role}]\n${content}`).join('\n\n');
}

function isPlain({ messages }: Prompt): boolean {
	return messages.every(({ role }) => role === 'user');
}

/** The text of a prompt of one user turn. */
function singleTurn(prompt: Prompt, leftOut?: LeftOut): string | undefined {
	const { messages } = prompt;
	if (messages.length === 0) {
		return leftOut?.note(noPlace.unknown);
	}
	if (!isPlain(prompt)) {
		return leftOut?.note(noPlace.system);
	}
	return messages.length > 1 ? leftOut?.note(noPlace.turns) : messages[0]?.content;
}

/** The row that an answer or a prompt was read from, when it is of one of these formats. */
function originOf(
	row: Readonly<Record<string, unknown>>,
	formats: readonly AnswerFileFormat[],
): ExactRow {
	const { origin } = row;
	const text = textOf(isRecord(origin) ? origin['row'] : origin);
	const [first] = text === undefined ? [] : readRows(text).rows;
	const format =
		first && (formatOfRow(first.row) ?? (isExample(first.row) ? 'llm-comparator' : undefined));
	return first && format !== undefined && formats.includes(format) ? first.row : {};
}

function isExample(row: ExactRow): boolean {
	return Object.hasOwn(row, 'output_text_a');
}
