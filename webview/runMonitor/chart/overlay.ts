import type { Marker } from '../../../src/core/metrics/runMetrics';
import type { Axis } from '../../../src/core/metrics/series';
import { ownColor, themeColor } from '../../shared/theme';
import type { CursorPoint } from '../cursorPoints';
import type { LineChart } from './lineChart';

export interface OverlayInput {
	readonly axis: Axis;
	readonly markers: readonly Marker[];
	/** Places of drawn points that are NaN or infinite: × at the top. */
	readonly notFinite: readonly number[];
	/** Places of drawn points that have no logarithm: ▾ at the bottom. */
	readonly notPositive: readonly number[];
	/** Pixels of a part that is being chosen. */
	readonly selection?: readonly [number, number];
	readonly cursor: number | undefined;
	/** Logged points to point out. */
	readonly points: readonly CursorPoint[];
	readonly width: number;
	readonly height: number;
}

/**
 * Draws what moves or is laid over the lines on a canvas of its own, so that the cursor costs no
 * redraw of the chart: event marks, marks for missing values, the crosshair and its points.
 */
export function drawOverlay(
	canvas: HTMLCanvasElement,
	chart: LineChart,
	input: OverlayInput,
): void {
	const ratio = window.devicePixelRatio;
	const width = Math.round(input.width * ratio);
	const height = Math.round(input.height * ratio);
	if (canvas.width !== width || canvas.height !== height) {
		canvas.width = width;
		canvas.height = height;
	}
	const context = canvas.getContext('2d');
	if (!context) {
		return;
	}
	context.setTransform(ratio, 0, 0, ratio, 0, 0);
	context.clearRect(0, 0, input.width, input.height);
	drawMarkers(context, chart, input);
	drawNotFinite(context, chart, input.notFinite);
	drawNotPositive(context, chart, input.notPositive);
	if (input.selection) {
		drawSelection(context, chart, input.selection);
	}
	if (input.cursor !== undefined) {
		drawCursor(context, chart, input.cursor, input.points);
	}
}

function isInside(chart: LineChart, pixel: number): boolean {
	return pixel >= chart.area.left - 1 && pixel <= chart.area.right + 1;
}

/** Checkpoints as small triangles on the axis, restarts as dashed lines, notes as small squares. */
function drawMarkers(
	context: CanvasRenderingContext2D,
	chart: LineChart,
	{ axis, markers }: OverlayInput,
): void {
	const { top, bottom } = chart.area;
	const color = themeColor('descriptionForeground', themeColor('foreground'));
	for (const marker of markers) {
		const at = chart.pixelOfX(marker[axis]);
		if (!isInside(chart, at)) {
			continue;
		}
		context.fillStyle = color;
		context.strokeStyle = color;
		if (marker.kind === 'attempt') {
			context.setLineDash([3, 3]);
			line(context, at, top, at, bottom);
			context.setLineDash([]);
		} else if (marker.kind === 'checkpoint') {
			context.beginPath();
			context.moveTo(at - 4, bottom);
			context.lineTo(at + 4, bottom);
			context.lineTo(at, bottom - 6);
			context.fill();
		} else {
			context.fillRect(at - 2.5, bottom - 6, 5, 5);
		}
	}
}

function drawNotFinite(
	context: CanvasRenderingContext2D,
	chart: LineChart,
	positions: readonly number[],
): void {
	context.strokeStyle = themeColor('editorError-foreground', themeColor('charts-red'));
	context.lineWidth = 1.5;
	const y = chart.area.top + 4;
	for (const position of positions) {
		const at = chart.pixelOfX(position);
		if (isInside(chart, at)) {
			line(context, at - 3, y - 3, at + 3, y + 3);
			line(context, at - 3, y + 3, at + 3, y - 3);
		}
	}
	context.lineWidth = 1;
}

function drawNotPositive(
	context: CanvasRenderingContext2D,
	chart: LineChart,
	positions: readonly number[],
): void {
	context.fillStyle = themeColor('editorWarning-foreground', themeColor('charts-orange'));
	const y = chart.area.bottom - 1;
	for (const position of positions) {
		const at = chart.pixelOfX(position);
		if (isInside(chart, at)) {
			context.beginPath();
			context.moveTo(at - 3, y - 5);
			context.lineTo(at + 3, y - 5);
			context.lineTo(at, y);
			context.fill();
		}
	}
}

/** The part that a zoom would show. */
function drawSelection(
	context: CanvasRenderingContext2D,
	chart: LineChart,
	[from, to]: readonly [number, number],
): void {
	const { left, right, top, bottom } = chart.area;
	const start = Math.max(left, Math.min(from, to));
	const end = Math.min(right, Math.max(from, to));
	const color = themeColor('focusBorder', themeColor('foreground'));
	context.fillStyle = color;
	context.strokeStyle = color;
	context.globalAlpha = 0.2;
	context.fillRect(start, top, end - start, bottom - top);
	context.globalAlpha = 1;
	line(context, start, top, start, bottom);
	line(context, end, top, end, bottom);
}

function drawCursor(
	context: CanvasRenderingContext2D,
	chart: LineChart,
	cursor: number,
	points: readonly CursorPoint[],
): void {
	const at = Math.round(chart.pixelOfX(cursor)) + 0.5;
	if (!isInside(chart, at)) {
		return;
	}
	const { top, bottom } = chart.area;
	context.strokeStyle = themeColor('foreground');
	context.globalAlpha = 0.6;
	line(context, at, top, at, bottom);
	context.globalAlpha = 1;
	for (const point of points) {
		const x = chart.pixelOfX(point.x);
		const y = chart.pixelOfY(point.value);
		if (Number.isFinite(point.value) && isInside(chart, x)) {
			context.beginPath();
			context.arc(x, y, 4, 0, 2 * Math.PI);
			context.fillStyle = ownColor(point.line.color);
			context.fill();
			context.lineWidth = 1.5;
			context.strokeStyle = themeColor('editor-background', '#ffffff');
			context.stroke();
		}
	}
}

function line(
	context: CanvasRenderingContext2D,
	x1: number,
	y1: number,
	x2: number,
	y2: number,
): void {
	context.beginPath();
	context.moveTo(x1, y1);
	context.lineTo(x2, y2);
	context.stroke();
}
