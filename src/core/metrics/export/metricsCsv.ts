import type { MetricPoint } from '../../training/runLibrary';
import { textCell } from './csvCells';
import { exactNumber } from './exactNumber';

/** The lines of one run, or of a file that somebody else's training left behind. */
export interface LoggedLines {
	/** Of a run its id, else where it was read from. */
	readonly id: string;
	readonly name: string;
	/** Gone through twice. */
	readonly points: Iterable<MetricPoint>;
}

/** What stands before the metrics, in this order; the place tells it from a metric of that name. */
export const lineColumns = [
	'run',
	'name',
	'n',
	'attempt',
	'kind',
	'label',
	'step',
	'epoch',
	'time',
	'wall',
] as const;

/** Rows in a piece: a few milliseconds of work. */
const pieceRows = 2000;

/**
 * All that was logged as CSV, in pieces: one row for each line, one column for each metric under
 * the name it was logged by, nothing reduced or rounded. A cell is empty where a line has no such
 * value; NaN and the infinities are words. `readMetricsCsv` gives back the same lines, bit by bit.
 */
export function* metricsCsv(sources: readonly LoggedLines[]): Generator<string> {
	const metrics = new Map<string, number>();
	for (const { points } of sources) {
		for (const { values } of points) {
			for (const name of Object.keys(values)) {
				metrics.set(name, metrics.get(name) ?? metrics.size);
			}
		}
	}
	yield `${[...lineColumns, ...Array.from(metrics.keys(), textCell)].join(',')}\n`;
	let piece: string[] = [];
	for (const source of sources) {
		const begin = `${textCell(source.id)},${textCell(source.name)}`;
		for (const point of source.points) {
			piece.push(`${begin},${rowOf(point, metrics)}\n`);
			if (piece.length === pieceRows) {
				yield piece.join('');
				piece = [];
			}
		}
	}
	if (piece.length > 0) {
		yield piece.join('');
	}
}

function rowOf(point: MetricPoint, metrics: ReadonlyMap<string, number>): string {
	const cells = Array.from({ length: metrics.size }, () => '');
	for (const [name, value] of Object.entries(point.values)) {
		cells[metrics.get(name) ?? -1] = exactNumber(value);
	}
	return [
		exactNumber(point.n),
		exactNumber(point.attempt),
		point.kind,
		textCell(point.label),
		exactNumber(point.step),
		point.epoch === undefined ? '' : exactNumber(point.epoch),
		exactNumber(point.time),
		exactNumber(point.wall),
		...cells,
	].join(',');
}
