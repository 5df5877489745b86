import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	compareFiles,
	type ComparedFiles,
} from '../../../../../src/core/responses/formats/comparisonFromFiles';
import { exportComparison } from '../../../../../src/core/responses/formats/exportComparison';
import { outOfOrder, problemText } from '../../../../../src/core/responses/formats/fileProblem';
import { readAnswerFile } from '../../../../../src/core/responses/formats/readAnswerFile';

function compared(...texts: readonly string[]): ComparedFiles {
	return compareFiles(
		texts.map((text, i) => {
			const file = readAnswerFile(text);
			if (!file) {
				throw new Error(`no format: ${text.slice(0, 80)}`);
			}
			return { ...file, path: `/data/file${i}.jsonl`, name: `file${i}` };
		}),
		'test',
	);
}

const lines = (...rows: readonly object[]): string =>
	rows.map(row => `${JSON.stringify(row)}\n`).join('');
const question = (id: number, ...turns: string[]): object => ({
	question_id: id,
	category: 'math',
	turns,
});
const answer = (id: number, model: string, ...turns: string[]): object => ({
	question_id: id,
	answer_id: 'x',
	model_id: model,
	choices: [{ index: 0, turns }],
	tstamp: 1,
});
const output = (instruction: string, text: string, generator = 'beta'): object => ({
	instruction,
	output: text,
	generator,
});

describe('files are told apart by what they hold', () => {
	test.each([
		['mt-bench-questions', question(81, 'Hi')],
		['mt-bench-answers', answer(81, 'beta', 'Hello')],
		['mt-bench-single', { question_id: 81, model: 'beta', score: 9, turn: 1 }],
		[
			'mt-bench-pair',
			{ question_id: 81, model_1: 'a', model_2: 'b', g1_winner: 'tie', g2_winner: 'tie' },
		],
		['alpaca-eval-prompts', { dataset: 'koala', instruction: 'Hi' }],
		['alpaca-eval-outputs', output('Hi', 'Hello')],
		['alpaca-eval-annotations', { instruction: 'Hi', output_1: 'a', output_2: 'b', preference: 2 }],
		['arena-hard-questions', { uid: 'u', category: 'hard_prompt', prompt: 'Hi' }],
		[
			'arena-hard-answers',
			{
				uid: 'u',
				model: 'beta',
				messages: [
					{ role: 'user', content: 'Hi' },
					{ role: 'assistant', content: { answer: 'Hello' } },
				],
			},
		],
		['arena-hard-judgments', { uid: 'u', model: 'beta', games: [{ score: 'A>B' }, null] }],
		['arena-hard-judgments', { question_id: 'u', model: 'beta', games: [{ score: 'A>B' }, null] }],
		['llm-comparator', { models: [{ name: 'a' }, { name: 'b' }], examples: [] }],
		['windsock-answers', { promptId: 'p', response: 'Hello' }],
	])('%s', (format, row) => {
		const file = readAnswerFile(`${JSON.stringify(row)}\n`);
		expect(file?.format).toBe(format);
		expect(file?.faults).toEqual([]);
	});

	test('a row of Alpaca’s training data is none of them, nor is text', () => {
		expect(
			readAnswerFile(lines({ instruction: 'Sum', input: '1 2', output: '3' })),
		).toBeUndefined();
		expect(readAnswerFile(lines({ messages: [] }))).toBeUndefined();
		expect(readAnswerFile('hello\n')).toBeUndefined();
		expect(readAnswerFile('')).toBeUndefined();
	});

	test('NaN, as Python writes it, is no preference, also inside of strings it stays', () => {
		const file = readAnswerFile(
			'[{"instruction": "is NaN: NaN, ok", "output_1": "a", "output_2": "b", "preference": NaN}]',
		);
		expect(file?.result).toMatchObject({ models: [{ total: 0, withoutPreference: 1 }] });
		expect(file?.answers[0]?.messages?.[0]?.content).toBe('is NaN: NaN, ok');
	});
});

