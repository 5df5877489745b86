import { describe, expect, it } from 'vitest';
import { fillColumns } from '../../../../webview/runMonitor/chart/columns';

interface Column {
	readonly top: number;
	readonly bottom: number;
}

/** The columns that are filled for a line of these values, two points a pixel, by their place. */
function columnsOf(
	values: readonly number[],
	starts: readonly number[] = [0],
): Map<number, Column> {
	const filled = new Map<number, Column>();
	const context = {
		globalAlpha: 1,
		fillRect: (x: number, top: number, _width: number, height: number): void => {
			filled.set(x, { top, bottom: top + height });
		},
	} as unknown as CanvasRenderingContext2D;
	const x = Float64Array.from(values, (_, i) => i);
	fillColumns(
		context,
		{ x, y: Float64Array.from(values), starts },
		{
			range: { min: 0, max: values.length - 1 },
			values: { min: 0, max: 100 },
			logarithmic: false,
			left: 0,
			right: values.length / 2,
			top: 0,
			bottom: 100,
		},
		{ color: 'black', opacity: 1, width: 1, dash: [], mark: undefined },
	);
	return filled;
}

/** Pixels between two columns side by side that neither of them fills. */
function gaps(filled: ReadonlyMap<number, Column>): number[] {
	return [...filled].flatMap(([place, column]) => {
		const next = filled.get(place + 1);
		const gap = next ? Math.max(next.top - column.bottom, column.top - next.bottom) : 0;
		return gap > 1e-9 ? [gap] : [];
	});
}

describe('the columns of a dense line', () => {
	it('touch their neighbours, however far the line goes between two pixels', () => {
		const values = Array.from({ length: 400 }, (_, i) => 50 + 50 * Math.sin(i * i));
		const filled = columnsOf(values);
		expect(filled.size).toBeGreaterThan(190);
		expect(gaps(filled)).toEqual([]);
	});

	it('join nothing over a gap', () => {
		const values = Array.from({ length: 40 }, (_, i) => (i < 20 ? 10 : i === 20 ? Number.NaN : 90));
		expect(gaps(columnsOf(values))).toHaveLength(1);
		const two = Array.from({ length: 40 }, (_, i) => (i < 20 ? 10 : 90));
		expect(gaps(columnsOf(two, [0, 20]))).toHaveLength(1);
	});
});
