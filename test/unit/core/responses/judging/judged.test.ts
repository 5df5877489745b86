import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../../../src/core/responses/comparison';
import {
	judgedOtherwise,
	judgedView,
	type Judged,
} from '../../../../../src/core/responses/judging/judged';
import { judgedScores } from '../../../../../src/core/responses/judging/judgedFigures';
import { judgedIn } from '../../../../../src/core/responses/judging/readJudged';
import type { Vote } from '../../../../../src/core/responses/vote';

const prompts = ['p0', 'p1', 'p2', 'p3'];

function comparisonOf(votes: readonly Partial<Vote>[]): Comparison {
	return {
		header: {
			schemaVersion: 1,
			id: 'c',
			name: 'c',
			createdAt: '',
			promptsPath: '/prompts/vibes.jsonl',
			models: [
				{ label: 'base', ref: 'base' },
				{ label: 'sft', ref: 'run:01JD0000000000000000000AAA@40' },
				{ label: 'dpo', ref: 'run:my dpo' },
			],
		},
		prompts: prompts.map((id, i) => ({ id, messages: [], tags: [], line: i + 1, extra: {} })),
		responses: new Map(),
		votes: votes.map(vote => ({ order: ['base', 'sft'], blind: false, ...vote }) as Vote),
		brokenLines: [],
	};
}

const said = { schemaVersion: 1, judge: 'gpt-4', time: '2026-01-02T03:04:05Z' } as const;

function graded(rows: readonly (readonly [string, string, number?])[]): Judged {
	return {
		...said,
		kind: 'protocol',
		protocol: 'mt-bench',
		rows: rows.map(([promptId, model, value]) => ({
			promptId,
			model,
			...(value === undefined ? {} : { value }),
		})),
		results: [],
		published: [],
	};
}

function paired(values: readonly number[]): Judged {
	return {
		...said,
		kind: 'protocol',
		protocol: 'alpaca-eval',
		rows: values.map((value, i) => ({
			promptId: `p${i}`,
			model: 'sft',
			against: 'base',
			value,
		})),
		results: [],
		published: [],
	};
}

