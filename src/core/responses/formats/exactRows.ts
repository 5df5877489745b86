import { NumberText, parseExactly } from '../../dataset/exactJson';

/** A row as it was read: every field, and every number as it is written (`NumberText`). */
export type ExactRow = Readonly<Record<string, unknown>>;

export interface FileRow {
	/** Line, or place in the array, from 1. */
	readonly line: number;
	readonly row: ExactRow;
}

export interface RowFault {
	readonly line: number;
	readonly reason: string;
}

/** `object`: one JSON document, its only row. */
export type Container = 'lines' | 'array' | 'object';

export interface RowsFile {
	readonly container: Container;
	readonly rows: readonly FileRow[];
	readonly faults: readonly RowFault[];
}

export function isRecord(value: unknown): value is ExactRow {
	return (
		typeof value === 'object' &&
		value !== null &&
		!Array.isArray(value) &&
		!(value instanceof NumberText)
	);
}

export function textOf(value: unknown): string | undefined {
	return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
	const number = value instanceof NumberText ? Number(value.text) : value;
	return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** An id, be it written as a text or as a number. */
export function idOf(value: unknown): string | undefined {
	if (value instanceof NumberText) {
		const number = Number(value.text);
		return Number.isSafeInteger(number) ? String(number) : value.text;
	}
	return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The rows of JSON lines, of a JSON array, or the one document that a text is. */
export function readRows(text: string): RowsFile {
	const source = text.replace(/^\uFEFF/, '');
	const start = source.trimStart()[0];
	if (start === '[') {
		return readArray(source);
	}
	if (start === '{') {
		const whole = parse(source);
		if (whole.ok && isRecord(whole.value)) {
			return { container: 'object', rows: [{ line: 1, row: whole.value }], faults: [] };
		}
	}
	return readLines(source);
}

function readArray(source: string): RowsFile {
	const whole = parse(source);
	if (!whole.ok || !Array.isArray(whole.value)) {
		const reason = whole.ok ? 'it is not a list' : whole.reason;
		return { container: 'array', rows: [], faults: [{ line: 1, reason }] };
	}
	const rows: FileRow[] = [];
	const faults: RowFault[] = [];
	for (const [index, row] of whole.value.entries()) {
		if (isRecord(row)) {
			rows.push({ line: index + 1, row });
		} else {
			faults.push({ line: index + 1, reason: 'it is not an object' });
		}
	}
	return { container: 'array', rows, faults };
}

function readLines(source: string): RowsFile {
	const rows: FileRow[] = [];
	const faults: RowFault[] = [];
	for (const [index, text] of source.split('\n').entries()) {
		if (text.trim() === '') {
			continue;
		}
		const line = index + 1;
		const parsed = parse(text);
		if (!parsed.ok) {
			faults.push({ line, reason: parsed.reason });
		} else if (isRecord(parsed.value)) {
			rows.push({ line, row: parsed.value });
		} else {
			faults.push({ line, reason: 'it is not an object' });
		}
	}
	return { container: 'lines', rows, faults };
}

type Parsed = { readonly ok: true; readonly value: unknown } | { ok: false; reason: string };

function parse(text: string): Parsed {
	try {
		return { ok: true, value: parseExactly(text) };
	} catch (error) {
		if (error instanceof RangeError) {
			return { ok: false, reason: 'it is nested too deeply' };
		}
		const plain = withoutNaN(text);
		return plain === text
			? { ok: false, reason: `not valid JSON: ${(error as Error).message}` }
			: parse(plain);
	}
}

/** Python writes `NaN`, which is no JSON: no number is known there. */
function withoutNaN(text: string): string {
	return text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, token =>
		token.startsWith('"') ? token : 'null',
	);
}

interface RawJson {
	rawJSON(text: string): unknown;
}

/** JSON text with every number as it was written. */
export function printExactly(value: unknown, indent?: number): string {
	return JSON.stringify(
		value,
		(_key, item: unknown) =>
			item instanceof NumberText ? (JSON as unknown as RawJson).rawJSON(item.text) : item,
		indent,
	);
}

export function printRows(rows: readonly ExactRow[], container: Container): string {
	switch (container) {
		case 'lines':
			return rows.map(row => `${printExactly(row)}\n`).join('');
		case 'array':
			return `${printExactly(rows, 4)}\n`;
		case 'object':
			return `${printExactly(rows[0] ?? {}, 2)}\n`;
	}
}

/**
 * The row with these fields, in its own order and with all others. A field that says the same
 * keeps its spelling; an undefined one stays as it is.
 */
export function overlay(row: ExactRow, fields: Readonly<Record<string, unknown>>): ExactRow {
	const result: Record<string, unknown> = { ...row };
	for (const [key, value] of Object.entries(fields)) {
		if (value !== undefined && !saysTheSame(row[key], value)) {
			result[key] = value;
		}
	}
	return result;
}

function saysTheSame(there: unknown, value: unknown): boolean {
	if (there instanceof NumberText || value instanceof NumberText) {
		return Number(String(there)) === Number(String(value)) && there !== null && there !== '';
	}
	if (Array.isArray(there) && Array.isArray(value)) {
		return there.length === value.length && there.every((item, i) => saysTheSame(item, value[i]));
	}
	if (isRecord(there) && isRecord(value)) {
		const keys = Object.keys(there);
		return (
			keys.length === Object.keys(value).length &&
			keys.every(key => Object.hasOwn(value, key) && saysTheSame(there[key], value[key]))
		);
	}
	return there === value;
}

/** Ids of the benchmarks are numbers or texts; one that is all digits is a number. */
export function writtenId(id: string): string | number {
	return /^(0|[1-9]\d{0,14})$/.test(id) ? Number(id) : id;
}
