// Runs in Chromium: the same lines drawn by the run monitor's own chart, its reduction included, by
// uPlot and by chart.js, one after the other.
import {
	Chart,
	LinearScale,
	LineController,
	LineElement,
	PointElement,
	Decimation,
} from 'chart.js';
import uPlot from 'uplot';
import type { PackedPoints } from '../../../src/core/metrics/packedPoints';
import { packDrawing, unpackDrawing } from '../../../src/core/metrics/packedDrawing';
import { PanelDrawer, wholeRange, type DrawnSource } from '../../../src/core/metrics/panelDrawing';
import { panelsFor, type Panel } from '../../../src/core/metrics/panels';
import { RunMetrics } from '../../../src/core/metrics/runMetrics';
import { chartMargins, LineChart } from '../../../webview/runMonitor/chart/lineChart';
import { valueRange } from '../../../src/core/metrics/valueRange';
import { modelLines, wholeExtent } from '../../../webview/runMonitor/panelModel';

Chart.register(LineController, LineElement, PointElement, LinearScale, Decimation);

const size = { width: 420, height: 240 };

/** Milliseconds of each repeat. */
export interface Frames {
	readonly first: readonly number[];
	readonly append: readonly number[];
}

export interface Contest {
	readonly lines: number;
	readonly points: number;
	readonly repeats: number;
	readonly appends: number;
}

type Contestant = (contest: Contest) => Promise<Frames>;

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

function emptyPage<Name extends 'canvas' | 'div'>(name: Name): HTMLElementTagNameMap[Name] {
	document.body.replaceChildren();
	return document.body.appendChild(document.createElement(name));
}

function linesOf(line: number, from: number, count: number): PackedPoints {
	const step = Float64Array.from({ length: count }, (_, i) => from + i + 1);
	return {
		n: Uint32Array.from(step),
		attempt: new Uint32Array(count).fill(1),
		step,
		epoch: step,
		time: step,
		wall: step,
		kind: new Uint8Array(count),
		metrics: [
			{
				name: 'loss',
				row: Uint32Array.from({ length: count }, (_, i) => i),
				value: step.map(at => valueAt(line, at)),
			},
		],
		labels: [],
	};
}

/** Draws as host and page do together: reduces, packs, unpacks and draws the panel of the loss. */
function drawOwn(
	chart: LineChart,
	drawer: PanelDrawer,
	panel: Panel,
	sources: readonly DrawnSource[],
): void {
	const range = wholeRange(sources, 'step');
	const drawing = drawer.draw(panel, sources, {
		look: { axis: 'step', smoothing: { kind: 'none' }, clipOutliers: false },
		range,
		pixels: size.width - chartMargins,
		reach: undefined,
	});
	let step = drawing.next();
	while (step.done !== true) {
		step = drawing.next();
	}
	const runs = sources.map(({ id }, slot) => ({ id, name: id, slot }));
	const lines = modelLines(panel, unpackDrawing(packDrawing(step.value)), runs);
	chart.draw({
		lines,
		range,
		values: valueRange(wholeExtent(lines), false, undefined),
		axis: 'step',
		logarithmic: false,
		marked: true,
		themeVersion: 0,
		...size,
	});
}

const own: Contestant = async ({ lines, points, repeats, appends }) => {
	const times = { first: [] as number[], append: [] as number[] };
	for (let repeat = 0; repeat < repeats; repeat++) {
		// New each time: what is known of blocks of points would stay.
		const sources = Array.from({ length: lines }, (_, line) => {
			const metrics = new RunMetrics();
			metrics.append(linesOf(line, 0, points));
			return { id: `R${line}`, metrics };
		});
		const [panel] = panelsFor(
			['sft'],
			sources.flatMap(({ metrics }) => metrics.series),
		);
		if (!panel) {
			throw new Error('there is no panel for the loss');
		}
		const canvas = emptyPage('canvas');
		const drawer = new PanelDrawer();
		let chart: LineChart | undefined;
		const draw = (): void => {
			chart ??= new LineChart(canvas);
			drawOwn(chart, drawer, panel, sources);
		};
		times.first.push(await painted(draw));
		for (let n = 0; n < (repeat === 0 ? appends : 0); n++) {
			times.append.push(
				await painted(() => {
					for (const [line, { metrics }] of sources.entries()) {
						metrics.append(linesOf(line, metrics.lastLine, 1));
					}
					draw();
				}),
			);
		}
		chart?.dispose();
	}
	return times;
};

const byUPlot: Contestant = async ({ lines, points, repeats }) => {
	const x = Float64Array.from({ length: points }, (_, i) => i + 1);
	const data = Array.from({ length: lines }, (_, line) => x.map(at => valueAt(line, at)));
	const colors = ['#58f', '#f80', '#b7c', '#2a8', '#999'];
	const first: number[] = [];
	for (let repeat = 0; repeat < repeats; repeat++) {
		const target = emptyPage('div');
		let plot: uPlot | undefined;
		first.push(
			await painted(() => {
				plot = new uPlot(
					{
						...size,
						scales: { x: { time: false } },
						legend: { show: false },
						cursor: { show: false },
						series: [
							{},
							...data.map((_, line) => ({
								stroke: colors[line % colors.length] ?? '#999',
								points: { show: false },
							})),
						],
					},
					[x, ...data],
					target,
				);
			}),
		);
		plot?.destroy();
	}
	return { first, append: [] };
};

function byChartJs(decimated: boolean): Contestant {
	return async ({ lines, points, repeats, appends }) => {
		const data = Array.from({ length: lines }, (_, line) =>
			Array.from({ length: points }, (_, i) => ({ x: i + 1, y: valueAt(line, i + 1) })),
		);
		const times = { first: [] as number[], append: [] as number[] };
		for (let repeat = 0; repeat < repeats; repeat++) {
			const canvas = emptyPage('canvas');
			Object.assign(canvas, size);
			let chart: Chart<'line', { x: number; y: number }[]> | undefined;
			const draw = (): void => {
				chart = new Chart(canvas, {
					type: 'line',
					data: { datasets: data.map(its => ({ data: its, pointRadius: 0 })) },
					options: {
						animation: false,
						parsing: false,
						normalized: true,
						responsive: false,
						events: [],
						scales: { x: { type: 'linear' }, y: { type: 'linear' } },
						plugins: { decimation: { enabled: decimated, algorithm: 'min-max' } },
					},
				});
			};
			times.first.push(await painted(draw));
			for (let n = 0; n < (repeat === 0 ? appends : 0); n++) {
				times.append.push(
					await painted(() => {
						for (const [line, dataset] of chart?.data.datasets.entries() ?? []) {
							const at = points + n + 1;
							// Where it is decimated, chart.js keeps the raw points beneath a name of its own.
							(data[line] ?? dataset.data).push({ x: at, y: valueAt(line, at) });
							if (decimated) {
								dataset.data = data[line] ?? [];
							}
						}
						chart?.update('none');
					}),
				);
			}
			chart?.destroy();
		}
		return times;
	};
}

export const contestants = {
	own,
	uPlot: byUPlot,
	chartJs: byChartJs(false),
	chartJsDecimated: byChartJs(true),
};
