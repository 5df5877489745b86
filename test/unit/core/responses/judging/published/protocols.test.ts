import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../../../../src/core/responses/comparison';
import { readAnswerFile } from '../../../../../../src/core/responses/formats/readAnswerFile';
import {
	readProbability,
	readRanking,
	seesSwitched,
} from '../../../../../../src/core/responses/judging/published/alpacaEvalProtocol';
import { arenaHardCategories } from '../../../../../../src/core/responses/judging/published/arenaHardTemplates';
import type {
	JudgeProtocol,
	ProtocolRequest,
	ProtocolRow,
} from '../../../../../../src/core/responses/judging/published/judgeProtocol';
import { readRating } from '../../../../../../src/core/responses/judging/published/mtBenchProtocol';
import {
	pairTemplates,
	singleTemplates,
} from '../../../../../../src/core/responses/judging/published/mtBenchTemplates';
import { protocolRows } from '../../../../../../src/core/responses/judging/published/protocolRows';
import { publishedFigures } from '../../../../../../src/core/responses/judging/published/publishedFigures';
import { firstPythonRandom } from '../../../../../../src/core/responses/judging/published/pythonRandom';
import { sharedData } from '../../../../../support/sharedRows';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const short = (text: string): string => sha256(text).slice(0, 16);

function pythonSeed(text: string): Uint8Array {
	const bytes = Buffer.from(text, 'utf8');
	return Buffer.concat([bytes, createHash('sha512').update(bytes).digest()]);
}

interface Asked {
	readonly id: string;
	readonly turns: readonly string[];
	readonly tags?: readonly string[];
	readonly answers: Readonly<Record<string, readonly string[]>>;
}

function comparisonOf(asked: readonly Asked[]): Comparison {
	const labels = Object.keys(asked[0]?.answers ?? {});
	return {
		header: {
			schemaVersion: 1,
			id: 'c',
			name: 'c',
			createdAt: '',
			models: labels.map(label => ({ label, ref: label })),
		},
		prompts: asked.map(({ id, turns, tags = [] }, i) => ({
			id,
			messages: turns.map(content => ({ role: 'user', content })),
			tags,
			line: i + 1,
			extra: {},
		})),
		responses: new Map(
			labels.map(label => [
				label,
				new Map(
					asked.map(({ id, answers }, i) => {
						const turns = answers[label] ?? [];
						return [
							id,
							{
								promptId: id,
								promptIndex: i,
								model: label,
								messages: [],
								response: turns.at(-1) ?? '',
								finishReason: turns.length === 0 ? 'error' : 'stop',
								tokens: {},
								sampling: {},
								row: { turns },
							},
						];
					}),
				),
			]),
		),
		votes: [],
		brokenLines: [],
	};
}

function rowsOf(
	protocol: JudgeProtocol,
	asked: readonly Asked[],
	more: Partial<ProtocolRequest> = {},
): readonly ProtocolRow[] {
	const comparison = comparisonOf(asked);
	const rows = protocolRows(protocol, {
		comparison,
		judge: 'gpt-4',
		references: new Map(),
		pythonSeed,
		...more,
	});
	if (typeof rows === 'string') {
		throw new Error(rows);
	}
	return rows.rows;
}

const at = new Date('2026-01-02T03:04:05Z');
const reply = (text: string) => ({ text, finishReason: 'stop' });
const user = (row: ProtocolRow | undefined, game = 0): string =>
	row?.questions[game]?.messages.at(-1)?.content ?? '';

