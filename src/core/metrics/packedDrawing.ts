import type { LineDrawing, PanelDrawing, Polyline } from './drawing';

interface PackedLine {
	readonly facts: Omit<LineDrawing, 'logged' | 'smoothed'>;
	/** Points of each stretch, of the logged line and of the average. */
	readonly logged: readonly number[];
	readonly smoothed?: readonly number[];
}

/** A drawing whose numbers stand in one array, which travels as one buffer. */
export interface PackedDrawing {
	readonly drawing: Omit<PanelDrawing, 'lines'>;
	readonly lines: readonly PackedLine[];
	/** For each polyline all its x, then all its y, in the order of the lines. */
	readonly numbers: Float64Array;
}

export function packDrawing({ lines, ...drawing }: PanelDrawing): PackedDrawing {
	const polylines = lines.flatMap(({ logged, smoothed }) =>
		smoothed ? [logged, smoothed] : [logged],
	);
	const numbers = new Float64Array(polylines.reduce((sum, { x }) => sum + 2 * x.length, 0));
	let at = 0;
	for (const { x, y } of polylines) {
		numbers.set(x, at);
		numbers.set(y, at + x.length);
		at += 2 * x.length;
	}
	return {
		drawing,
		lines: lines.map(({ logged, smoothed, ...facts }) => ({
			facts,
			logged: lengthsOf(logged),
			...(smoothed ? { smoothed: lengthsOf(smoothed) } : {}),
		})),
		numbers,
	};
}

export function unpackDrawing({ drawing, lines, numbers }: PackedDrawing): PanelDrawing {
	let at = 0;
	const polyline = (lengths: readonly number[]): Polyline => {
		const length = lengths.reduce((sum, points) => sum + points, 0);
		const x = numbers.subarray(at, at + length);
		const y = numbers.subarray(at + length, at + 2 * length);
		at += 2 * length;
		let start = 0;
		const starts = lengths.map(points => (start += points) - points);
		return { x, y, starts };
	};
	return {
		...drawing,
		lines: lines.map(({ facts, logged, smoothed }) => ({
			...facts,
			logged: polyline(logged),
			...(smoothed ? { smoothed: polyline(smoothed) } : {}),
		})),
	};
}

function lengthsOf({ x, starts }: Polyline): readonly number[] {
	return starts.map((start, i) => (starts[i + 1] ?? x.length) - start);
}
