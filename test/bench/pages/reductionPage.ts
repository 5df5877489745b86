// Runs in Chromium: the same lines drawn by chart.js alone and by the run monitor's own chart.
import { Chart, LinearScale, LineController, LineElement, PointElement } from 'chart.js';
import { packPoints } from '../../../src/core/metrics/packedPoints';
import { panelsFor } from '../../../src/core/metrics/panels';
import { RunMetrics } from '../../../src/core/metrics/runMetrics';
import { LineChart } from '../../../webview/runMonitor/chart/lineChart';
import {
	drawPanel,
	panelLines,
	sharedRange,
	valueRange,
} from '../../../webview/runMonitor/panelModel';
import type { ShownRun } from '../../../webview/runMonitor/state';

Chart.register(LineController, LineElement, PointElement, LinearScale);

const lines = 10;
const points = 100_000;
const size = { width: 420, height: 240 };
const repeats = { first: 5, append: 20 };

export interface ReductionTimes {
	readonly rawFirst: number;
	readonly rawAppend: number;
	readonly ownFirst: number;
	readonly ownAppend: number;
}

const valueAt = (line: number, step: number): number =>
	Math.exp(-step / 40_000) + line / 10 + 0.1 * Math.sin(step * 12.9898 + line) ** 3;

/** Milliseconds until what `work` drew has been painted. */
async function painted(work: () => void): Promise<number> {
	await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
	const start = performance.now();
	work();
	await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
	return performance.now() - start;
}

function canvas(): HTMLCanvasElement {
	document.body.replaceChildren();
	const element = document.createElement('canvas');
	element.width = size.width;
	element.height = size.height;
	return document.body.appendChild(element);
}

async function median(count: number, once: (n: number) => Promise<number>): Promise<number> {
	const times: number[] = [];
	for (let n = 0; n < count; n++) {
		times.push(await once(n));
	}
	return times.toSorted((a, b) => a - b)[Math.floor(count / 2)] ?? Number.NaN;
}

async function raw(): Promise<readonly [number, number]> {
	const data = Array.from({ length: lines }, (_, line) =>
		Array.from({ length: points }, (_, step) => ({ x: step, y: valueAt(line, step) })),
	);
	let chart: Chart<'line', { x: number; y: number }[]> | undefined;
	const first = await median(repeats.first, () => {
		chart?.destroy();
		const target = canvas();
		return painted(() => {
			chart = new Chart(target, {
				type: 'line',
				data: { datasets: data.map(points => ({ data: points, pointRadius: 0 })) },
				options: {
					animation: false,
					parsing: false,
					normalized: true,
					responsive: false,
					events: [],
					scales: { x: { type: 'linear' }, y: { type: 'linear' } },
				},
			});
		});
	});
	const append = await median(repeats.append, n =>
		painted(() => {
			data.forEach((list, line) => list.push({ x: points + n, y: valueAt(line, points + n) }));
			chart?.update('none');
		}),
	);
	chart?.destroy();
	return [first, append];
}

function metricLine(line: number, step: number): Parameters<typeof packPoints>[0][number] {
	const n = step + 1;
	const values = { loss: valueAt(line, step) };
	return { n, attempt: 1, step, epoch: 0, time: step, wall: step, kind: 'train', values };
}

function shownRun(line: number): ShownRun {
	const metrics = new RunMetrics();
	metrics.append(packPoints(Array.from({ length: points }, (_, step) => metricLine(line, step))));
	return { id: String(line), name: String(line), slot: line, metrics };
}

async function own(): Promise<readonly [number, number]> {
	const runs = Array.from({ length: lines }, (_, line) => shownRun(line));
	const [panel] = panelsFor(
		['sft'],
		runs.flatMap(run => run.metrics.series),
	);
	if (!panel) {
		throw new Error('no panel for the loss');
	}
	const draw = (chart: LineChart): void => {
		const range = sharedRange(runs, 'step');
		const view = { axis: 'step', smoothing: 0 } as const;
		const drawing = drawPanel(panelLines(panel, runs), view, range, size.width);
		const values = valueRange(drawing.extent, false, false);
		const look = { axis: 'step', logarithmic: false, marked: true } as const;
		chart.draw({ drawing, range, values, ...look, ...size });
	};
	let chart: LineChart | undefined;
	const first = await median(repeats.first, () => {
		chart?.dispose();
		const target = canvas();
		return painted(() => {
			chart = new LineChart(target);
			draw(chart);
		});
	});
	const append = await median(repeats.append, n =>
		painted(() => {
			for (const run of runs) {
				run.metrics.append(packPoints([metricLine(run.slot, points + n)]));
			}
			if (chart) {
				draw(chart);
			}
		}),
	);
	chart?.dispose();
	return [first, append];
}

export async function compare(): Promise<ReductionTimes> {
	const [rawFirst, rawAppend] = await raw();
	const [ownFirst, ownAppend] = await own();
	return { rawFirst, rawAppend, ownFirst, ownAppend };
}
