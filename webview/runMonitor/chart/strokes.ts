import type { Polyline } from '../../../src/core/metrics/drawing';
import { stepOpacity, type Mark } from '../palette';
import { fillColumns, isDense } from './columns';
import { pixelsOf, type LineLook, type Projection } from './projection';
import { redonePlaces } from './redone';
import type { ModelLine } from '../panelModel';

/** A stretch with no more points than this gets a dot on each. */
const fewPoints = 40;
const dotRadius = 2;
const markRadius = 4.5;

/** A part of a line that looks the same throughout. */
interface Part {
	/** In units of the frame, so that it stands for every zoom and scale. */
	readonly path: Path2D;
	/** The same in pixels, for the scales that it was last drawn with. */
	placed?: { readonly path: Path2D; readonly matrix: readonly number[] };
	/** Places and values of dots: of all points where there are few, else of lone ones. */
	readonly dots: readonly number[];
	/** Gone over again after a restart, and so fainter, behind what counts now. */
	readonly isRedone: boolean;
}

/** What a polyline looks like whatever the scales; made once for each drawing. */
interface Shape {
	readonly frame: Frame;
	readonly parts: readonly Part[];
	/** The newest drawn point. */
	readonly end: readonly [number, number] | undefined;
}

/** The unit of a path: single precision is enough within it, where it is not for whole steps. */
interface Frame {
	readonly x: number;
	readonly width: number;
	readonly y: number;
	readonly height: number;
}

const shapes = { linear: new WeakMap<Polyline, Shape>(), log: new WeakMap<Polyline, Shape>() };

/** How lines of a panel are drawn, beside what each of them says itself. */
export interface Strokes {
	readonly color: string;
	/** Puts the run's mark at its end. */
	readonly marked: boolean;
	/** Nothing to the left of this pixel has to be drawn. */
	readonly from?: number | undefined;
}

/** Draws one line of a panel. */
export function strokeLine(
	context: CanvasRenderingContext2D,
	line: ModelLine,
	projection: Projection,
	{ color, marked, from }: Strokes,
): void {
	const { logged, smoothed } = line.drawn;
	const mark = marked ? line.mark : undefined;
	if (line.line.kind === 'step') {
		// Behind the means over several steps, and never smoothed: they are the average.
		const look = { color, opacity: stepOpacity, width: 1, dash: [], mark: undefined };
		strokePolyline(context, logged, projection, look, from);
		return;
	}
	if (smoothed) {
		const raw = { color, opacity: 0.3, width: 1, dash: [], mark: undefined };
		strokePolyline(context, logged, projection, raw, from);
	}
	const look = { color, opacity: 1, width: 1.75, dash: line.dash, mark };
	strokePolyline(context, smoothed ?? logged, projection, look, from);
}

function strokePolyline(
	context: CanvasRenderingContext2D,
	line: Polyline,
	projection: Projection,
	look: LineLook,
	from: number | undefined,
): void {
	const pixel = pixelsOf(projection);
	context.strokeStyle = look.color;
	context.fillStyle = look.color;
	if (isDense(line, projection)) {
		context.globalAlpha = look.opacity;
		const end = fillColumns(context, line, projection, look, from);
		if (look.mark && end) {
			drawMark(context, look.mark, end[0], end[1]);
		}
		context.globalAlpha = 1;
		return;
	}
	const shape = shapeOf(line, projection.logarithmic);
	const { frame } = shape;
	const [left, top] = [pixel.x(frame.x), pixel.y(frame.y)];
	const width = pixel.x(frame.x + frame.width) - left;
	const height = pixel.y(frame.y + frame.height) - top;
	const matrix = [width, 0, 0, height, left, top];
	context.lineWidth = look.width;
	context.lineJoin = 'round';
	context.setLineDash([...look.dash]);
	for (const part of shape.parts) {
		const { dots, isRedone } = part;
		context.globalAlpha = look.opacity * (isRedone ? 0.4 : 1);
		context.stroke(placedPath(part, matrix));
		for (let i = 0; i < dots.length; i += 2) {
			const at = pixel.x(dots[i] ?? Number.NaN);
			const y = pixel.y(dots[i + 1] ?? Number.NaN);
			context.beginPath();
			context.arc(at, y, dotRadius, 0, 2 * Math.PI);
			context.fill();
		}
	}
	context.setLineDash([]);
	context.globalAlpha = look.opacity;
	if (look.mark && shape.end) {
		const [x, y] = shape.end;
		drawMark(context, look.mark, pixel.x(x), pixel.y(y));
	}
	context.globalAlpha = 1;
}

