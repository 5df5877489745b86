import { isRecord, textOf, type ExactRow, type RowsFile } from './exactRows';

/** What a file of prompts, answers or judgments is. */
export type AnswerFileFormat =
	| 'windsock-answers'
	| 'mt-bench-questions'
	| 'mt-bench-answers'
	| 'mt-bench-single'
	| 'mt-bench-pair'
	| 'alpaca-eval-prompts'
	| 'alpaca-eval-outputs'
	| 'alpaca-eval-annotations'
	| 'arena-hard-questions'
	| 'arena-hard-answers'
	| 'arena-hard-judgments'
	| 'llm-comparator';

/** Rows at the start of a file that may be broken before it is called unknown. */
const looked = 20;

/** By what the rows hold, never by a file's name. Undefined: none of them. */
export function detectFormat({ rows, container }: RowsFile): AnswerFileFormat | undefined {
	for (const { row } of rows.slice(0, looked)) {
		const format = formatOfRow(row);
		if (format === 'llm-comparator' ? container === 'object' : format !== undefined) {
			return format;
		}
	}
	return undefined;
}

export function formatOfRow(row: ExactRow): AnswerFileFormat | undefined {
	const has = (...keys: readonly string[]): boolean => keys.every(key => Object.hasOwn(row, key));
	if (has('games', 'model')) {
		return 'arena-hard-judgments';
	}
	if (has('question_id')) {
		return mtBenchFormat(row, has);
	}
	if (has('uid', 'messages')) {
		return 'arena-hard-answers';
	}
	if (has('uid', 'prompt') && textOf(row['prompt']) !== undefined) {
		return 'arena-hard-questions';
	}
	if (has('models', 'examples') && Array.isArray(row['examples'])) {
		return 'llm-comparator';
	}
	if (has('instruction')) {
		return alpacaFormat(row, has);
	}
	return has('response') && (has('promptId') || has('promptIndex'))
		? 'windsock-answers'
		: undefined;
}

type Has = (...keys: readonly string[]) => boolean;

function mtBenchFormat(row: ExactRow, has: Has): AnswerFileFormat | undefined {
	if (has('model_1', 'model_2', 'g1_winner')) {
		return 'mt-bench-pair';
	}
	if (has('model', 'score')) {
		return 'mt-bench-single';
	}
	if (has('choices')) {
		return 'mt-bench-answers';
	}
	return Array.isArray(row['turns']) ? 'mt-bench-questions' : undefined;
}

/** An instruction with an input of its own is a row of training data in Alpaca's form. */
function alpacaFormat(row: ExactRow, has: Has): AnswerFileFormat | undefined {
	if (has('output_1', 'output_2')) {
		return 'alpaca-eval-annotations';
	}
	if (has('output')) {
		return has('generator') || !(has('input') || has('system') || has('history'))
			? 'alpaca-eval-outputs'
			: undefined;
	}
	return isRecord(row) && !has('input') && !has('messages') && !has('completion') && !has('chosen')
		? 'alpaca-eval-prompts'
		: undefined;
}
