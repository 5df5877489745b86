import {
	Chart,
	LinearScale,
	LineController,
	LineElement,
	LogarithmicScale,
	PointElement,
	type ChartDataset,
} from 'chart.js';
import type { XRange } from '../../../src/core/metrics/reduction';
import type { Axis } from '../../../src/core/metrics/series';
import { formatTick } from '../../../src/core/metrics/format';
import { themeColor } from '../../shared/theme';
import type { Drawn, PanelDrawing, XY } from '../panelModel';
import { tickText, timeStep } from './ticks';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale);

export interface ChartInput {
	readonly drawing: PanelDrawing;
	readonly range: XRange;
	readonly values: XRange;
	readonly axis: Axis;
	readonly logarithmic: boolean;
	/** Lines end in their run's mark, so that runs differ by more than colour. */
	readonly marked: boolean;
	/** CSS pixels. */
	readonly width: number;
	readonly height: number;
}

/** The rectangle between the axes, in CSS pixels. */
export interface PlotArea {
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
}

/** The same for all panels, so that one step stands at one place in each column of the grid. */
const valueAxisWidth = 50;
const maxTicks = { x: 6, y: 7 };
/** A stretch with fewer points than this gets a dot on each. */
const fewPoints = 40;

type Dataset = ChartDataset<'line', XY[]>;

/** One chart.js line chart. It draws what it is given; choosing points is not its business. */
export class LineChart {
	readonly #chart: Chart<'line', XY[]>;

	constructor(canvas: HTMLCanvasElement) {
		this.#chart = new Chart<'line', XY[]>(canvas, {
			type: 'line',
			data: { datasets: [] },
			options: {
				animation: false,
				parsing: false,
				normalized: true,
				responsive: false,
				maintainAspectRatio: false,
				events: [],
				layout: { padding: { top: 6, right: 10 } },
			},
		});
	}

	get area(): PlotArea {
		return this.#chart.chartArea;
	}

	draw(input: ChartInput): void {
		const { width, height, drawing } = input;
		if (this.#chart.width !== width || this.#chart.height !== height) {
			this.#chart.resize(width, height);
		}
		this.#chart.data.datasets = drawing.lines.flatMap(line => datasetsOf(line, input.marked));
		this.#chart.options.scales = scalesOf(input);
		this.#chart.update('none');
	}

	pixelOfX(x: number): number {
		return this.#chart.scales['x']?.getPixelForValue(x) ?? Number.NaN;
	}

	pixelOfY(y: number): number {
		return this.#chart.scales['y']?.getPixelForValue(y) ?? Number.NaN;
	}

	xAtPixel(pixel: number): number {
		return this.#chart.scales['x']?.getValueForPixel(pixel) ?? Number.NaN;
	}

	dispose(): void {
		this.#chart.destroy();
	}
}

function scalesOf(input: ChartInput): object {
	const { axis, range } = input;
	const text = themeColor('descriptionForeground', themeColor('foreground'));
	const font = { size: 11, family: themeColor('font-family', 'sans-serif') };
	const grid = { color: translucent(themeColor('foreground'), 0.1), drawTicks: false };
	const border = { display: false };
	const step = axis === 'time' ? timeStep(range, maxTicks.x) : undefined;
	return {
		x: {
			type: 'linear',
			min: range.min,
			max: range.max,
			grid: { ...grid, display: false },
			border: { color: translucent(themeColor('foreground'), 0.3) },
			ticks: {
				color: text,
				font,
				padding: 4,
				maxRotation: 0,
				maxTicksLimit: maxTicks.x + 1,
				includeBounds: false,
				...(step === undefined ? {} : { stepSize: step }),
				...(axis === 'step' && range.max - range.min < 8 ? { precision: 0 } : {}),
				callback: (value: number | string) => tickText(axis, Number(value), step ?? 0),
			},
		},
		y: {
			type: input.logarithmic ? 'logarithmic' : 'linear',
			min: input.values.min,
			max: input.values.max,
			grid,
			border,
			afterFit: (scale: { width: number }) => {
				scale.width = valueAxisWidth;
			},
			ticks: {
				color: text,
				font,
				padding: 6,
				maxTicksLimit: maxTicks.y,
				includeBounds: false,
				callback: (value: number | string) =>
					input.logarithmic && !isRound(Number(value)) ? null : formatTick(Number(value)),
			},
		},
	};
}

