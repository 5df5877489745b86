import type { Granularity, LineDrawing, PanelDrawing, Polyline } from './drawing';

interface PackedLine {
	readonly counts: Omit<LineDrawing, 'logged' | 'smoothed' | 'facts'>;
	readonly points: number;
	readonly granularity?: Granularity;
	/** Points of each stretch, of the logged line and of the average. */
	readonly logged: readonly number[];
	readonly smoothed?: readonly number[];
}

/** Numbers of a line before its points: first, last, lastStep, lowest, highest. */
const factNumbers = 5;

/**
 * A drawing whose numbers stand in one array, which travels to a page as one buffer. Beside buffers
 * a page gets JSON, in which there is no NaN.
 */
export interface PackedDrawing {
	readonly drawing: Omit<PanelDrawing, 'lines'>;
	readonly lines: readonly PackedLine[];
	/** For each line its facts, then for each of its polylines all its x and all its y. */
	readonly numbers: Float64Array;
}

export function packDrawing({ lines, ...drawing }: PanelDrawing): PackedDrawing {
	const length = lines.reduce(
		(sum, { logged, smoothed }) =>
			sum + factNumbers + 2 * logged.x.length + 2 * (smoothed?.x.length ?? 0),
		0,
	);
	const numbers = new Float64Array(length);
	let at = 0;
	const put = (some: ArrayLike<number>): void => {
		numbers.set(some, at);
		at += some.length;
	};
	return {
		drawing,
		lines: lines.map(({ logged, smoothed, facts, ...counts }) => {
			const { points, granularity } = facts;
			put([facts.first, facts.last, facts.lastStep, facts.lowest, facts.highest]);
			for (const { x, y } of smoothed ? [logged, smoothed] : [logged]) {
				put(x);
				put(y);
			}
			return {
				counts,
				points,
				...(granularity ? { granularity } : {}),
				logged: lengthsOf(logged),
				...(smoothed ? { smoothed: lengthsOf(smoothed) } : {}),
			};
		}),
		numbers,
	};
}

export function unpackDrawing({ drawing, lines, numbers }: PackedDrawing): PanelDrawing {
	let at = 0;
	const take = (length: number): Float64Array => numbers.subarray(at, (at += length));
	const polyline = (lengths: readonly number[]): Polyline => {
		const length = lengths.reduce((sum, points) => sum + points, 0);
		let start = 0;
		const starts = lengths.map(points => (start += points) - points);
		return { x: take(length), y: take(length), starts };
	};
	return {
		...drawing,
		lines: lines.map(({ counts, points, granularity, logged, smoothed }) => {
			const [first = 0, last = 0, lastStep = 0, lowest = 0, highest = 0] = take(factNumbers);
			const facts = { points, first, last, lastStep, lowest, highest };
			return {
				...counts,
				facts: { ...facts, ...(granularity ? { granularity } : {}) },
				logged: polyline(logged),
				...(smoothed ? { smoothed: polyline(smoothed) } : {}),
			};
		}),
	};
}

function lengthsOf({ x, starts }: Polyline): readonly number[] {
	return starts.map((start, i) => (starts[i + 1] ?? x.length) - start);
}