describe('the texts of published protocols', () => {
	it('are FastChat’s, to the byte', () => {
		const { first, second, firstWithReference, secondWithReference } = singleTemplates;
		const all = [
			first,
			firstWithReference,
			second,
			secondWithReference,
			...Object.values(pairTemplates),
		];
		const hashes = Object.fromEntries(
			all.map(({ name, system, user: text }) => [name, `${short(system)} ${short(text)}`]),
		);
		expect(hashes).toEqual({
			'pair-v2': '8d6df8feee26e1c9 22f93e573bf9343e',
			'pair-v2-multi-turn': 'af4a7431af51d6d7 a962ad885e77f79a',
			'pair-math-v1': '0f6f71b71c14a491 16f835dc77def64b',
			'pair-math-v1-multi-turn': '79adeb31a7f50510 4bf6dac2bb05499f',
			'single-v1': '75357d685f238b6a 0935c7ff79f38d3f',
			'single-math-v1': '75357d685f238b6a 8e11dbbf609a3d6f',
			'single-v1-multi-turn': 'd1e77aa107f02dd8 33067cf18206b4ab',
			'single-math-v1-multi-turn': '4b8fe8086dbdf4a8 6a2b8ad2961c275c',
		});
	});

	it('are Arena-Hard’s by category, to the byte', () => {
		expect(
			Object.entries(arenaHardCategories).map(([name, { system }]) => [name, short(system)]),
		).toEqual([
			['hard_prompt', '03f68010febd7a64'],
			['coding', '03f68010febd7a64'],
			['math', '03f68010febd7a64'],
			['creative_writing', '171489efbca7f19f'],
			['arena-hard-v0.1', '03f68010febd7a64'],
		]);
	});

	it('are AlpacaEval’s, filled as its own code fills them, also where an instruction holds a place', () => {
		// "is_switched_outputsSay {output_1}.0" draws no switch; hashes from make_prompts and prompt_to_chatml.
		const asked = [{ id: '0', turns: ['Say {output_1}.'], answers: { a: ['One  '], b: ['Two'] } }];
		expect(seesSwitched('Say {output_1}.', pythonSeed)).toBe(false);
		for (const [protocol, hashes] of [
			['alpaca-eval-1', ['5be2b2f946768668', 'a7957568b0e3d87a']],
			['alpaca-eval', ['4c93a9a9d5102753', '8a84d46b0db2f0f7']],
		] as const) {
			const [row] = rowsOf(protocol, asked);
			expect(row?.questions[0]?.messages.map(({ content }) => short(content))).toEqual(hashes);
		}
	});
});

