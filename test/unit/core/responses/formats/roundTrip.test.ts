import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	alpacaEvalAnnotationRow,
	readAlpacaEvalAnnotation,
} from '../../../../../src/core/responses/formats/alpacaEvalAnnotation';
import {
	arenaHardJudgmentRow,
	readArenaHardJudgment,
} from '../../../../../src/core/responses/formats/arenaHardJudgment';
import { compareFiles } from '../../../../../src/core/responses/formats/comparisonFromFiles';
import {
	printRows,
	readRows,
	type ExactRow,
	type FileRow,
} from '../../../../../src/core/responses/formats/exactRows';
import {
	exportComparison,
	type ExportTarget,
} from '../../../../../src/core/responses/formats/exportComparison';
import {
	mtBenchPairRow,
	mtBenchSingleRow,
	readMtBenchPair,
	readMtBenchSingle,
} from '../../../../../src/core/responses/formats/mtBenchJudgment';
import { readAnswerFile } from '../../../../../src/core/responses/formats/readAnswerFile';
import { sharedData } from '../../../../support/sharedRows';

/** Fields that no format knows, with numbers that a double does not keep. */
const unknownFields = fc
	.dictionary(fc.stringMatching(/^x_[a-z]{1,6}$/), fc.jsonValue(), { maxKeys: 4 })
	.map(fields => ({ ...fields, x_long: 'LONG', x_whole: 'WHOLE' }));

/** JSON text of a row, where two marks are numbers in a spelling of their own. */
function lineOf(row: object): string {
	return JSON.stringify(row)
		.replace('"LONG"', '12345678901234567890.123456789')
		.replace('"WHOLE"', '1.0');
}

const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const words = fc.stringMatching(/^[a-z]{1,8}$/);
const winner = fc.constantFrom('model_1', 'model_2', 'tie', 'error');
const verdict = fc.constantFrom('A>>B', 'A>B', 'A=B', 'B>A', 'B>>A', null);

const mtBenchSingle = fc.record({
	question_id: fc.integer({ min: 81, max: 160 }),
	model: words,
	judge: fc.tuple(words, words),
	user_prompt: anyText,
	judgment: anyText,
	score: fc.constantFrom(-1, 1, 5.5, 10),
	turn: fc.constantFrom(1, 2),
	tstamp: fc.double({ noNaN: true, noDefaultInfinity: true }),
});
const mtBenchPair = fc.record(
	{
		question_id: fc.integer({ min: 81, max: 160 }),
		model_1: words,
		model_2: words,
		g1_winner: winner,
		g2_winner: winner,
		judge: fc.tuple(words, words),
		g1_user_prompt: anyText,
		g1_judgment: anyText,
		g2_user_prompt: anyText,
		g2_judgment: anyText,
		turn: fc.constantFrom(1, 2),
	},
	{ requiredKeys: ['question_id', 'model_1', 'model_2', 'g1_winner', 'g2_winner'] },
);
const annotation = fc.record(
	{
		instruction: anyText,
		output_1: anyText,
		generator_1: words,
		dataset: words,
		output_2: anyText,
		generator_2: words,
		annotator: words,
		preference: fc.constantFrom(null, 0, 1, 1.5, 2, 1.2345678901),
		raw_completion: fc.jsonValue(),
	},
	{ requiredKeys: ['instruction', 'output_1', 'output_2'] },
);
const game = fc.option(
	fc.record({ score: verdict, judgment: fc.jsonValue(), prompt: fc.jsonValue() }),
);
const arenaJudgment = fc.record(
	{
		uid: words,
		category: words,
		judge: words,
		model: words,
		baseline: words,
		games: fc.tuple(game, game),
	},
	{ requiredKeys: ['uid', 'model', 'games'] },
);

function check<T extends { readonly row: ExactRow }>(
	rows: fc.Arbitrary<object>,
	read: (row: FileRow) => T | string,
	print: (one: T) => ExactRow,
): void {
	fc.assert(
		fc.property(fc.array(fc.tuple(rows, unknownFields), { maxLength: 5 }), list => {
			const lines = list.map(([row, more]) => `${lineOf({ ...row, ...more })}\n`);
			const file = readRows(lines.join(''));
			const printed = file.rows.map(row => {
				const one = read(row);
				expect(one).toBeTypeOf('object');
				return print(one as T);
			});
			expect(printRows(printed, 'lines')).toBe(lines.join(''));
		}),
		{ seed: 7 },
	);
}

describe('judgments that are read and printed are the same to the character', () => {
	test('MT-Bench single', () => check(mtBenchSingle, readMtBenchSingle, mtBenchSingleRow));
	test('MT-Bench pair', () => check(mtBenchPair, readMtBenchPair, mtBenchPairRow));
	test('AlpacaEval', () => check(annotation, readAlpacaEvalAnnotation, alpacaEvalAnnotationRow));
	test('Arena-Hard', () => check(arenaJudgment, readArenaHardJudgment, arenaHardJudgmentRow));
});

