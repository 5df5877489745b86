import { describe, expect, it } from 'vitest';
import { parseGraph } from '../../../../src/core/graph/graphFile';
import { stagesOf } from '../../../../src/core/graph/graphStages';
import type { Graph } from '../../../../src/core/graph/graph';
import {
	resultTable,
	type ResultTable,
	type StageResult,
} from '../../../../src/core/graph/resultTable';

const judged = { judge: 'gpt-4', protocol: 'single answers', prompts: 'MT-Bench' };
const text = JSON.stringify({
	graph: 'g',
	nodes: {
		sft: { recipe: 'a' },
		dpo: { recipe: 'b', from: 'sft', matrix: { num_train_epochs: [1, 3] } },
		answers: { prompts: 'p', from: 'dpo' },
	},
	published: [
		{
			metric: 'MT-Bench',
			source: 'the report',
			...judged,
			values: { sft: 6.64, 'dpo-epochs3': 7.34 },
		},
		{ metric: 'AlpacaEval', source: 'the report', values: { 'dpo-epochs3': [90.6, 1.03] } },
	],
});

function tableOf(results: Record<string, StageResult>): ResultTable {
	const graph = parseGraph(text).graph as Graph;
	const found = stagesOf(graph);
	if (!found.ok) {
		throw new Error(JSON.stringify(found.findings));
	}
	return resultTable(found.staged.stages, graph.published, new Map(Object.entries(results)));
}

const metrics = (values: Record<string, number>): ReadonlyMap<string, number> =>
	new Map(Object.entries(values));
const dpo = (loss: number, more: Partial<StageResult> = {}): StageResult => ({
	method: 'dpo',
	metrics: metrics({
		loss: 0.5,
		eval_loss: loss,
		'eval_rewards/accuracies': 0.75,
		'eval_rewards/margins': 1.5,
	}),
	evalSet: 'same',
	evalRows: 40,
	beta: 0.1,
	...more,
});

const column = (table: ResultTable, title: string): unknown[] => {
	const at = table.columns.findIndex(one => one.title === title);
	return table.rows.map(({ cells }) => cells[at]);
};

describe('the table of results', () => {
	it('has a row for each stage that trains and a column for what one of them has', () => {
		const table = tableOf({
			sft: { method: 'sft', metrics: metrics({ loss: 2, eval_loss: 2.5 }), evalSet: 'a' },
			'dpo-epochs1': dpo(0.6),
			'dpo-epochs3': dpo(0.7),
		});
		expect(table.rows.map(({ stage }) => stage)).toEqual(['sft', 'dpo-epochs1', 'dpo-epochs3']);
		expect(table.columns.map(({ title }) => title)).toEqual([
			'SFT eval loss',
			'DPO eval loss',
			'DPO accuracy',
			'DPO margin',
			'margin ÷ β',
			'MT-Bench',
			'AlpacaEval',
		]);
		expect(table.columns.map(({ warning }) => warning)).toEqual(Array(7).fill(undefined));
		// A loss of one method is never in the column of the other.
		expect(column(table, 'SFT eval loss')).toEqual([{ value: 2.5 }, undefined, undefined]);
	});

	it('gives an accuracy its interval by the number of eval pairs', () => {
		const [, first, second] = column(
			tableOf({ 'dpo-epochs1': dpo(0.6), 'dpo-epochs3': dpo(0.6, { evalRows: 2000 }) }),
			'DPO accuracy',
		) as { value: number; interval: { low: number; high: number } }[];
		expect(first?.value).toBe(0.75);
		expect(first?.interval.low).toBeCloseTo(0.5981, 3);
		expect(first?.interval.high).toBeCloseTo(0.8581, 3);
		expect(second?.interval.low).toBeCloseTo(0.7306, 3);
	});

	it('says where numbers of one column do not compare', () => {
		const table = tableOf({
			'dpo-epochs1': dpo(0.6, { beta: 0.01 }),
			'dpo-epochs3': dpo(0.6, { evalSet: 'another' }),
		});
		const warnings = new Map(table.columns.map(({ title, warning }) => [title, warning]));
		expect(warnings.get('DPO eval loss')).toContain('eval sets differ');
		expect(warnings.get('DPO accuracy')).toContain('eval sets differ');
		const sameSet = tableOf({ 'dpo-epochs1': dpo(0.6, { beta: 0.01 }), 'dpo-epochs3': dpo(0.6) });
		expect(sameSet.columns.find(({ title }) => title === 'DPO margin')?.warning).toContain('β');
		expect(column(sameSet, 'margin ÷ β')).toEqual([undefined, { value: 150 }, { value: 15 }]);
	});

	it('has a column for each number of the user’s own evaluations', () => {
		const evaluations = metrics({ 'ifeval/strict': 0.4 });
		const table = tableOf({ sft: { metrics: metrics({}), evaluations } });
		expect(column(table, 'ifeval/strict')).toEqual([{ value: 0.4 }, undefined, undefined]);
	});

	it('shows the last train loss only of runs without an eval set', () => {
		const without = { method: 'dpo', metrics: metrics({ loss: 0.4 }) };
		const table = tableOf({ 'dpo-epochs1': without, 'dpo-epochs3': dpo(0.6) });
		expect(column(table, 'DPO train loss')).toEqual([undefined, { value: 0.4 }, undefined]);
	});

	it('greys a published number with the reason, unless all was measured in the same way', () => {
		const [sft, , third] = column(tableOf({}), 'MT-Bench') as {
			published: { value: number; reason?: string };
		}[];
		expect(sft?.published).toEqual({
			value: 6.64,
			source: 'the report',
			reason:
				'No MT-Bench was measured here, so there is nothing to hold against it (gpt-4, single answers, MT-Bench).',
		});
		expect(third?.published.value).toBe(7.34);
		const scored = (by: object): unknown => {
			const scores = new Map([['MT-Bench', { value: 7, ...by }]]);
			return column(tableOf({ sft: { metrics: metrics({}), scores } }), 'MT-Bench')[0];
		};
		expect(scored({ ...judged, judge: 'qwen' })).toMatchObject({
			value: 7,
			published: { reason: 'Not comparable. judge: gpt-4 there, qwen here.' },
		});
		expect(scored({})).toMatchObject({
			published: { reason: expect.stringContaining('prompts: MT-Bench there, not recorded here') },
		});
		expect(scored(judged)).toEqual({ value: 7, published: { value: 6.64, source: 'the report' } });
	});

	it('never compares where the publisher did not say how it was measured', () => {
		const scores = new Map([['AlpacaEval', { value: 90, ...judged }]]);
		const cells = column(
			tableOf({ 'dpo-epochs3': { metrics: metrics({}), scores } }),
			'AlpacaEval',
		);
		expect(cells[2]).toMatchObject({
			published: { plusMinus: 1.03, reason: expect.stringContaining('not recorded there') },
		});
	});
});
