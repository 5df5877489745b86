import { alpacaEvalResults, type AlpacaEvalResult } from './alpacaEvalResult';
import { annotatedAnswers, readAlpacaEvalAnnotation } from './alpacaEvalAnnotation';
import { readAlpacaEvalOutput, readAlpacaEvalPrompt } from './alpacaEval';
import { readArenaHardAnswer, readArenaHardQuestion } from './arenaHard';
import { readArenaHardJudgment } from './arenaHardJudgment';
import { arenaHardResults, type ArenaHardResult } from './arenaHardResult';
import { detectFormat, type AnswerFileFormat } from './detectFormat';
import { readRows, type ExactRow, type FileRow, type RowFault, type RowsFile } from './exactRows';
import {
	comparatorAnswers,
	llmComparatorResult,
	readLlmComparator,
	type LlmComparatorResult,
} from './llmComparator';
import { readMtBenchAnswers, readMtBenchQuestion } from './mtBench';
import { readMtBenchPair, readMtBenchSingle } from './mtBenchJudgment';
import { mtBenchScores, mtBenchWins, type MtBenchScore, type MtBenchWins } from './mtBenchResult';
import type { ReadAnswer, ReadPrompt } from './readAnswer';
import { readWindsockAnswer } from './windsockAnswers';

/** The figures that a published file of judgments comes to, by its own protocol. */
export type PublishedResult =
	| { readonly protocol: 'alpaca-eval'; readonly models: readonly AlpacaEvalResult[] }
	| {
			readonly protocol: 'mt-bench-single';
			readonly judges: readonly string[];
			readonly models: readonly MtBenchScore[];
	  }
	| {
			readonly protocol: 'mt-bench-pair';
			readonly judges: readonly string[];
			readonly models: readonly MtBenchWins[];
			/** Pairs with a game that failed, which no rate counts. */
			readonly errors: number;
	  }
	| { readonly protocol: 'arena-hard'; readonly models: readonly ArenaHardResult[] }
	| ({ readonly protocol: 'llm-comparator' } & LlmComparatorResult);

/** What one file holds. */
export interface AnswerFile {
	readonly format: AnswerFileFormat;
	readonly rows: number;
	readonly prompts: readonly ReadPrompt[];
	readonly answers: readonly ReadAnswer[];
	readonly faults: readonly RowFault[];
	readonly result?: PublishedResult;
	/** Of LLM Comparator: all that stands around the examples. */
	readonly document?: ExactRow;
}

/** Undefined: no format of answers, prompts or judgments. */
export function readAnswerFile(text: string): AnswerFile | undefined {
	const file = readRows(text);
	const format = detectFormat(file);
	return format && { ...contentOf(file, format), format };
}

type Content = Omit<AnswerFile, 'format'>;

function contentOf(file: RowsFile, format: AnswerFileFormat): Content {
	switch (format) {
		case 'mt-bench-questions':
			return promptsIn(file, readMtBenchQuestion);
		case 'alpaca-eval-prompts':
			return promptsIn(file, readAlpacaEvalPrompt);
		case 'arena-hard-questions':
			return promptsIn(file, readArenaHardQuestion);
		case 'windsock-answers':
			return answersIn(file, readWindsockAnswer);
		case 'mt-bench-answers':
			return answersIn(file, readMtBenchAnswers);
		case 'alpaca-eval-outputs':
			return answersIn(file, readAlpacaEvalOutput);
		case 'arena-hard-answers':
			return answersIn(file, readArenaHardAnswer);
		case 'llm-comparator':
			return comparatorContent(file);
		case 'alpaca-eval-annotations': {
			const { read, ...rest } = each(file, readAlpacaEvalAnnotation);
			const models = alpacaEvalResults(read);
			return {
				...rest,
				prompts: [],
				answers: read.flatMap(annotatedAnswers),
				result: { protocol: 'alpaca-eval', models },
			};
		}
		default:
			return judgmentsIn(file, format);
	}
}

function judgmentsIn(
	file: RowsFile,
	format: 'mt-bench-single' | 'mt-bench-pair' | 'arena-hard-judgments',
): Content {
	if (format === 'mt-bench-single') {
		const { read, ...rest } = each(file, readMtBenchSingle);
		const models = mtBenchScores(read);
		const result = { protocol: format, judges: judgesOf(read), models } as const;
		return { ...rest, prompts: [], answers: [], result };
	}
	if (format === 'mt-bench-pair') {
		const { read, ...rest } = each(file, readMtBenchPair);
		const result = { protocol: format, judges: judgesOf(read), ...mtBenchWins(read) } as const;
		return { ...rest, prompts: [], answers: [], result };
	}
	const { read, ...rest } = each(file, readArenaHardJudgment);
	const result = { protocol: 'arena-hard', models: arenaHardResults(read) } as const;
	return { ...rest, prompts: [], answers: [], result };
}

function comparatorContent(file: RowsFile): Content {
	const document = file.rows[0]?.row ?? {};
	const read = readLlmComparator(document);
	if (typeof read === 'string') {
		return { rows: 0, prompts: [], answers: [], faults: [{ line: 1, reason: read }] };
	}
	return {
		rows: read.examples.length + read.faults.length,
		prompts: [],
		answers: read.examples.flatMap(example => comparatorAnswers(example, read.models)),
		faults: read.faults,
		result: { protocol: 'llm-comparator', ...llmComparatorResult(read) },
		document: read.document,
	};
}

function promptsIn(file: RowsFile, read: (row: FileRow) => ReadPrompt | string): Content {
	const { read: prompts, ...rest } = each(file, read);
	return { ...rest, prompts, answers: [] };
}

function answersIn(
	file: RowsFile,
	read: (row: FileRow) => ReadAnswer | ReadAnswer[] | string,
): Content {
	const { read: answers, ...rest } = each(file, read);
	return { ...rest, prompts: [], answers: answers.flat() };
}

function each<T extends object>(
	{ rows, faults }: RowsFile,
	read: (row: FileRow) => T | string,
): { readonly rows: number; readonly read: T[]; readonly faults: RowFault[] } {
	const good: T[] = [];
	const bad = [...faults];
	for (const row of rows) {
		const one = read(row);
		if (typeof one === 'string') {
			bad.push({ line: row.line, reason: one });
		} else {
			good.push(one);
		}
	}
	return { rows: rows.length + faults.length, read: good, faults: bad };
}

function judgesOf(judgments: readonly { readonly judge?: string }[]): string[] {
	return [...new Set(judgments.flatMap(({ judge }) => judge ?? []))];
}