describe('answers that are compared and exported again keep every field', () => {
	const ids = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 5 });

	test('MT-Bench questions and answers', () => {
		const choice = fc.record({ turns: fc.tuple(anyText, anyText) });
		const rows = fc.tuple(
			ids,
			fc.array(fc.array(choice, { minLength: 1, maxLength: 3 }), { minLength: 5, maxLength: 5 }),
			unknownFields,
		);
		fc.assert(
			fc.property(rows, anyText, ([numbers, choices, more], text) => {
				const questions = numbers.map(id =>
					lineOf({
						question_id: id,
						category: 'math',
						turns: [text, 'And then?'],
						reference: ['4', ''],
						...more,
					}),
				);
				const answers = numbers.map((id, i) =>
					lineOf({
						question_id: id,
						answer_id: `a${id}`,
						model_id: 'beta',
						choices: choices[i]?.map((one, index) => ({ index, ...one, ...more })),
						tstamp: 1686286924.844282,
						...more,
					}),
				);
				const files = exported('mt-bench', lines(questions), lines(answers));
				expect(files.get('question.jsonl')).toBe(lines(questions));
				expect(files.get('model_answer/beta.jsonl')).toBe(lines(answers));
			}),
			{ seed: 7 },
		);
	});

	test('AlpacaEval outputs', () => {
		fc.assert(
			fc.property(ids, anyText, unknownFields, (numbers, output, more) => {
				const rows = numbers.map(id =>
					lineOf({
						dataset: 'koala',
						instruction: `Ask ${id}`,
						output,
						generator: 'beta',
						...more,
					}),
				);
				const text = exported('alpaca-eval', `[${rows.join(',')}]`).get('beta/model_outputs.json');
				expect(text).toBe(
					printRows(
						readRows(lines(rows)).rows.map(({ row }) => row),
						'array',
					),
				);
			}),
			{ seed: 7 },
		);
	});

	test('Arena-Hard questions and answers', () => {
		fc.assert(
			fc.property(ids, anyText, unknownFields, (numbers, answer, more) => {
				const questions = numbers.map(id =>
					lineOf({
						uid: `u${id}`,
						category: 'hard_prompt',
						subcategory: 'coding',
						prompt: `Ask ${id}`,
						...more,
					}),
				);
				const answers = numbers.map(id =>
					lineOf({
						uid: `u${id}`,
						ans_id: `a${id}`,
						model: 'beta',
						messages: [
							{ role: 'user', content: `Ask ${id}` },
							{ role: 'assistant', content: { answer, ...more } },
						],
						tstamp: 1.5,
						metadata: { token_len: 12, bold_count: { '**': 0, __: 1 } },
						...more,
					}),
				);
				const files = exported('arena-hard', lines(questions), lines(answers));
				expect(files.get('question.jsonl')).toBe(lines(questions));
				expect(files.get('model_answer/beta.jsonl')).toBe(lines(answers));
			}),
			{ seed: 7 },
		);
	});

	test('LLM Comparator documents', () => {
		fc.assert(
			fc.property(ids, anyText, unknownFields, (numbers, text, more) => {
				const document = lineOf({
					metadata: { source_path: 'x', custom_fields_schema: [], ...more },
					models: [{ name: 'A 1' }, { name: 'B 2', more: 1 }],
					rationale_clusters: [{ title: 'longer' }],
					examples: numbers.map(id => ({
						input_text: `Ask ${id}`,
						tags: ['Travel'],
						output_text_a: text,
						output_text_b: [{ type: 'text', data: text }],
						score: -0.5,
						individual_rater_scores: [{ is_flipped: false, score: -0.5, rationale: text }],
						custom_fields: more,
					})),
					...more,
				});
				const [row = {}] = readRows(document).rows.map(one => one.row);
				expect(exported('llm-comparator', document).get('')).toBe(printRows([row], 'object'));
			}),
			{ seed: 7 },
		);
	});

	test.skipIf(!existsSync(join(sharedData, 'mt-bench')))('the published files themselves', () => {
		const questions = readFileSync(join(sharedData, 'mt-bench/question.jsonl'), 'utf8');
		const answers = readFileSync(join(sharedData, 'mt-bench/reference_answer.gpt-4.jsonl'), 'utf8');
		const files = exported('mt-bench', questions, answers);
		expect(values(files.get('question.jsonl'))).toEqual(values(questions));
		expect(values(files.get('model_answer/gpt-4.jsonl'))).toEqual(values(answers));
		const outputs = readFileSync(
			join(sharedData, 'alpaca-eval/llama-2-7b-chat-hf.model_outputs.json'),
			'utf8',
		);
		const written = exported('alpaca-eval', outputs).get('llama-2-7b-chat-hf/model_outputs.json');
		expect(values(written)).toEqual(values(outputs));
	});
});

function lines(rows: readonly string[]): string {
	return rows.map(row => `${row}\n`).join('');
}

function values(text = ''): unknown {
	return readRows(text).rows.map(({ row }) => row);
}

function exported(target: ExportTarget, ...texts: readonly string[]): ReadonlyMap<string, string> {
	const files = texts.map((text, i) => {
		const file = readAnswerFile(text);
		expect(file).toBeDefined();
		return { ...(file as NonNullable<typeof file>), path: `file${i}`, name: `file${i}` };
	});
	const { comparison, document } = compareFiles(files, 'test');
	expect(comparison).toBeDefined();
	const result = exportComparison(
		comparison as NonNullable<typeof comparison>,
		target,
		[],
		document,
	);
	expect(result).toBeTypeOf('object');
	return typeof result === 'string' ? new Map() : result.files;
}
