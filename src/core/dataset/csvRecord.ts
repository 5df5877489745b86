import { hasByteOrderMark } from './container';
import { NumberText, parseExactly } from './exactJson';

/** How a CSV file writes its records. */
export interface CsvDialect {
	readonly delimiter: ',' | ';' | '\t';
	/** Names of the header, made unique; fields beyond them are called `column 7`. */
	readonly columns: readonly string[];
}

interface Field {
	readonly value: string;
	/** As it stands in the file. */
	readonly raw: Uint8Array;
}

const quote = 34;
const newline = 10;
const carriageReturn = 13;
const delimiters = [',', ';', '\t'] as const;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * The delimiter is the one that splits the header into most columns, before all one by which the
 * next records have as many.
 */
export function detectCsvDialect(head: Uint8Array): CsvDialect {
	const text = head.subarray(hasByteOrderMark(head) ? 3 : 0);
	const split = delimiters.map(delimiter => {
		const records = firstRecords(text, delimiter).map(record => splitRecord(record, delimiter));
		const [header = []] = records;
		const agree = records.every(fields => fields.length === header.length);
		return { delimiter, header, score: header.length + (agree && header.length > 1 ? 1e6 : 0) };
	});
	const best = split.reduce((a, b) => (b.score > a.score ? b : a));
	return { delimiter: best.delimiter, columns: uniqueNames(best.header.map(({ value }) => value)) };
}

/** The record as JSON: an object of texts. Missing fields are left out. */
export function csvToJson(record: Uint8Array, dialect: CsvDialect): string {
	const cells = splitRecord(record, dialect.delimiter).map(
		({ value }, i) => `${JSON.stringify(columnName(dialect, i))}:${JSON.stringify(value)}`,
	);
	return `{${cells.join(',')}}`;
}

/**
 * The record of a row that was edited. Fields that say the same keep their bytes. Throws an error
 * that names the column when CSV has no way to write the row.
 *
 * @param original the record as it stands in the file; `undefined` for an added row
 */
export function jsonToCsv(
	row: Uint8Array,
	original: Uint8Array | undefined,
	dialect: CsvDialect,
): Uint8Array {
	const value = parseExactly(decoder.decode(row));
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new Error('a row of a CSV file is an object');
	}
	const before = original ? splitRecord(original, dialect.delimiter) : [];
	const cells = new Map<string, unknown>(Object.entries(value));
	const count = Math.max(
		dialect.columns.length,
		before.length,
		...[...cells.keys()].map(key => extraColumn(key, dialect)),
	);
	const written: Uint8Array[] = [];
	let lastGiven = 0;
	for (let i = 0; i < count; i++) {
		const name = columnName(dialect, i);
		const cell = cells.get(name);
		lastGiven = cells.has(name) ? i + 1 : lastGiven;
		cells.delete(name);
		const text = cellText(cell, name);
		const old = before[i];
		written.push(old?.value === text ? old.raw : quoted(text, dialect.delimiter, i === 0));
	}
	const [unknown] = cells.keys();
	if (unknown !== undefined) {
		throw new Error(`the header has no column “${unknown}”`);
	}
	// A record that was too short stays so, unless what was missing is given now.
	const isShort = original !== undefined && before.length < dialect.columns.length;
	return joinFields(
		written.slice(0, isShort ? Math.max(before.length, lastGiven) : count),
		dialect.delimiter,
	);
}

/** The header line of a new file. */
export function csvHeader(columns: readonly string[]): Uint8Array {
	return joinFields(
		columns.map((name, i) => quoted(name, ',', i === 0)),
		',',
	);
}

function splitRecord(record: Uint8Array, delimiter: string): Field[] {
	const separator = delimiter.charCodeAt(0);
	const fields: Field[] = [];
	let start = 0;
	for (;;) {
		const end = fieldEnd(record, start, separator);
		const raw = record.subarray(start, end);
		fields.push({ raw, value: fieldValue(raw) });
		if (end >= record.length) {
			return fields;
		}
		start = end + 1;
	}
}

