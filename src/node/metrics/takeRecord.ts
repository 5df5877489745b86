import type { MetricPoint } from '../../core/training/runLibrary';
import { nameMetric, roleOf, stepRank } from './metricNames';
import type { Reading, RunReading } from './reading';

export interface RecordOptions {
	/** Numbers in quotes are numbers: CSV and printed logs have no others. */
	readonly textNumbers?: boolean;
	/** What the container says of the row, where the record itself does not. */
	readonly step?: number;
	readonly wall?: number;
	/** The kind of all its values, where the container knows. */
	readonly kind?: MetricPoint['kind'];
	/** The row is kept though nothing says its step, which is then NaN. */
	readonly maybeStepless?: boolean;
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const named = new Map([
	['nan', Number.NaN],
	['inf', Infinity],
	['+inf', Infinity],
	['-inf', -Infinity],
	['infinity', Infinity],
	['+infinity', Infinity],
	['-infinity', -Infinity],
]);
/** Levels of nested records whose names are joined by `/`. */
const deepest = 3;

/** A logged value; undefined for what is no number. */
export function numberIn(value: unknown, textNumbers = false): number | undefined {
	if (typeof value === 'number') {
		return value;
	}
	if (typeof value !== 'string') {
		return undefined;
	}
	const text = value.trim();
	const number = text.length <= 9 ? named.get(text.toLowerCase()) : undefined;
	return number ?? (textNumbers && decimal.test(text) ? Number(text) : undefined);
}

/** Unix seconds of a number of seconds, milli-, micro- or nanoseconds, or of an ISO time; else NaN. */
export function wallIn(value: unknown, textNumbers = false): number {
	const number = numberIn(value, textNumbers);
	if (number !== undefined) {
		const unit = [1, 1e3, 1e6, 1e9].find(parts => Math.abs(number) < 1e11 * parts);
		return unit === undefined ? Number.NaN : number / unit;
	}
	return typeof value === 'string' ? Date.parse(value) / 1000 : Number.NaN;
}

/** Seconds, also of `0:01:02` and `1 day, 0:01:02`; NaN for neither. */
function secondsIn(value: unknown, textNumbers: boolean): number {
	const number = numberIn(value, textNumbers);
	if (number !== undefined || typeof value !== 'string') {
		return number ?? Number.NaN;
	}
	const parts = /^(?:(\d+) days?, )?(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(value.trim());
	if (!parts) {
		return Number.NaN;
	}
	const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = parts;
	return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}

/** The values of a row by their names, and where it stands. */
interface Row {
	step: number;
	/** How telling the name of its step is. */
	rank: number;
	process: number | undefined;
	epoch: number;
	wall: number;
	time: number;
	readonly values: [name: string, value: number][];
	isSummary: boolean;
}

/**
 * Takes one record of names and values: the row of a table, a printed dict, a logged object. What
 * is no number is counted in `reading`. Values of training and of evaluation become a row each.
 *
 * @returns the step of the row; undefined when it was left out
 */
export function takeRecord(
	record: Readonly<Record<string, unknown>>,
	run: RunReading,
	reading: Reading,
	options: RecordOptions = {},
): number | undefined {
	const row: Row = {
		step: Number.NaN,
		rank: Infinity,
		process: undefined,
		epoch: Number.NaN,
		wall: options.wall ?? Number.NaN,
		time: Number.NaN,
		values: [],
		isSummary: false,
	};
	gather(record, '', 0, row, reading, options.textNumbers === true);
	if (row.rank === Infinity) {
		row.step = options.step ?? Number.NaN;
	}
	if (row.values.length === 0) {
		return undefined;
	}
	if (Number.isNaN(row.step) && options.maybeStepless !== true) {
		reading.skip('rows without a step');
		return undefined;
	}
	add(row, run, options.kind);
	return row.step;
}

function gather(
	record: Readonly<Record<string, unknown>>,
	prefix: string,
	depth: number,
	row: Row,
	reading: Reading,
	textNumbers: boolean,
): void {
	for (const [key, value] of Object.entries(record)) {
		const name = prefix + key;
		const role = value === null || value === undefined ? 'position' : roleOf(name);
		if (role === 'step') {
			const step = numberIn(value, textNumbers);
			const rank = stepRank(name);
			if (step !== undefined && rank < row.rank && Number.isFinite(step)) {
				row.step = step;
				row.rank = rank;
			}
		} else if (role === 'epoch') {
			row.epoch = numberIn(value, textNumbers) ?? row.epoch;
		} else if (role === 'wall') {
			const wall = wallIn(value, textNumbers);
			row.wall = Number.isNaN(wall) ? row.wall : wall;
		} else if (role === 'rank') {
			row.process = numberIn(value, textNumbers) ?? row.process;
		} else if (role === 'time') {
			row.time = secondsIn(value, textNumbers);
		} else if (role === undefined) {
			const number = numberIn(value, textNumbers);
			if (number !== undefined) {
				row.values.push([name, number]);
				row.isSummary ||= key === 'train_runtime';
			} else if (isRecord(value) && depth < deepest && !('_type' in value)) {
				gather(value, `${name}/`, depth + 1, row, reading, textNumbers);
			} else {
				reading.skip('values without a number');
			}
		}
	}
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function add(row: Row, run: RunReading, given: MetricPoint['kind'] | undefined): void {
	const whole = given ?? (row.isSummary ? 'summary' : undefined);
	run.rank ??= row.process;
	// One line through the numbers of two processes would show what neither of them had.
	const apart = row.process === run.rank ? '' : `rank ${row.process ?? 'unknown'}/`;
	const named = row.values.map(([name, value]) => {
		const { name: plain, kind } = whole === undefined ? nameMetric(name) : { name, kind: whole };
		return { name: apart + plain, from: apart + name, kind, value };
	});
	for (const kind of new Set(named.map(metric => metric.kind))) {
		const { clock } = run;
		clock.count(clock.counter(apart + kind), row.step, row.wall);
		const time = clock.timeOf(row.wall);
		run.columns.add({
			kind,
			attempt: clock.attempt,
			step: row.step,
			epoch: row.epoch,
			time: Number.isNaN(row.time) ? time : clock.elapsed(row.time),
			wall: row.wall,
		});
		for (const metric of named) {
			if (metric.kind === kind) {
				const column = run.columns.metric(metric.name);
				// Where two names become one, the second keeps its own.
				const free = run.columns.has(column) ? run.columns.metric(metric.from) : column;
				run.columns.set(free, metric.value);
			}
		}
	}
}
