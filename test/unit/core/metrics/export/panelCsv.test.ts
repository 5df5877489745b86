import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRecords } from '../../../../../src/core/metrics/export/csvCells';
import { exportFileName } from '../../../../../src/core/metrics/export/exportFileName';
import { loggedLines } from '../../../../../src/core/metrics/export/loggedLines';
import { panelCsv } from '../../../../../src/core/metrics/export/panelCsv';
import { packPoints } from '../../../../../src/core/metrics/packedPoints';
import { panelsFor } from '../../../../../src/core/metrics/panels';
import { RunMetrics } from '../../../../../src/core/metrics/runMetrics';
import type { MetricPoint } from '../../../../../src/core/training/runLibrary';
import { point, trainLines } from '../builders';

function metricsOf(points: readonly MetricPoint[]): RunMetrics {
	const metrics = new RunMetrics();
	metrics.append(packPoints(points));
	return metrics;
}

describe('the values of a panel as CSV', () => {
	const metrics = metricsOf([
		...trainLines(3, step => ({ loss: step === 2 ? Number.NaN : 0.1 * step, other: 1 })),
		point({ n: 4, step: 3, kind: 'eval', values: { eval_loss: 1 / 3 }, label: '=held' }),
		point({ n: 5, step: 2, attempt: 2, values: { loss: -0 } }),
	]);
	const [panel] = panelsFor(['sft'], metrics.series);
	const source = { id: 'A', name: '=name', metrics };
	const text = [...panelCsv(panel?.lines ?? [], [source])].join('');

	it('have a row each, with their places, their stretch and nothing of other metrics', () => {
		expect(text.split('\n')).toEqual([
			'run,name,metric,kind,dataset,stretch,step,epoch,tokens,samples,time,wall,value',
			"A,'=name,loss,train,,1,1,0.01,,,2,1700000001,0.1",
			"A,'=name,loss,train,,1,2,0.02,,,4,1700000002,NaN",
			"A,'=name,loss,train,,1,3,0.03,,,6,1700000003,0.30000000000000004",
			"A,'=name,loss,train,,2,2,0.05,,,10,1700000005,-0",
			"A,'=name,loss,eval,'=held,1,3,0.04,,,8,1700000004,0.3333333333333333",
			'',
		]);
	});

	it('come in records of one length', () => {
		expect(new Set(Array.from(csvRecords(text), record => record.length))).toEqual(new Set([13]));
	});

	it('are lines of one value each where only series are known', () => {
		const lines = [...loggedLines(metrics)];
		expect(lines.length).toBe(8);
		expect(lines.filter(({ values }) => 'loss' in values).map(({ step }) => step)).toEqual([
			1, 2, 3, 2, 3,
		]);
		expect(lines.find(({ kind }) => kind === 'eval')).toMatchObject({
			label: '=held',
			values: { loss: 1 / 3 },
		});
	});
});

describe('the name of an exported file', () => {
	it.each([
		[['sft', 'rewards/margins'], 'sft rewards-margins.csv'],
		[['..', '../../etc'], 'etc.csv'],
		[['con'], 'con-.csv'],
		[['\u0000<>|'], 'metrics.csv'],
	])('made of %j is %s', (parts, name) => {
		expect(exportFileName(parts, 'csv')).toBe(name);
	});

	it('is one that every system takes, whatever it is made of', () => {
		fc.assert(
			fc.property(fc.array(fc.string({ unit: 'binary' })), parts => {
				const name = exportFileName(parts, 'csv');
				expect(name).toMatch(/^[^\\/:*?"<>|\p{Cc}.][^\\/:*?"<>|\p{Cc}]*\.csv$/u);
				expect(name.length).toBeLessThan(90);
			}),
			{ seed: 6 },
		);
	});
});