function placedPath(part: Part, matrix: readonly number[]): Path2D {
	if (!part.placed?.matrix.every((number, i) => number === matrix[i])) {
		const path = new Path2D();
		path.addPath(part.path, new DOMMatrix([...matrix]));
		part.placed = { path, matrix };
	}
	return part.placed.path;
}

function shapeOf(line: Polyline, logarithmic: boolean): Shape {
	const kept = logarithmic ? shapes.log : shapes.linear;
	const shape = kept.get(line) ?? makeShape(line, logarithmic);
	kept.set(line, shape);
	return shape;
}

function makeShape({ x, y, starts }: Polyline, logarithmic: boolean): Shape {
	// What has no logarithm is a gap, which the overlay marks.
	const values = logarithmic ? y.map(value => (value > 0 ? Math.log10(value) : Number.NaN)) : y;
	const frame = frameOf(x, values);
	const parts: Part[] = [];
	let end: Shape['end'];
	const redone = redonePlaces({ x, starts });
	for (const [i, start] of starts.entries()) {
		const stretchEnd = starts[i + 1] ?? x.length;
		const redoneFrom = redone[i] ?? Infinity;
		let split = start;
		while (split < stretchEnd && (x[split] ?? 0) < redoneFrom) {
			split++;
		}
		if (split < stretchEnd) {
			parts.push(partOf(x, values, split, stretchEnd, frame, true));
		}
		const keptEnd = Math.min(stretchEnd, split + 1);
		parts.push(partOf(x, values, start, keptEnd, frame, false));
		for (let last = keptEnd - 1; i === starts.length - 1 && last >= start && !end; last--) {
			const value = values[last] ?? Number.NaN;
			end = Number.isNaN(value) ? undefined : [x[last] ?? 0, value];
		}
	}
	return { frame, parts, end };
}

function frameOf(x: Float64Array, values: Float64Array): Frame {
	let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
	for (let i = 0; i < x.length; i++) {
		const at = x[i] ?? 0;
		const value = values[i] ?? Number.NaN;
		left = at < left ? at : left;
		right = at > right ? at : right;
		low = value < low ? value : low;
		high = value > high ? value : high;
	}
	return {
		x: left < Infinity ? left : 0,
		width: right > left ? right - left : 1,
		y: low < Infinity ? low : 0,
		height: high > low ? high - low : 1,
	};
}

function partOf(
	x: Float64Array,
	values: Float64Array,
	start: number,
	end: number,
	frame: Frame,
	isRedone: boolean,
): Part {
	const path = new Path2D();
	const dots: number[] = [];
	const isFew = end - start <= fewPoints;
	const isGap = (i: number): boolean =>
		i < start || i >= end || Number.isNaN(values[i] ?? Number.NaN);
	let isDown = false;
	for (let i = start; i < end; i++) {
		const value = values[i] ?? Number.NaN;
		if (Number.isNaN(value)) {
			isDown = false;
			continue;
		}
		const at = x[i] ?? 0;
		const unitX = (at - frame.x) / frame.width;
		const unitY = (value - frame.y) / frame.height;
		if (isDown) {
			path.lineTo(unitX, unitY);
		} else {
			path.moveTo(unitX, unitY);
			isDown = true;
		}
		if (isFew || (isGap(i - 1) && isGap(i + 1))) {
			dots.push(at, value);
		}
	}
	return { path, dots, isRedone };
}

/** The run's mark, in the words of chart.js. */
function drawMark(context: CanvasRenderingContext2D, mark: Mark, x: number, y: number): void {
	const r = markRadius;
	const d = r * Math.SQRT1_2;
	context.beginPath();
	context.lineWidth = 2;
	switch (mark) {
		case 'circle':
			context.arc(x, y, r, 0, 2 * Math.PI);
			context.fill();
			return;
		case 'rect':
			context.fillRect(x - d, y - d, 2 * d, 2 * d);
			return;
		case 'rectRot':
			context.moveTo(x, y - r);
			context.lineTo(x + r, y);
			context.lineTo(x, y + r);
			context.lineTo(x - r, y);
			context.fill();
			return;
		default: {
			const arms = [
				...(mark === 'crossRot' ? [] : [[r, 0] as const, [0, r] as const]),
				...(mark === 'cross' ? [] : [[d, d] as const, [d, -d] as const]),
			];
			for (const [dx, dy] of arms) {
				context.moveTo(x - dx, y - dy);
				context.lineTo(x + dx, y + dy);
			}
			context.stroke();
		}
	}
}