describe('MT-Bench', () => {
	const essay = {
		id: '81',
		turns: ['Write {answer}.', 'Now shorter.'],
		tags: ['writing'],
		answers: { a: ['A one', 'A two'], b: ['B one', 'B two'] },
	};
	const sum = {
		id: '111',
		turns: ['1+1?', 'And 2+2?'],
		tags: ['math'],
		answers: { a: ['2', '4'], b: ['3', '5'] },
	};
	const references = new Map([['111', ['two', 'four']]]);

	it('grades each turn of each model, first turns first, as FastChat asks it', () => {
		const rows = rowsOf('mt-bench', [sum, essay], { references });
		const written = rows.map(row => row.finish([reply('Rating: [[7.5]]')], at).row);
		expect(
			written.map(row => [
				row['question_id'],
				row['model'],
				row['turn'],
				(row['judge'] as string[])[1],
			]),
		).toEqual([
			[81, 'a', 1, 'single-v1'],
			[81, 'b', 1, 'single-v1'],
			[111, 'a', 1, 'single-math-v1'],
			[111, 'b', 1, 'single-math-v1'],
			[81, 'a', 2, 'single-v1-multi-turn'],
			[81, 'b', 2, 'single-v1-multi-turn'],
			[111, 'a', 2, 'single-math-v1-multi-turn'],
			[111, 'b', 2, 'single-math-v1-multi-turn'],
		]);
		expect(rows[0]?.questions[0]?.sampling).toEqual({ n: 1, temperature: 0, max_tokens: 2048 });
		expect(user(rows[0])).toContain('[Question]\nWrite {answer}.\n\n');
		expect(user(rows[3])).toContain('[The Start of Reference Answer]\ntwo\n');
		expect(user(rows[7])).toContain('### Reference answer:\nfour\n');
		expect(user(rows[5])).toContain('### Assistant A:\nB one\n\n### User:\nNow shorter.');
		expect(written[0]).toEqual({
			question_id: 81,
			model: 'a',
			judge: ['gpt-4', 'single-v1'],
			user_prompt: user(rows[0]),
			judgment: 'Rating: [[7.5]]',
			score: 7.5,
			turn: 1,
			tstamp: at.getTime() / 1000,
		});
	});

	it('is refused while a question of math has no reference answer', () => {
		const comparison = comparisonOf([sum]);
		const asked = { comparison, judge: 'gpt-4', references: new Map(), pythonSeed };
		expect(protocolRows('mt-bench', asked)).toContain('first 111');
	});

	it('reads the first rating, in double brackets before single ones, and nothing else', () => {
		expect(['[5] … [[7]] [[8]]', 'so [6.5]', 'Rating: 7', '[[seven]]'].map(readRating)).toEqual([
			7, 6.5, -1, -1,
		]);
	});

	it('plays both orders, maps the places back and calls a contradiction a tie', () => {
		const [row, ...more] = rowsOf('mt-bench-pair', [essay]);
		expect(more.length).toBe(1);
		expect(user(row, 0)).toContain("[The Start of Assistant A's Answer]\nA one\n");
		expect(user(row, 1)).toContain("[The Start of Assistant A's Answer]\nB one\n");
		const played = (...texts: readonly string[]) => row?.finish(texts.map(reply), at);
		expect(played('[[A]]', '[[B]]')).toMatchObject({
			value: 1,
			row: { model_1: 'a', model_2: 'b', g1_winner: 'model_1', g2_winner: 'model_1' },
		});
		expect(played('[[A]]', '[[A]]')).toMatchObject({ value: 0, flipped: true });
		expect(played('[[A]]', '[[C]]')).toMatchObject({ value: 0, flipped: false });
		expect(played('[[C]]', '[[C]]')?.value).toBe(0);
		// FastChat looks for A first, whatever stands before it.
		expect(played('not [[B]] but [[A]]', 'Hm.')).toMatchObject({
			row: { g1_winner: 'model_1', g2_winner: 'error' },
		});
		expect(played('[[A]]', 'Hm.')).not.toHaveProperty('value');
	});

	it('meets a reference alone where one is named, and counts what it has no place for', () => {
		const three = { ...essay, answers: { ...essay.answers, c: ['C one', 'C two'] } };
		const of = (reference?: string): unknown[] =>
			rowsOf('mt-bench-pair', [three], reference === undefined ? {} : { reference })
				.filter((_, i) => i < 3)
				.map(({ model, against }) => [model, against]);
		expect(of()).toEqual([
			['a', 'b'],
			['a', 'c'],
			['b', 'c'],
		]);
		expect(of('b').slice(0, 2)).toEqual([
			['a', 'b'],
			['c', 'b'],
		]);
		const lacking = { ...essay, answers: { a: ['A one', 'A two'], b: ['only one'] } };
		const rows = protocolRows('mt-bench', {
			comparison: comparisonOf([lacking]),
			judge: 'gpt-4',
			references,
			pythonSeed,
		});
		expect(rows).toMatchObject({ rows: { length: 3 } });
		expect(typeof rows === 'string' ? [] : [...rows.leftOut.values()]).toEqual([1]);
	});
});