describe('what a judge has said', () => {
	it('is a mean grade over all turns, with an interval over prompts', () => {
		const judged = graded([
			['p0', 'sft', 4],
			['p0', 'sft', 6],
			['p1', 'sft', 8],
			['p1', 'sft', 8],
			['p2', 'sft', undefined],
		]);
		const { figures, trust } = judgedView(comparisonOf([]), judged);
		// Prompts come to 5 and 8: mean 6.5, standard error 1.5, 1.96 of them are 2.94.
		expect(figures).toMatchObject([
			{ model: 'sft', unit: 'grade', value: 6.5, n: 2, interval: { level: 0.95 } },
		]);
		expect(figures[0]?.interval?.low).toBeCloseTo(6.5 - 2.94, 2);
		expect(trust).toEqual([
			'No vote of yours is on these prompts, so nothing says how far this judge agrees with you.',
			'1 of 5 judgments hold no verdict.',
		]);
	});

	it('is a share of preferences with its counts, cut at the ends of the axis', () => {
		const { figures } = judgedView(comparisonOf([]), paired([0.5, 0.5, 0.4, 0]));
		expect(figures).toMatchObject([
			{
				model: 'sft',
				against: 'base',
				unit: 'share',
				value: 0.85,
				wins: 3,
				ties: 1,
				losses: 0,
				n: 4,
			},
		]);
		expect(figures[0]?.interval?.high).toBe(1);
	});

	it('stands beside the votes of today, whatever way it was judged', () => {
		const votes = comparisonOf([
			{ promptId: 'p0', verdict: 'best', best: 'sft' },
			{ promptId: 'p1', verdict: 'best', best: 'base' },
			{ promptId: 'p2', verdict: 'tie' },
		]);
		const pairs = paired([0.5, 0.5, 0.5, 0.5]);
		expect(judgedView(votes, pairs).votes).toMatchObject({ items: 3, same: 1 / 3 });
		expect(judgedOtherwise(votes, [pairs])).toEqual(new Set(['p1', 'p2']));
		const alone = graded([
			['p0', 'base', 3],
			['p0', 'sft', 5],
			['p1', 'base', 7],
			['p1', 'sft', 2],
			['p2', 'base', 4],
			['p2', 'sft', 5],
		]);
		expect(judgedOtherwise(votes, [alone])).toEqual(new Set(['p2']));
		const swapped = (promptId: string, first: string, verdict: 'first' | 'second') => ({
			promptId,
			first,
			second: first === 'base' ? 'sft' : 'base',
			repeat: 0,
			verdict,
		});
		const own: Judged = {
			...said,
			kind: 'windsock',
			reference: 'base',
			judgments: [swapped('p1', 'base', 'second'), swapped('p1', 'sft', 'first')],
		};
		expect(judgedOtherwise(votes, [own])).toEqual(new Set(['p1']));
		expect(judgedView(votes, own).figures).toMatchObject([{ model: 'sft', wins: 1, n: 1 }]);
	});

	it('says kappa only of ten votes or more, which a handful cannot tell from chance', () => {
		const trust = (votes: number): string => {
			const some = Array.from({ length: votes }, (_, i) => ({
				promptId: `p${i}`,
				verdict: 'best' as const,
				best: i % 2 === 0 ? 'sft' : 'base',
			}));
			const values = some.map((_, i) => (i % 2 === 0 ? 0.5 : -0.5));
			return judgedView(comparisonOf(some), paired(values)).trust[0] ?? '';
		};
		expect(trust(9)).toBe('Agrees with your votes on 100% of 9.');
		expect(trust(10)).toBe('Agrees with your votes on 100% of 10: kappa 1.00 (1.00 to 1.00).');
	});

	it('tells of flips and of a liking for length in the protocols of pairs too', () => {
		const answer = (text: string) => ({ response: text, row: {} });
		const comparison = {
			...comparisonOf([]),
			responses: new Map([
				[
					'base',
					new Map([
						['p0', answer('short')],
						['p1', answer('longer text')],
					]),
				],
				[
					'sft',
					new Map([
						['p0', answer('quite long')],
						['p1', answer('brief')],
					]),
				],
			]),
		} as unknown as Comparison;
		const judged = paired([0.5, 0.5]);
		const rows = judged.kind === 'protocol' ? judged.rows : [];
		const flips = rows.map((row, i) => ({ ...row, flipped: i === 0 }));
		const { trust } = judgedView(comparison, { ...judged, rows: flips } as Judged);
		expect(trust.slice(1)).toEqual([
			'Names the other answer when they are swapped: 50%; the protocol counts both games.',
			'The longer answer wins 50% of 2 (9% to 91%).',
		]);
	});

	it('is read only where every part of it is of its kind', () => {
		const good = paired([0.5]);
		const copy = (change: object): unknown => judgedIn({ ...(good as object), ...change });
		expect(copy({})).toEqual(good);
		for (const change of [
			{ schemaVersion: 2 },
			{ judge: 7 },
			{ kind: 'other' },
			{ protocol: 'mine' },
			{ rows: [null] },
			{ rows: [{ promptId: 'p', model: 'm', value: '1' }] },
			{ results: [{ protocol: 'arena-hard', models: [{ model: 'm', score: 'high' }] }] },
			{ published: [{ model: 'm', value: null, source: 's' }] },
			{ kind: 'windsock', reference: 'base', judgments: [{ promptId: 'p' }] },
		]) {
			expect(copy(change)).toBeUndefined();
		}
		expect(judgedIn([good])).toBeUndefined();
	});

	it('becomes scores of the checkpoints among the models, and of nothing else', () => {
		const comparison = comparisonOf([]);
		const judged = graded([
			['p0', 'base', 5],
			['p0', 'sft', 6],
			['p1', 'sft', 8],
			['p0', 'dpo', 9],
		]);
		const by = { author: 'ada', at: '2026-01-02T03:04:05Z' };
		const scores = judgedScores(comparison, judgedView(comparison, judged), by);
		expect(scores).toMatchObject([
			{
				run: '01JD0000000000000000000AAA',
				step: 40,
				score: {
					name: 'mt-bench',
					value: 7,
					n: 2,
					source: 'judge',
					author: 'ada',
					about: 'gpt-4 on vibes.jsonl',
				},
			},
			{ run: 'my dpo', score: { value: 9, n: 1 } },
		]);
		expect(scores[0]?.score.low).toBeLessThan(7);
		expect(scores[1]).not.toHaveProperty('step');
	});

	it('says that figures count prompts which were trained on', () => {
		const spent = comparisonOf([]);
		const asked = {
			...spent,
			prompts: spent.prompts.map(prompt => ({
				...prompt,
				messages: [{ role: 'user', content: prompt.id }],
			})),
		};
		const isSpent = (messages: readonly { content: string }[]): boolean =>
			messages[0]?.content === 'p0';
		const judged = paired([0.5, 0.5]);
		expect(judgedView(asked, judged, isSpent).trust).toContainEqual(
			expect.stringContaining('1 of its 2 prompts are spent') as unknown,
		);
		expect(judgedView(asked, judged).trust.join()).not.toContain('spent');
	});

	it('is held against the next voter where the first one named a third answer', () => {
		const order = ['base', 'sft', 'dpo'];
		const votes = comparisonOf([
			{ promptId: 'p0', voter: 'ada', verdict: 'best', best: 'dpo', order },
			{ promptId: 'p0', voter: 'bob', verdict: 'best', best: 'sft', order },
		]);
		expect(judgedView(votes, paired([0.5])).votes).toMatchObject({ items: 1, same: 1 });
	});
});
