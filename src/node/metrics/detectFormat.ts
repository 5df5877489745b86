import { parseMetricLine } from '../../core/contract/parseRunFiles';
import { lineColumns } from '../../core/metrics/export/metricsCsv';
import { csvCells, csvHeader } from './formats/csvTable';
import { isTrainerLog } from './formats/jsonLines';
import { hasPrintedMetrics } from './formats/printedDicts';
import { roleOf } from './metricNames';
import { isObject, parseJsonObject } from './pythonJson';
import { numberIn } from './takeRecord';
import { looksLikeTfRecords } from './tfRecords';

/** What metrics stand in, as people know it. */
export type MetricFormat =
	| 'metrics.jsonl'
	| 'trainer_state.json'
	| 'TensorBoard events'
	| 'trainer_log.jsonl'
	| 'JSON lines'
	| 'CSV'
	| 'Windsock CSV'
	| 'log'
	| 'Trackio database'
	| 'Parquet'
	| 'W&B file';

/** Bytes from the beginning that tell a format. */
export const headLength = 64 * 1024;
/** Lines that may stand before the first that tells. */
const firstLines = 20;

const ascii = (bytes: Uint8Array, length: number): string =>
	String.fromCharCode(...bytes.subarray(0, length));

/**
 * What a file holds, by its first bytes whatever it is called; undefined for no metrics. A log can
 * begin with anything: where the head tells nothing, its end may.
 */
export function detectFormat(head: Uint8Array, tail: Uint8Array = head): MetricFormat | undefined {
	if (looksLikeTfRecords(head)) {
		return 'TensorBoard events';
	}
	if (ascii(head, 4) === ':W&B') {
		return 'W&B file';
	}
	if (ascii(head, 15) === 'SQLite format 3') {
		return 'Trackio database';
	}
	if (ascii(head, 4) === 'PAR1') {
		return 'Parquet';
	}
	if (head.includes(0)) {
		return undefined;
	}
	const text = new TextDecoder().decode(head);
	return formatOfText(text) ?? formatOfLog(text, tail);
}

function formatOfText(text: string): MetricFormat | undefined {
	const lines = text.split('\n', firstLines + 1).map(line => line.trimEnd());
	// The last may be cut off by the end of the head.
	const whole = lines.length > 1 ? lines.slice(0, -1) : lines;
	const [first = ''] = whole;
	if (first.startsWith('{') && parseJsonObject(first) === undefined && isStateHead(text)) {
		return 'trainer_state.json';
	}
	// Rows of a document are indented, those of a log of objects are not.
	for (const line of whole.filter(one => one.startsWith('{'))) {
		if (parseMetricLine(line)) {
			return 'metrics.jsonl';
		}
		const record = parseJsonObject(line);
		if (record) {
			if (isTrainerLog(record)) {
				return 'trainer_log.jsonl';
			}
			if (isArray(record['log_history'])) {
				return 'trainer_state.json';
			}
			if (hasStepAndNumber(record)) {
				return 'JSON lines';
			}
		}
	}
	if (text.replace(/^\uFEFF/, '').startsWith(`${lineColumns.join(',')},`)) {
		return 'Windsock CSV';
	}
	return isTable(whole) ? 'CSV' : undefined;
}

function isArray(value: unknown): boolean {
	return Array.isArray(value);
}

/** A document of many lines, whose history may begin beyond the head. */
function isStateHead(text: string): boolean {
	return (
		/"log_history"\s*:\s*\[/.test(text) ||
		(/"global_step"\s*:/.test(text) &&
			/"(?:best_metric|epoch|is_world_process_zero)"\s*:/.test(text))
	);
}

function hasStepAndNumber(record: Readonly<Record<string, unknown>>): boolean {
	const names = Object.keys(record);
	const hasStep = names.some(
		name => roleOf(name) === 'step' && numberIn(record[name]) !== undefined,
	);
	return hasStep && hasNumber(record, 0);
}

function hasNumber(record: Readonly<Record<string, unknown>>, depth: number): boolean {
	return Object.entries(record).some(
		([name, value]) =>
			roleOf(name) === undefined &&
			(numberIn(value) !== undefined ||
				(isObject(value) && depth < 2 && hasNumber(value, depth + 1))),
	);
}

function isTable(lines: readonly string[]): boolean {
	const [first = '', ...rows] = lines.filter(line => line !== '' && !line.startsWith('#'));
	const header = csvHeader(first);
	if (!header) {
		return false;
	}
	const places = header.names.flatMap((name, i) =>
		['step', 'epoch'].includes(roleOf(name) ?? '') ? [i] : [],
	);
	const [row] = rows;
	if (row === undefined) {
		return true;
	}
	const cells = csvCells(row, header.delimiter);
	if (cells === undefined) {
		// A line end within quotes: the record goes on.
		return true;
	}
	return (
		cells.length === header.names.length &&
		places.some(i => numberIn(cells[i] ?? '', true) !== undefined)
	);
}

function formatOfLog(head: string, tail: Uint8Array): MetricFormat | undefined {
	return hasPrintedMetrics(head) || hasPrintedMetrics(new TextDecoder().decode(tail))
		? 'log'
		: undefined;
}
