import { describe, expect, it } from 'vitest';
import {
	composeReport,
	type ReportSource,
} from '../../../../../src/core/metrics/export/composeReport';
import type { Report } from '../../../../../src/core/metrics/export/report';
import { known } from '../../../../../src/core/comparability/condition';
import { foreignConditions } from '../../../../../src/core/comparability/runConditions';
import { packPoints } from '../../../../../src/core/metrics/packedPoints';
import { RunMetrics } from '../../../../../src/core/metrics/runMetrics';
import type { MetricPoint } from '../../../../../src/core/training/runLibrary';
import { point, trainLines } from '../builders';
import { elementsOf } from './markup';

function source(
	points: readonly MetricPoint[],
	slot = 0,
	fields: Partial<ReportSource> = {},
): ReportSource {
	const metrics = new RunMetrics();
	metrics.append(packPoints(points));
	return {
		id: `run ${slot}`,
		name: `run ${slot}`,
		slot,
		metrics,
		facts: [],
		findings: [],
		skipped: [],
		evalRows: () => undefined,
		...fields,
	};
}

function compose(
	sources: readonly ReportSource[],
	mostBytes?: number,
): { report: Report; html: string; shares: number[] } {
	const look = {
		axis: 'step',
		zoom: undefined,
		smoothing: { kind: 'none' },
		clipOutliers: false,
		logarithmic: false,
	} as const;
	const work = composeReport(sources, {
		look,
		version: '1.2.3',
		...(mostBytes ? { mostBytes } : {}),
	});
	const shares: number[] = [];
	for (;;) {
		const step = work.next();
		if (step.done === true) {
			return { ...step.value, shares };
		}
		shares.push(step.value);
	}
}

const noisy = (count: number): MetricPoint[] =>
	trainLines(count, step => ({
		loss: Math.sin(step * 12.9898) * 0.3 + 3 / Math.sqrt(step),
		grad_norm: Math.cos(step * 78.233) + 2,
		entropy: Math.sin(step * 3.7) + 5,
	}));

describe('a report', () => {
	it('stays below its size whatever it holds, with all charts as long as that is possible', () => {
		const runs = Array.from({ length: 12 }, (_, slot) => source(noisy(2000), slot));
		const { html, report } = compose(runs, 120_000);
		expect(new TextEncoder().encode(html).length).toBeLessThanOrEqual(120_000);
		expect(report.figures.length).toBe(3);
		expect(report.figures[0]?.figure.allPoints).toBe(24_000);
	});

	it('leaves out the last charts where there are thousands, and says how many', () => {
		const values = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`m${i}`, i]));
		const { html, report } = compose([source([point({ n: 1, values })])]);
		expect(new TextEncoder().encode(html).length).toBeLessThanOrEqual(1_000_000);
		const left = 3000 - report.figures.length;
		expect(left).toBeLessThan(2900);
		expect(html).toContain(`${left.toLocaleString('en-US')} further charts are left out`);
	});

	it('takes a log whose clock wavers, with a stretch for every few points', () => {
		const wavering = trainLines(130_000, step => ({ loss: step })).map(line => ({
			...line,
			wall: line.wall - 2 * (line.n % 2),
		}));
		const { report } = compose([source(wavering)], 1e9);
		expect(report.results.rows).toHaveLength(1);
	});

	it('gives the same bytes for the same runs, and its time back while it works', () => {
		const runs = [source(noisy(500)), source(noisy(400), 1)];
		const { html, shares } = compose(runs);
		expect(compose(runs).html).toBe(html);
		expect(shares.length).toBeGreaterThan(3);
		expect(shares.toSorted((a, b) => a - b)).toEqual(shares);
	});

	it('is one well formed page without a script, an address or an inline style', () => {
		const hostile = '</style><script>alert(1)</script>" onload="x';
		const { html } = compose([
			source([point({ n: 1, values: { [hostile]: 1 }, label: hostile })], 0, {
				name: hostile,
				recipe: hostile,
				skipped: [hostile],
				facts: [{ group: hostile, name: hostile, value: hostile }],
				findings: [
					{
						severity: 'error',
						text: hostile,
						evidence: hostile,
						advice: hostile,
						change: hostile,
						sources: [{ title: hostile, url: 'javascript:alert(1)' }],
					},
				],
			}),
		]);
		const body = html.slice(html.indexOf('<body>'), html.indexOf('</html>'));
		const elements = elementsOf(body);
		expect(elements).not.toContain('script');
		expect(elements).not.toContain('a');
		expect(html.match(/<\/style>/g)?.length).toBe(1);
		expect(html.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<[^>]* (?:on\w+|style)=/);
	});

	it('tells what the runs share apart from what differs, and whose recipe is whose', () => {
		const facts = (rate: string) => [
			{ group: 'Arguments', name: 'learning_rate', value: rate },
			{ group: 'Data', name: 'Training', value: 'sft.jsonl' },
		];
		const { html } = compose([
			source(noisy(3), 0, { facts: facts('1e-5'), recipe: 'a: 1' }),
			source(noisy(3), 1, { facts: facts('2e-5'), recipe: 'a: 1' }),
			source(noisy(3), 2, { facts: facts('2e-5'), recipe: 'a: 2' }),
		]);
		const [differs = '', same = ''] = html.split('The same in all');
		expect(differs).toContain('learning_rate</th><td class="long">1e-5</td><td class="long">2e-5');
		expect(differs).not.toContain('sft.jsonl');
		expect(same).toContain('sft.jsonl');
		expect(html.match(/<pre>/g)?.length).toBe(2);
		expect(html).toContain('run 0, run 1');
	});
});

