import type { LineDrawing } from '../../../../src/core/metrics/drawing';
import type { MonitoredRun } from '../../../../src/protocol/runMonitor';

/** A running run with what a test does not care about filled in. */
export function monitored(id: string, fields: Partial<MonitoredRun> = {}): MonitoredRun {
	return {
		id,
		name: `run ${id}`,
		kind: 'train',
		method: 'sft',
		hostName: 'local',
		createdAt: '2026-01-01T00:00:00Z',
		state: 'running',
		message: '',
		attempt: 1,
		readOnly: false,
		lastLogLine: '',
		skipped: [],
		...fields,
	};
}

/** A line as the host draws it, in one stretch. */
export function lineDrawing(
	source: string,
	line: number,
	points: readonly (readonly [number, number])[] = [[1, 1]],
): LineDrawing {
	const y = Float64Array.from(points, ([, value]) => value);
	const values = [...y];
	return {
		source,
		line,
		facts: {
			points: points.length,
			first: values[0] ?? Number.NaN,
			last: values.at(-1) ?? Number.NaN,
			lastStep: points.at(-1)?.[0] ?? Number.NaN,
			lowest: Math.min(...values),
			highest: Math.max(...values),
		},
		logged: { x: Float64Array.from(points, ([x]) => x), y, starts: [0] },
		pointsShown: points.length,
		notFinite: 0,
		notPositive: 0,
		clipped: 0,
	};
}