describe('AlpacaEval', () => {
	it('draws the order of answers as Python’s generator does', () => {
		// By CPython: random.Random(text).random().
		expect(firstPythonRandom(pythonSeed('2+2'))).toBe(0.4083806798028814);
		expect(firstPythonRandom(pythonSeed('Schöne Grüße?'))).toBe(0.5347177328158645);
		expect(firstPythonRandom(pythonSeed('猫'))).toBe(0.37283342283347654);
		expect(firstPythonRandom(pythonSeed('abc'))).toBe(0.7720246314157545);
	});

	it.skipIf(!existsSync(sharedData))(
		'switches 406 of its 805 instructions, as its own code does',
		() => {
			const file = join(sharedData, 'alpaca-eval/llama-2-7b-chat-hf.annotations.json');
			const rows = JSON.parse(readFileSync(file, 'utf8')) as { instruction: string }[];
			const bits = rows.map(({ instruction }) => (seesSwitched(instruction, pythonSeed) ? 1 : 0));
			// By CPython: random.Random('is_switched_outputs' + instruction + '0').choices([False, True]).
			expect(sha256(bits.join(''))).toBe(
				'8b3d93b6cd014bfa8a673db0a9d5d46cfff8efbafa44b8e7e4ba82878468030e',
			);
		},
	);

	it('reads a ranking as Python would, and nothing that Python would not', () => {
		const first = "[{'model': 'model_1', 'rank': 1}, {'model': 'model_2', 'rank': 2}]";
		expect(readRanking(first)).toBe(1);
		expect(
			readRanking('\n[\n {"model": "model_1", "rank": 2},\n {"model": "model_2", "rank": 1},\n]'),
		).toBe(2);
		expect(readRanking("{'model': 'model_1', 'rank': 2}, {'model': 'model_2', 'rank': 1}")).toBe(2);
		for (const none of [
			'',
			'```python\n[]\n```',
			`${first} I think`,
			"[{'model': 'model_1', 'rank': 3}]",
			"[{'model': 'model_1', 'rank': '1'}]",
			"{'model': 'model_1', 'rank': 1}",
			"[{'name': 'model_1', 'rank': 1}]",
			'['.repeat(100_000),
		]) {
			expect(readRanking(none)).toBeUndefined();
		}
	});

	it('weighs m against M by their probabilities', () => {
		const top = (tokens: Readonly<Record<string, number>>) =>
			readProbability({
				text: 'm',
				finishReason: 'length',
				topLogprobs: [Object.entries(tokens).map(([token, logprob]) => ({ token, logprob }))],
			});
		// By AlpacaEval's logprob_parser.
		expect(top({ M: -0.017597131, m: -4.048847, Both: -14.9 })).toBeCloseTo(1.9825575130186845, 12);
		expect(top({ m: -0.5 })).toBe(1);
		expect(top({ M: -0.2 })).toBe(2);
		expect(top({ The: -0.1 })).toBeUndefined();
		expect(readProbability(reply('m'))).toBeUndefined();
	});

	it('turns a switched preference back, and calls equal answers a draw without asking', () => {
		const answers = { base: ['B'], mine: ['M'] };
		const rows = rowsOf('alpaca-eval-1', [
			{ id: '0', turns: ['abc'], answers },
			{ id: '1', turns: ['Same?'], answers: { base: ['S'], mine: ['S'] } },
			{ id: '2', turns: ['Two', 'turns'], answers },
		]);
		const isSwitched = seesSwitched('abc', pythonSeed);
		const firstWins = "[{'model': 'model_1', 'rank': 1}, {'model': 'model_2', 'rank': 2}]";
		expect(rows[0]?.finish([reply(firstWins)], at).row).toEqual({
			instruction: 'abc',
			output_1: 'B',
			generator_1: 'base',
			output_2: 'M',
			generator_2: 'mine',
			annotator: 'alpaca_eval_gpt4',
			preference: isSwitched ? 2 : 1,
			preference_date: at.toISOString(),
			preference_raw_completion: firstWins,
		});
		expect(rows[1]?.questions).toEqual([]);
		expect(rows[1]?.finish([], at).row).toMatchObject({ preference: 1.5 });
		expect(rows.length).toBe(2);
		expect(rows[0]?.questions[0]?.sampling).toEqual({ max_tokens: 100, top_p: 1, temperature: 0 });
		const other = rowsOf('alpaca-eval', [{ id: '0', turns: ['x'], answers }], {
			judge: 'my-judge',
		});
		expect(other[0]?.file).toBe('mine/weighted_alpaca_eval_my-judge/annotations.json');
		expect(other[0]?.questions[0]?.sampling).toMatchObject({ max_tokens: 1, top_logprobs: 5 });
	});
});

