import { ownColor } from '../../shared/theme';
import type { ModelLine } from '../panelModel';

/** Pixels of the strokes across both ends of a bar, to each side. */
const capWidth = 3.5;

/** What places a bar; a value without a place on the axis (0 on a logarithmic one) gives NaN. */
export interface Placing {
	pixelOfX(x: number): number;
	pixelOfY(y: number): number;
}

/** The interval of one point. An end that nobody told is the value itself. */
export interface Interval {
	readonly x: number;
	readonly low: number;
	readonly high: number;
}

/** The intervals of a run's scores, from the lines that hold their ends. */
export function intervalsOf(lines: readonly ModelLine[], score: ModelLine): readonly Interval[] {
	const ends = (bound: 'low' | 'high'): ReadonlyMap<number, number> => {
		const found = lines.find(
			({ line, shown }) => line.bound === bound && shown.id === score.shown.id,
		);
		const { x, y } = found?.drawn.logged ?? { x: new Float64Array(), y: new Float64Array() };
		return new Map(Array.from(x, (at, i) => [at, y[i] ?? Number.NaN]));
	};
	const [lows, highs] = [ends('low'), ends('high')];
	const { x, y } = score.drawn.logged;
	return Array.from(x, (at, i) => {
		const value = y[i] ?? Number.NaN;
		return { x: at, low: lows.get(at) ?? value, high: highs.get(at) ?? value };
	}).filter(({ low, high }) => high > low);
}

/** Draws the intervals of all scores of a panel behind their points. */
export function drawErrorBars(
	context: CanvasRenderingContext2D,
	lines: readonly ModelLine[],
	placing: Placing,
): void {
	if (lines.every(({ line }) => line.bound === undefined)) {
		return;
	}
	for (const score of lines.filter(({ line }) => line.bound === undefined)) {
		context.strokeStyle = ownColor(score.color);
		context.lineWidth = 1.25;
		context.globalAlpha = 0.75;
		for (const { x, low, high } of intervalsOf(lines, score)) {
			const at = placing.pixelOfX(x);
			const [top, bottom] = [placing.pixelOfY(high), placing.pixelOfY(low)];
			context.beginPath();
			context.moveTo(at, top);
			context.lineTo(at, bottom);
			for (const end of [top, bottom]) {
				context.moveTo(at - capWidth, end);
				context.lineTo(at + capWidth, end);
			}
			context.stroke();
		}
		context.globalAlpha = 1;
	}
}
