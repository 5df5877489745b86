import {
	idOf,
	numberOf,
	overlay,
	textOf,
	writtenId,
	type ExactRow,
	type FileRow,
} from './exactRows';

/** A line of `model_judgment/<judge>_single.jsonl`. */
export interface MtBenchSingle {
	readonly line: number;
	readonly questionId: string;
	readonly model: string;
	/** Judge and the name of its template. */
	readonly judge?: string;
	readonly template?: string;
	readonly userPrompt?: string;
	readonly judgment?: string;
	/** 1 to 10; -1 where the judge's answer had no rating. */
	readonly score: number;
	readonly turn: number;
	/** Every field as it was read. */
	readonly row: ExactRow;
}

export type MtBenchWinner = 'model_1' | 'model_2' | 'tie' | 'error';

/** A line of `model_judgment/<judge>_pair.jsonl`: two games with the places swapped. */
export interface MtBenchPair {
	readonly line: number;
	readonly questionId: string;
	readonly models: readonly [string, string];
	readonly winners: readonly [MtBenchWinner, MtBenchWinner];
	readonly judge?: string;
	readonly template?: string;
	readonly userPrompts: readonly [string | undefined, string | undefined];
	readonly judgments: readonly [string | undefined, string | undefined];
	readonly turn: number;
	readonly row: ExactRow;
}

/** A string tells what is wrong. */
export function readMtBenchSingle({ line, row }: FileRow): MtBenchSingle | string {
	const questionId = idOf(row['question_id']);
	const model = textOf(row['model']);
	const score = numberOf(row['score']);
	if (questionId === undefined || model === undefined || score === undefined) {
		return 'it needs "question_id", "model" and a number as "score"';
	}
	return {
		line,
		questionId,
		model,
		...judgeOf(row['judge']),
		userPrompt: textOf(row['user_prompt']),
		judgment: textOf(row['judgment']),
		score,
		turn: numberOf(row['turn']) ?? 1,
		row,
	};
}

/** A string tells what is wrong. */
export function readMtBenchPair({ line, row }: FileRow): MtBenchPair | string {
	const questionId = idOf(row['question_id']);
	const [first, second] = [textOf(row['model_1']), textOf(row['model_2'])];
	const [one, two] = [winnerOf(row['g1_winner']), winnerOf(row['g2_winner'])];
	if (questionId === undefined || first === undefined || second === undefined) {
		return 'it needs "question_id", "model_1" and "model_2"';
	}
	if (!one || !two) {
		return '"g1_winner" and "g2_winner" are model_1, model_2, tie or error';
	}
	return {
		line,
		questionId,
		models: [first, second],
		winners: [one, two],
		...judgeOf(row['judge']),
		userPrompts: [textOf(row['g1_user_prompt']), textOf(row['g2_user_prompt'])],
		judgments: [textOf(row['g1_judgment']), textOf(row['g2_judgment'])],
		turn: numberOf(row['turn']) ?? 1,
		row,
	};
}

/** The line with every field that it was read with; a new one from `row: {}`. */
export function mtBenchSingleRow(single: Omit<MtBenchSingle, 'line'>): ExactRow {
	const { row } = single;
	return overlay(row, {
		question_id: writtenFor(row['question_id'], single.questionId),
		model: single.model,
		judge: judgePair(single, row),
		user_prompt: single.userPrompt,
		judgment: single.judgment,
		score: sameNumber(row['score'], single.score),
		turn:
			row['turn'] === undefined && Object.keys(row).length > 0 && single.turn === 1
				? undefined
				: sameNumber(row['turn'], single.turn),
	});
}

export function mtBenchPairRow(pair: Omit<MtBenchPair, 'line'>): ExactRow {
	const { row } = pair;
	return overlay(row, {
		question_id: writtenFor(row['question_id'], pair.questionId),
		model_1: pair.models[0],
		model_2: pair.models[1],
		g1_winner: pair.winners[0],
		g2_winner: pair.winners[1],
		judge: judgePair(pair, row),
		g1_user_prompt: pair.userPrompts[0],
		g1_judgment: pair.judgments[0],
		g2_user_prompt: pair.userPrompts[1],
		g2_judgment: pair.judgments[1],
		turn:
			row['turn'] === undefined && Object.keys(row).length > 0 && pair.turn === 1
				? undefined
				: sameNumber(row['turn'], pair.turn),
	});
}

function winnerOf(value: unknown): MtBenchWinner | undefined {
	return value === 'model_1' || value === 'model_2' || value === 'tie' || value === 'error'
		? value
		: undefined;
}

/** `[judge, template]`; older files have the judge alone, or none. */
function judgeOf(value: unknown): { judge?: string; template?: string } {
	const [judge, template] = Array.isArray(value) ? (value as unknown[]) : [value];
	return {
		...(typeof judge === 'string' ? { judge } : {}),
		...(typeof template === 'string' ? { template } : {}),
	};
}

function judgePair(
	{ judge, template }: { readonly judge?: string; readonly template?: string },
	row: ExactRow,
): unknown {
	const there = judgeOf(row['judge']);
	return judge === undefined || (there.judge === judge && there.template === template)
		? undefined
		: [judge, template ?? ''];
}

function writtenFor(there: unknown, id: string): string | number | undefined {
	return idOf(there) === id ? undefined : writtenId(id);
}

function sameNumber(there: unknown, value: number): number | undefined {
	return numberOf(there) === value ? undefined : value;
}