describe('Arena-Hard', () => {
	const asked = [
		{
			id: 'q1',
			turns: ['Prove it.'],
			tags: ['hard_prompt', 'math'],
			answers: { base: ['B'], mine: ['M'] },
		},
	];

	it('plays two games with the baseline in place A first, and reads the last verdict', () => {
		const [row] = rowsOf('arena-hard-v0.1', asked);
		expect(user(row, 0)).toBe(
			"<|User Prompt|>\nProve it.\n\n<|The Start of Assistant A's Answer|>\nB\n<|The End of Assistant A's Answer|>\n\n<|The Start of Assistant B's Answer|>\nM\n<|The End of Assistant B's Answer|>",
		);
		expect(row?.questions[0]?.sampling).toEqual({ temperature: 0, max_tokens: 4096 });
		const played = row?.finish([reply('[[A>B]], no: [[b>>a]]'), reply('so [A=B]')], at);
		expect(played?.row).toMatchObject({
			uid: 'q1',
			judge: 'gpt-4',
			model: 'mine',
			baseline: 'base',
			games: [{ score: 'B>>A' }, { score: 'A=B' }],
		});
		expect(played).toMatchObject({ value: 1.5, flipped: false });
		expect(row?.finish([reply('[[A>B]]'), reply('[[A>>B]]')], at).flipped).toBe(true);
		expect(row?.finish([reply('Hm.'), reply('[[A=B]]')], at)).not.toHaveProperty('value');
	});

	it('comes to the figures that its own reader gives for the written row', () => {
		const [row] = rowsOf('arena-hard', asked);
		const written = row?.finish([reply('[[B>>A]]'), reply('[[A=B]]')], at).row;
		const result = readAnswerFile(`${JSON.stringify(written)}\n`)?.result;
		// Three wins of game 1 and half of game 2, by four.
		expect(result).toMatchObject({ models: [{ model: 'mine', score: 3.5 / 4, weight: 4 }] });
	});

	it('takes the baseline of the question’s category where its answers are there', () => {
		const answers = { mine: ['M'], 'o3-mini-2025-01-31': ['O'], 'gemini-2.0-flash-001': ['G'] };
		const of = (tag: string): string[] =>
			rowsOf('arena-hard', [{ id: 'q', turns: ['x'], tags: [tag], answers }]).flatMap(
				({ against }) => against ?? [],
			);
		expect(new Set(of('coding'))).toEqual(new Set(['o3-mini-2025-01-31']));
		expect(new Set(of('creative_writing'))).toEqual(new Set(['gemini-2.0-flash-001']));
	});
});

describe('a published figure', () => {
	it.skipIf(!existsSync(sharedData))(
		'stands beside the same judge, prompts and reference answers only',
		() => {
			const read = (name: string): string =>
				readFileSync(join(sharedData, 'mt-bench', name), 'utf8');
			const prompts = readAnswerFile(read('question.jsonl'))?.prompts ?? [];
			const references = new Map(
				readAnswerFile(read('reference_answer.gpt-4.jsonl'))?.answers.map(({ id = '', turns }) => [
					id,
					turns,
				]),
			);
			const asked = prompts.map(({ id = '', messages }) => ({
				id,
				turns: messages.map(({ content }) => content),
				answers: { mine: [] },
			}));
			const judged = { comparison: comparisonOf(asked), judge: 'gpt-4', baselines: [], references };
			const figures = (change: object): readonly unknown[] =>
				publishedFigures('mt-bench', { ...judged, ...change }, sha256);
			expect(figures({})).toMatchObject([
				{ model: 'zephyr-7b-alpha', value: 6.88 },
				{ model: 'zephyr-7b-beta', value: 7.34 },
			]);
			expect(figures({ judge: 'gpt-4o' })).toEqual([]);
			expect(figures({ comparison: comparisonOf(asked.slice(1)) })).toEqual([]);
			expect(figures({ references: new Map([...references].slice(1)) })).toEqual([]);
			expect(publishedFigures('arena-hard', judged, sha256)).toEqual([]);
		},
	);
});