function datasetsOf(drawn: Drawn, marked: boolean): readonly Dataset[] {
	const { line, logged, smoothed } = drawn;
	const color = themeColor(line.color);
	const mark = marked ? line.mark : undefined;
	if (smoothed.length === 0) {
		return stretchesOf(logged, { color, width: 1.75, dash: line.dash, mark });
	}
	return [
		...stretchesOf(logged, { color: translucent(color, 0.3), width: 1, dash: [], mark: undefined }),
		...stretchesOf(smoothed, { color, width: 1.75, dash: line.dash, mark }),
	];
}

interface Look {
	readonly color: string;
	readonly width: number;
	readonly dash: readonly number[];
	/** Stands at the end of the newest stretch. */
	readonly mark: Drawn['line']['mark'] | undefined;
}

/** What a restart went over again stays visible, fainter, behind what counts now. */
function stretchesOf(stretches: readonly (readonly XY[])[], look: Look): readonly Dataset[] {
	return stretches.flatMap((points, i) => {
		const isNewest = i === stretches.length - 1;
		const redoneFrom = Math.min(...stretches.slice(i + 1).map(next => next[0]?.x ?? Infinity));
		const at = points.findIndex(point => point.x >= redoneFrom);
		const split = at < 0 ? points.length : at;
		const kept = dataset(points.slice(0, split + 1), {
			...look,
			mark: isNewest ? look.mark : undefined,
		});
		const redone = dataset(points.slice(split), {
			...look,
			color: translucent(look.color, 0.4),
			mark: undefined,
		});
		return points.length > split ? [redone, kept] : [kept];
	});
}

function dataset(points: readonly XY[], look: Look): Dataset {
	const radius = points.length <= fewPoints ? 2 : 0;
	const isGap = (i: number): boolean => Number.isNaN(points[i]?.y ?? Number.NaN);
	const end = points.findLastIndex(point => !Number.isNaN(point.y));
	return {
		data: points as XY[],
		borderColor: look.color,
		backgroundColor: look.color,
		borderWidth: look.width,
		borderDash: [...look.dash],
		borderJoinStyle: 'round',
		spanGaps: false,
		// Marks on the edge of the plot are drawn whole.
		clip: 6,
		pointStyle: points.map((_, i) => (i === end && look.mark ? look.mark : 'circle')),
		pointBorderWidth: look.mark === 'cross' || look.mark === 'star' ? 2 : 0,
		// A point between two gaps has no line that would show it.
		pointRadius: points.map((_, i) => {
			if (i === end && look.mark) {
				return 4.5;
			}
			return isGap(i - 1) && isGap(i + 1) ? Math.max(2, radius) : radius;
		}),
	};
}

/** One significant digit; chart.js also marks the ends of a logarithmic axis, which are not. */
function isRound(value: number): boolean {
	return Number(value.toPrecision(1)) === Number(value.toPrecision(6));
}

/** A theme colour (hex or rgb) made more transparent; other notations are returned as they are. */
export function translucent(color: string, opacity: number): string {
	const hex = /^#([0-9a-f]{3,8})$/i.exec(color)?.[1];
	if (hex !== undefined) {
		const full = hex.length < 6 ? [...hex].map(digit => digit + digit).join('') : hex;
		const [r, g, b, a = 255] = (full.match(/../g) ?? []).map(pair => Number.parseInt(pair, 16));
		return `rgba(${r}, ${g}, ${b}, ${(a / 255) * opacity})`;
	}
	const numbers = /^rgba?\(([^)]+)\)$/.exec(color)?.[1]?.split(/[\s,/]+/);
	if (!numbers) {
		return color;
	}
	const [r, g, b, a = '1'] = numbers;
	return `rgba(${r}, ${g}, ${b}, ${Number(a) * opacity})`;
}