describe('the results of runs', () => {
	const evaluated = (accuracy: number): MetricPoint[] => [
		point({ n: 1, values: { 'rewards/accuracies': 0.9, loss: 0.4 } }),
		point({ n: 2, kind: 'eval', values: { 'eval_rewards/accuracies': accuracy, eval_loss: 0.5 } }),
		point({
			n: 3,
			kind: 'evaluation',
			values: { mt_bench: 6.2, mt_bench_low: 6, mt_bench_high: 6.5, mt_bench_n: 80 },
		}),
		point({ n: 4, kind: 'evaluation', values: { gsm8k: 0.4, gsm8k_stderr: 0.01 } }),
	];
	const results = (evalRows?: number): Report['results'] =>
		compose([
			source(evaluated(0.65), 0, { method: 'dpo', evalRows: () => evalRows }),
			source(evaluated(0.7), 1, { method: 'dpo', evalRows: () => evalRows }),
		]).report.results;
	const row = (table: Report['results'], title: string) =>
		table.rows.find(([name]) => name === title);

	it('have n and an interval where they are known', () => {
		const table = results(200);
		expect(row(table, 'Reward accuracy, held-out')).toMatchObject([
			'Reward accuracy, held-out',
			'200',
			{
				value: 0.65,
				interval: { low: expect.closeTo(0.5817, 3), high: expect.closeTo(0.7126, 3) },
			},
			{ value: 0.7 },
		]);
		expect(row(table, 'mt_bench, checkpoints')).toEqual([
			'mt_bench, checkpoints',
			'80',
			{ value: 6.2, interval: { low: 6, high: 6.5 } },
			{ value: 6.2, interval: { low: 6, high: 6.5 } },
		]);
		expect(row(table, 'gsm8k, checkpoints')?.[2]).toMatchObject({
			interval: { low: expect.closeTo(0.3804), high: expect.closeTo(0.4196) },
		});
	});

	it('say which runs do not compare with the first, and why', () => {
		const conditions = (beta: string) => ({
			...foreignConditions,
			method: known('dpo', 'dpo'),
			evalSet: known('a', 'test.jsonl'),
			trainingData: known('b', 'train.jsonl'),
			template: known('c', 'zephyr'),
			mask: [],
			loss: [],
			length: [],
			beta: [{ name: 'β', condition: known(beta, beta) }],
		});
		const { results: table, figures } = compose([
			source(evaluated(0.65), 0, { method: 'dpo', conditions: conditions('0.1') }),
			source(evaluated(0.7), 1, { method: 'dpo', conditions: conditions('0.1') }),
			source(evaluated(0.7), 2, { method: 'dpo', conditions: conditions('0.01') }),
			source(evaluated(0.7), 3, { method: 'dpo' }),
		]).report;
		expect(figures.length).toBeGreaterThan(0);
		const notes = table.notes.filter(note => note.includes('compare'));
		expect(notes.some(note => note.includes('“run 1” does not') && note.includes('β'))).toBe(false);
		expect(notes.find(note => note.includes('“run 2”'))).toMatch(
			/“run 2” does not compare with “run 0” in .*: β 0.1 ≠ 0.01\.$/,
		);
		expect(notes.find(note => note.includes('“run 3”'))).toContain('not recorded');
	});

	it('have none where nobody can know them, and do not list bounds as results', () => {
		const table = results();
		expect(row(table, 'Reward accuracy, held-out')?.slice(1)).toEqual([
			undefined,
			{ value: 0.65 },
			{ value: 0.7 },
		]);
		expect(row(table, 'Reward accuracy, train')?.[2]).toEqual({ value: 0.9 });
		const names = table.rows.map(([name]) => name);
		expect(names.filter(name => /_(low|high|n|stderr)/.test(String(name)))).toEqual([]);
	});
});
