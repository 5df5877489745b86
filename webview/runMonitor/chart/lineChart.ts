import { Chart, LinearScale, LineController, LogarithmicScale } from 'chart.js';
import type { XRange } from '../../../src/core/metrics/reduction';
import type { Axis } from '../../../src/core/metrics/series';
import { ownColors, themeColor } from '../../shared/theme';
import type { ModelLine } from '../panelModel';
import { translucent } from './color';
import { drawErrorBars } from './errorBars';
import type { Projection } from './projection';
import { strokeLine } from './strokes';
import { changedFrom } from './tail';
import { timeStep } from '../../../src/core/metrics/timeTicks';
import { logTicks, multiplesWithin, tickText, ticksWithin, valueTick } from './ticks';

Chart.register(LineController, LinearScale, LogarithmicScale);

export interface ChartInput {
	readonly lines: readonly ModelLine[];
	readonly range: XRange;
	readonly values: XRange;
	readonly axis: Axis;
	readonly logarithmic: boolean;
	/** Lines end in their run's mark, so that runs differ by more than colour. */
	readonly marked: boolean;
	/** CSS pixels. */
	readonly width: number;
	readonly height: number;
	/** Changes with the theme, whose colours are read anew then. */
	readonly themeVersion: number;
	/** Low, beneath another chart: no places are named, and few values. */
	readonly isStrip?: boolean;
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
/** Pixels of lines, dots and marks beyond the plot. */
const edge = 6;

/** CSS pixels at the sides of the plot: what is left of a panel's width is between its axes. */
const rightPadding = 10;
export const chartMargins = valueAxisWidth + rightPadding;

/**
 * One line chart: chart.js has the scales, their ticks and the layout; the lines go straight from
 * columns onto its canvas. It draws what it is given; choosing points is not its business.
 */
export class LineChart {
	readonly #chart: Chart<'line', []>;
	#input: ChartInput | undefined;
	/** Device pixels of a CSS pixel in what is drawn. */
	#ratio = 0;
	/** What is left of this pixel stays as it is. */
	#from: number | undefined;

	constructor(canvas: HTMLCanvasElement) {
		this.#chart = new Chart<'line', []>(canvas, {
			type: 'line',
			data: { datasets: [] },
			options: {
				animation: false,
				responsive: false,
				maintainAspectRatio: false,
				events: [],
				layout: { padding: { top: 6, right: rightPadding } },
			},
			plugins: [{ id: 'lines', beforeDatasetsDraw: () => this.#drawLines() }],
		});
	}

	get area(): PlotArea {
		return this.#chart.chartArea;
	}

	draw(input: ChartInput): void {
		const before = this.#input;
		const { width, height } = input;
		const from =
			before && this.#ratio === window.devicePixelRatio && isSameView(before, input)
				? changedFrom(before.lines, input.lines, projectionOf(input, this.area))
				: undefined;
		this.#input = input;
		if (from !== undefined) {
			this.#drawTail(from);
			return;
		}
		if (this.#chart.width !== width || this.#chart.height !== height) {
			this.#chart.resize(width, height);
		}
		this.#ratio = window.devicePixelRatio;
		this.#chart.options.scales = scalesOf(input);
		this.#chart.update('none');
	}

