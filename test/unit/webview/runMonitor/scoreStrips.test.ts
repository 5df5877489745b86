import { describe, expect, it } from 'vitest';
import type { PanelDrawing } from '../../../../src/core/metrics/drawing';
import { panelsFor, type Panel } from '../../../../src/core/metrics/panels';
import { intervalsOf } from '../../../../webview/runMonitor/chart/errorBars';
import { modelLines } from '../../../../webview/runMonitor/panelModel';
import { withScores } from '../../../../webview/runMonitor/panelSelection';
import { lineDrawing } from './builders';

const scored = (...metrics: string[]): readonly Panel[] =>
	panelsFor(
		['dpo'],
		[
			{ metric: 'loss', kind: 'train' },
			{ metric: 'rewards/margins', kind: 'train' },
			...metrics.map(metric => ({ metric, kind: 'evaluation' }) as const),
		],
	);
const runs = [
	{ id: 'A', name: 'A', slot: 0 },
	{ id: 'B', name: 'B', slot: 1 },
];

describe('scores beneath the loss', () => {
	it('stand in its card, and by themselves where it is not shown', () => {
		const panels = scored('mt-bench', 'win rate');
		const { beneath, others } = withScores([], panels);
		expect(others.map(panel => panel.id)).toEqual(['loss', 'rewards_margins']);
		expect(beneath.get('loss')?.map(panel => panel.title)).toEqual(['mt-bench', 'win rate']);
		const searched = panels.filter(panel => panel.id !== 'loss');
		expect(withScores([], searched).others).toEqual(searched);
	});

	it('stay with a loss that is pinned, and leave it when they are pinned themselves', () => {
		const [loss, score, margin] = scored('mt-bench') as [Panel, Panel, Panel];
		expect(withScores([loss], [score, margin]).beneath.get('loss')).toEqual([score]);
		expect(withScores([score], [loss, margin]).beneath.size).toBe(0);
	});
});

describe('the intervals of a score', () => {
	const panel = scored('mt-bench', 'mt-bench_low', 'mt-bench_high').find(
		({ title }) => title === 'mt-bench',
	) as Panel;
	const lines = (...drawn: PanelDrawing['lines'][number][]): ReturnType<typeof modelLines> =>
		modelLines(
			panel,
			{ panel: 'mt-bench', axis: 'step', range: { min: 0, max: 9 }, lines: drawn },
			runs,
		);

	it('join the ends that were told for each point, of the same run', () => {
		const all = lines(
			lineDrawing('A', 0, [[1, 5], [2, 6]]),
			lineDrawing('A', 1, [[1, 4.5], [2, 5.5]]),
			lineDrawing('A', 2, [[1, 5.5], [2, 6.5]]),
			lineDrawing('B', 0, [[1, 3]]),
			lineDrawing('B', 1, [[1, 2]]),
			lineDrawing('B', 2, [[1, 4]]),
		); // prettier-ignore
		const [first] = all;
		expect(first && intervalsOf(all, first)).toEqual([
			{ x: 1, low: 4.5, high: 5.5 },
			{ x: 2, low: 5.5, high: 6.5 },
		]);
		const other = all.find(({ shown, line }) => shown.id === 'B' && line.bound === undefined);
		expect(other && intervalsOf(all, other)).toEqual([{ x: 1, low: 2, high: 4 }]);
	});

	it('reach only to the point where one end is unknown, and are none where both are', () => {
		const all = lines(lineDrawing('A', 0, [[1, 5], [2, 6]]), lineDrawing('A', 1, [[2, 5.5]])); // prettier-ignore
		const [first] = all;
		expect(first && intervalsOf(all, first)).toEqual([{ x: 2, low: 5.5, high: 6 }]);
	});
});

describe('several GPUs of one run', () => {
	it('have a colour each, the same for what they draw and for their limit', () => {
		const system = ['GPU 0', 'GPU 1'].flatMap(dataset =>
			['gpu_power_watts', 'gpu_power_limit_watts'].map(
				metric => ({ metric, kind: 'system', dataset }) as const,
			),
		);
		const [power] = panelsFor(['sft'], system);
		const drawn = [0, 1, 2, 3].map(line => lineDrawing('A', line));
		const all = modelLines(
			power as Panel,
			{ panel: 'gpu_power_watts', axis: 'step', range: { min: 0, max: 9 }, lines: drawn },
			runs.slice(0, 1),
		);
		const colors = new Map(all.map(({ line, color }) => [`${line.dataset} ${line.role}`, color]));
		expect(colors.get('GPU 0 0')).toBe(colors.get('GPU 0 1'));
		expect(colors.get('GPU 0 0')).not.toBe(colors.get('GPU 1 0'));
	});
});