describe('answers of several files', () => {
	test('stand side by side by id, with their questions, turns, tags and sampling', () => {
		const { comparison } = compared(
			lines(question(81, 'One?', 'Two?'), question(82, 'Three?', 'Four?')),
			lines(answer(81, 'alpha', 'a1', 'a2'), answer(82, 'alpha', 'a3', 'a4')),
			lines(answer(82, 'beta', 'b3', 'b4'), answer(81, 'beta', 'b1', 'b2')),
		);
		expect(comparison?.header.models.map(({ label }) => label)).toEqual(['alpha', 'beta']);
		expect(comparison?.prompts[0]).toMatchObject({
			id: '81',
			messages: [
				{ role: 'user', content: 'One?' },
				{ role: 'user', content: 'Two?' },
			],
			tags: ['math'],
			sampling: { temperature: 0, max_new_tokens: 1024 },
		});
		const beta = comparison?.responses.get('beta')?.get('81');
		expect(beta?.response).toBe('b2');
		expect(beta?.row['turns']).toEqual(['b1', 'b2']);
	});

	test('AlpacaEval’s meet by their instruction, whatever their order, and the order is said', () => {
		const { comparison, files } = compared(
			lines(output('A', 'a1', 'alpha'), output('B', 'b1', 'alpha'), output('C', 'c1', 'alpha')),
			lines(output('C', 'c2'), output('A', 'a2'), output('B', 'b2')),
		);
		expect(comparison?.prompts.map(({ id }) => id)).toEqual(['0', '1', '2']);
		expect(comparison?.responses.get('beta')?.get('2')?.response).toBe('c2');
		expect(files[1]?.problems).toEqual([{ kind: 'reorderedPrompt', count: 1, named: ['2'] }]);
	});

	test('missing, extra, double, empty and very long answers are counted and named', () => {
		const { files, comparison } = compared(
			lines(question(1, 'A'), question(2, 'B'), question(3, 'C'), question(3, 'C again')),
			`${lines(answer(1, 'beta', ' '), answer(1, 'beta', 'x'.repeat(100_001)), answer(9, 'beta', ''))}{torn\n[]\n`,
		);
		expect(files[0]?.problems).toEqual([{ kind: 'duplicateId', count: 1, named: ['3'] }]);
		expect(files[1]?.problems.map(({ kind, count }) => [kind, count])).toEqual([
			['unreadableRow', 2],
			['duplicateId', 1],
			['emptyAnswer', 2],
			['longAnswer', 1],
			['missingPrompt', 2],
			['extraPrompt', 1],
		]);
		expect(files[1]?.problems[0]?.named[0]).toMatch(/^line 4: not valid JSON/);
		expect(files[1]?.problems.find(({ kind }) => kind === 'missingPrompt')?.named).toEqual([
			'2',
			'3',
		]);
		expect(problemText(files[1]?.problems[2] ?? { kind: 'emptyAnswer', count: 0, named: [] })).toBe(
			'2 answers are empty: 1, 9',
		);
		expect(comparison?.responses.get('beta')?.get('1')?.response).toHaveLength(100_001);
		expect(comparison?.brokenLines).toHaveLength(2);
	});

	test('a second file of the same model is a lane of its own when it says something else', () => {
		const same = lines(output('A', 'a'));
		expect(labelsOf(compared(same, same))).toEqual(['beta']);
		expect(labelsOf(compared(same, lines(output('A', 'other'))))).toEqual(['beta', 'beta (file1)']);
	});

	test('several choices of one question are samples of one lane', () => {
		const row = { ...answer(81, 'beta', 'a'), choices: [{ turns: ['a'] }, { turns: ['b'] }] };
		const { comparison } = compared(lines(row));
		expect(comparison?.responses.get('beta')?.get('81')?.response).toBe('a');
		const samples = comparison?.samples?.get('beta')?.get('81');
		expect(samples?.map(({ response, sample }) => [response, sample])).toEqual([
			['a', 0],
			['b', 1],
		]);
	});

	test('a prompt with another text under the same id is said', () => {
		const arena = (text: string): string =>
			lines({
				uid: 'u1',
				model: text,
				messages: [
					{ role: 'user', content: text },
					{ role: 'assistant', content: 'Hello' },
				],
			});
		expect(compared(arena('A'), arena('B')).files[1]?.problems).toEqual([
			{ kind: 'differentPrompt', count: 1, named: ['u1'] },
		]);
	});

	test('HTML, ANSI, control characters and right-to-left text come through as they are', () => {
		const odd = '<script>x</script> \u001B[31mred\u0000 \u202Eשלום 你好';
		const { comparison } = compared(lines(output('A', odd)));
		expect(comparison?.responses.get('beta')?.get('0')?.response).toBe(odd);
	});

	test('the prompts out of place are as few as have to be moved', () => {
		expect(outOfOrder([0, 1, 2])).toEqual([]);
		expect(outOfOrder([2, 0, 1])).toEqual([0]);
		fc.assert(
			fc.property(fc.uniqueArray(fc.nat(50), { maxLength: 12 }), places => {
				const moved = new Set(outOfOrder(places));
				const rest = places.filter((_, i) => !moved.has(i));
				expect(rest).toEqual(rest.toSorted((a, b) => a - b));
			}),
			{ seed: 7 },
		);
	});
});

