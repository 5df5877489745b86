import type { MetricPoint } from '../../training/runLibrary';
import { csvRecords, unguarded, type CsvCell } from './csvCells';
import { parseExactNumber } from './exactNumber';
import { lineColumns } from './metricsCsv';

export interface ReadLines {
	readonly id: string;
	readonly name: string;
	readonly points: readonly MetricPoint[];
}

export interface ReadMetricsCsv {
	/** In the order in which they first appear. */
	readonly sources: readonly ReadLines[];
	/** Rows that are no lines: cut off, or with text where a number belongs. */
	readonly broken: number;
}

const kinds: ReadonlySet<string> = new Set([
	'step',
	'train',
	'eval',
	'summary',
	'check',
	'system',
	'marker',
	'evaluation',
]);

/** Reads what `metricsCsv` wrote. Undefined for any other CSV. */
export function readMetricsCsv(text: string): ReadMetricsCsv | undefined {
	const sources = new Map<string, { id: string; name: string; points: MetricPoint[] }>();
	let metrics: readonly string[] | undefined;
	let broken = 0;
	for (const record of csvRecords(text)) {
		if (metrics === undefined) {
			if (!lineColumns.every((column, i) => record[i]?.text === column)) {
				return undefined;
			}
			metrics = record.slice(lineColumns.length).map(cell => unguarded(cell) ?? '');
			continue;
		}
		const [id, name] = record.slice(0, 2).map(cell => unguarded(cell) ?? '');
		const point = pointOf(record, metrics);
		if (point === undefined || id === undefined || name === undefined) {
			broken++;
			continue;
		}
		const source = sources.get(id) ?? { id, name, points: [] };
		sources.set(id, source);
		source.points.push(point);
	}
	return metrics && { sources: [...sources.values()], broken };
}

function pointOf(record: readonly CsvCell[], metrics: readonly string[]): MetricPoint | undefined {
	const [, , n, attempt, kind, label, step, epoch, time, wall] = record;
	const numbers = [n, attempt, step, time, wall].map(cell => parseExactNumber(cell?.text ?? ''));
	const isWhole =
		record.length === lineColumns.length + metrics.length &&
		kinds.has(kind?.text ?? '') &&
		numbers.every(number => number !== undefined);
	if (!isWhole || label === undefined || epoch === undefined) {
		return undefined;
	}
	const values: [string, number][] = [];
	for (const [i, metric] of metrics.entries()) {
		const text = record[lineColumns.length + i]?.text ?? '';
		if (text !== '') {
			const value = parseExactNumber(text);
			if (value === undefined) {
				return undefined;
			}
			values.push([metric, value]);
		}
	}
	const epochNumber = epoch.text === '' ? undefined : parseExactNumber(epoch.text);
	const labelText = unguarded(label);
	const [lineNumber = 0, attemptNumber = 0, stepNumber = 0, seconds = 0, clock = 0] = numbers;
	return {
		n: lineNumber,
		attempt: attemptNumber,
		step: stepNumber,
		time: seconds,
		wall: clock,
		kind: kind?.text as MetricPoint['kind'],
		values: Object.fromEntries(values),
		...(epochNumber === undefined ? {} : { epoch: epochNumber }),
		...(labelText === undefined ? {} : { label: labelText }),
	};
}