	/** Draws again what is right of a pixel, in whole pixels of the device: no other one changes. */
	#drawTail(from: number): void {
		if (from > this.area.right + edge) {
			return;
		}
		const { ctx: context, width, height } = this.#chart;
		this.#from = Math.floor(from * this.#ratio) / this.#ratio;
		context.save();
		context.beginPath();
		context.rect(this.#from, 0, width - this.#from, height);
		context.clip();
		this.#chart.draw();
		context.restore();
		this.#from = undefined;
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

	#drawLines(): void {
		if (!this.#input) {
			return;
		}
		const { lines, range, marked } = this.#input;
		const projection = projectionOf(this.#input, this.area);
		const colorOf = ownColors();
		const { left, right, top, bottom } = this.area;
		const context = this.#chart.ctx;
		context.save();
		context.beginPath();
		// What stands on the edge of the plot is drawn whole; lines that go on do not cross the values.
		const goesOn = lines.some(({ drawn }) => (drawn.logged.x[0] ?? range.min) < range.min);
		const from = left - (goesOn ? 1 : edge);
		context.rect(from, top - edge, right + edge - from, bottom - top + 2 * edge);
		context.clip();
		drawErrorBars(context, lines, this);
		for (const line of lines.filter(({ line: { bound } }) => bound === undefined)) {
			const color = colorOf(line.color);
			strokeLine(context, line, projection, { color, marked, from: this.#from });
		}
		context.restore();
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
	const ticksOfX = ticksWithin(axis, input.width - chartMargins, maxTicks.x);
	const step = axis === 'time' || axis === 'wall' ? timeStep(range, ticksOfX) : undefined;
	const logarithmic = input.logarithmic ? logTicks(input.values, maxTicks.y) : undefined;
	return {
		x: {
			type: 'linear',
			min: range.min,
			max: range.max,
			grid: { ...grid, display: false },
			// chart.js would count its steps from the first point, at 14 s, 74 s and so on.
			...(step === undefined
				? {}
				: {
						afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
							scale.ticks = multiplesWithin(range, step).map(value => ({ value }));
						},
					}),
			border: { color: translucent(themeColor('foreground'), 0.3) },
			ticks: {
				display: input.isStrip !== true,
				color: text,
				font,
				padding: 4,
				maxRotation: 0,
				maxTicksLimit: ticksOfX + 1,
				includeBounds: false,
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
			...(input.isStrip === true
				? { afterBuildTicks: nameEnds(input.lines) }
				: logarithmic === undefined
					? {}
					: {
							afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
								scale.ticks = logarithmic.map(value => ({ value }));
							},
						}),
			afterFit: (scale: { width: number }) => {
				scale.width = valueAxisWidth;
			},
			ticks: {
				color: text,
				font,
				padding: 6,
				maxTicksLimit: maxTicks.y,
				includeBounds: false,
				callback: (value: number | string, _: number, all: readonly { value: number }[]) =>
					input.logarithmic && !isRound(Number(value))
						? null
						: valueTick(
								Number(value),
								all.map(tick => tick.value),
							),
			},
		},
	};
}

/** Whether all is where it was, so that only the lines may differ. */
function isSameView(a: ChartInput, b: ChartInput): boolean {
	return (
		// Its ticks are values of its lines.
		b.isStrip !== true &&
		a.isStrip !== true &&
		a.axis === b.axis &&
		a.range.min === b.range.min &&
		a.range.max === b.range.max &&
		a.values.min === b.values.min &&
		a.values.max === b.values.max &&
		a.logarithmic === b.logarithmic &&
		a.marked === b.marked &&
		a.width === b.width &&
		a.height === b.height &&
		a.themeVersion === b.themeVersion
	);
}

function projectionOf({ range, values, logarithmic }: ChartInput, area: PlotArea): Projection {
	const { left, right, top, bottom } = area;
	return { range, values, logarithmic, left, right, top, bottom };
}

/** A low chart has room for two values: the lowest and the highest, intervals included. */
function nameEnds(
	lines: readonly ModelLine[],
): (scale: { ticks: { value: number }[]; min: number; max: number }) => void {
	const known = lines.map(({ drawn }) => drawn.facts).filter(({ lowest }) => !Number.isNaN(lowest));
	const ends = [
		Math.min(...known.map(({ lowest }) => lowest)),
		Math.max(...known.map(({ highest }) => highest)),
	].map(value => Number(value.toPrecision(3)));
	return scale => {
		scale.ticks = ends
			.filter((end, i) => end >= scale.min && end <= scale.max && ends.indexOf(end) === i)
			.map(value => ({ value }));
	};
}

/** One significant digit; chart.js also marks the ends of a logarithmic axis, which are not. */
function isRound(value: number): boolean {
	return Number(value.toPrecision(1)) === Number(value.toPrecision(6));
}