describe('answers for another tool', () => {
	const two = (): ComparedFiles =>
		compared(
			lines(output('A', 'a1', 'alpha'), output('B', 'b1', 'alpha')),
			lines(output('A', 'a2', 'org/beta')),
		);

	test('Windsock’s own become files that each reader takes for its own', () => {
		const { comparison } = two();
		for (const [target, format] of [
			['mt-bench', 'mt-bench-answers'],
			['alpaca-eval', 'alpaca-eval-outputs'],
			['arena-hard', 'arena-hard-answers'],
		] as const) {
			const made = comparison && exportComparison(comparison, target, ['alpha']);
			expect(made).toBeTypeOf('object');
			const texts =
				typeof made === 'object'
					? [...made.files].filter(([path]) => path !== 'question.jsonl')
					: [];
			const read = readAnswerFile(texts[0]?.[1] ?? '');
			expect(read?.format).toBe(format);
			expect(read?.answers.map(({ turns }) => turns)).toEqual([['a1'], ['b1']]);
			expect(read?.answers[0]?.model).toBe('alpha');
		}
	});

	test('LLM Comparator gets two models, votes as scores, and no score where nobody voted', () => {
		const { comparison } = two();
		const voted = comparison && {
			...comparison,
			votes: [
				{
					id: '1',
					time: '',
					voter: 'me',
					promptId: '0',
					verdict: 'best' as const,
					best: 'org/beta',
					order: ['alpha', 'org/beta'],
					blind: true,
					answers: {},
				},
			],
		};
		const made = voted && exportComparison(voted, 'llm-comparator', []);
		const read = readAnswerFile(typeof made === 'object' ? (made.files.get('') ?? '') : '');
		expect(read?.result).toEqual({
			protocol: 'llm-comparator',
			models: ['alpha', 'org/beta'],
			winsA: 0,
			winsB: 1,
			ties: 0,
			unrated: 0,
			meanScore: -1,
		});
		expect(typeof made === 'object' && [...made.leftOut]).toEqual([
			['one of the two has no answer', 1],
		]);
	});

	test('what a form has no place for is counted', () => {
		const { comparison } = compared(
			lines(question(1, 'A', 'B'), question(2, 'C')),
			lines(answer(1, 'beta', 'a', 'b'), answer(2, 'beta', 'c')),
		);
		const made = comparison && exportComparison(comparison, 'alpaca-eval', []);
		expect(typeof made === 'object' && [...made.leftOut]).toEqual([
			['it has no place for several turns', 1],
		]);
		expect(comparison && exportComparison(comparison, 'llm-comparator', [])).toMatch(/two models/);
		expect(comparison && exportComparison(comparison, 'mt-bench', ['gamma'])).toMatch(
			/no model gamma/,
		);
	});
});

function labelsOf({ comparison }: ComparedFiles): string[] | undefined {
	return comparison?.header.models.map(({ label }) => label);
}

test('numbers of samples may be as far apart as a file likes', () => {
	const own = (sample: number): object => ({ promptId: 'p', sample, response: `r${sample}` });
	const { comparison } = compared(lines(own(0), own(4_000_000_000)));
	expect(comparison?.samples?.get('file0')?.get('p')).toMatchObject([
		{ response: 'r0' },
		{ response: 'r4000000000', sample: 4_000_000_000 },
	]);
});