function fieldEnd(record: Uint8Array, start: number, separator: number): number {
	let at = start;
	if (record[at] === quote) {
		at = closingQuote(record, start) + 1;
	}
	const end = record.indexOf(separator, at);
	return end < 0 ? record.length : end;
}

/** The quote that ends the field, or the end where none does. */
function closingQuote(record: Uint8Array, start: number): number {
	let at = start + 1;
	for (;;) {
		const end = record.indexOf(quote, at);
		if (end < 0) {
			return record.length;
		}
		if (record[end + 1] !== quote) {
			return end;
		}
		at = end + 2;
	}
}

function fieldValue(raw: Uint8Array): string {
	if (raw[0] !== quote) {
		return decoder.decode(raw);
	}
	const end = closingQuote(raw, 0);
	const inner = decoder.decode(raw.subarray(1, end)).replaceAll('""', '"');
	return inner + decoder.decode(raw.subarray(end + 1));
}

/** The header and a few records after it; the last may be cut off by the end of the head. */
function firstRecords(bytes: Uint8Array, delimiter: string): Uint8Array[] {
	const separator = delimiter.charCodeAt(0);
	const records: Uint8Array[] = [];
	let start = 0;
	let isFieldStart = true;
	for (let at = 0; at < bytes.length && records.length < 5; at++) {
		const byte = bytes[at];
		if (byte === quote && isFieldStart) {
			at = closingQuote(bytes, at);
		} else if (byte === newline) {
			const end = bytes[at - 1] === carriageReturn ? at - 1 : at;
			if (end > start) {
				records.push(bytes.subarray(start, end));
			}
			start = at + 1;
		}
		isFieldStart = byte === separator || byte === newline;
	}
	return records.length === 0 ? [bytes.subarray(start)] : records;
}

function uniqueNames(names: readonly string[]): string[] {
	const taken = new Set<string>();
	return names.map((name, i) => {
		const wanted = name === '' ? `column ${i + 1}` : name;
		let unique = wanted;
		for (let n = 2; taken.has(unique); n++) {
			unique = `${wanted} ${n}`;
		}
		taken.add(unique);
		return unique;
	});
}

function columnName(dialect: CsvDialect, index: number): string {
	return dialect.columns[index] ?? `column ${index + 1}`;
}

/** Number of a column beyond the header, or 0. */
function extraColumn(name: string, { columns }: CsvDialect): number {
	const number = Number(/^column (\d{1,4})$/.exec(name)?.[1] ?? 0);
	return number > columns.length ? number : 0;
}

function cellText(cell: unknown, column: string): string {
	switch (typeof cell) {
		case 'string':
			return cell;
		case 'undefined':
			return '';
		case 'boolean':
			return String(cell);
		default:
			if (cell === null) {
				return '';
			}
			if (cell instanceof NumberText) {
				return cell.text;
			}
			throw new Error(`the column “${column}” would hold more than a text`);
	}
}

/** A lone empty field is quoted, since a line without a character is no record. */
function quoted(text: string, delimiter: string, isFirst: boolean): Uint8Array {
	const needs = /["\r\n]/.test(text) || text.includes(delimiter) || (isFirst && text === '');
	return encoder.encode(needs ? `"${text.replaceAll('"', '""')}"` : text);
}

function joinFields(fields: readonly Uint8Array[], delimiter: string): Uint8Array {
	const size = fields.reduce((sum, field) => sum + field.length + 1, -1);
	const joined = new Uint8Array(Math.max(0, size));
	let at = 0;
	for (const [i, field] of fields.entries()) {
		if (i > 0) {
			joined[at++] = delimiter.charCodeAt(0);
		}
		joined.set(field, at);
		at += field.length;
	}
	return joined;
}
