import type { SchemaElement, SchemaTree } from 'hyparquet';
import { isDeepStrictEqual } from 'node:util';
import { NumberText } from '../../core/dataset/exactJson';
import { binaryBytes, binaryText } from './binaryText';
import {
	dateDays,
	dateText,
	decimalText,
	decimalUnscaled,
	timestampText,
	timestampTicks,
	timeText,
	timeTicks,
	type TimeUnit,
} from './parquetTimes';

/** What a leaf means, beside how its values are stored. */
type Meaning =
	| { readonly kind: 'text' | 'bytes' | 'date' | 'uuid' | 'float16' | 'plain' | 'unsigned' }
	| { readonly kind: 'decimal'; readonly scale: number }
	| { readonly kind: 'time'; readonly unit: TimeUnit }
	| { readonly kind: 'timestamp'; readonly unit: TimeUnit; readonly isUtc: boolean };

export function isTextLeaf({ converted_type: converted, logical_type: logical }: SchemaElement) {
	return (
		['UTF8', 'ENUM', 'JSON'].includes(converted ?? '') ||
		['STRING', 'ENUM', 'JSON'].includes(logical?.type ?? '')
	);
}

function meaningOf(element: SchemaElement): Meaning {
	const { converted_type: converted, logical_type: logical, type } = element;
	if (isTextLeaf(element)) {
		return { kind: 'text' };
	}
	if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') {
		return { kind: 'decimal', scale: element.scale ?? 0 };
	}
	if (logical?.type === 'TIMESTAMP') {
		return { kind: 'timestamp', unit: logical.unit, isUtc: logical.isAdjustedToUTC };
	}
	if (logical?.type === 'TIME') {
		return { kind: 'time', unit: logical.unit };
	}
	switch (converted) {
		case 'DATE':
			return { kind: 'date' };
		case 'TIMESTAMP_MILLIS':
			return { kind: 'timestamp', unit: 'MILLIS', isUtc: true };
		case 'TIMESTAMP_MICROS':
			return { kind: 'timestamp', unit: 'MICROS', isUtc: true };
		case 'TIME_MILLIS':
			return { kind: 'time', unit: 'MILLIS' };
		case 'TIME_MICROS':
			return { kind: 'time', unit: 'MICROS' };
		case 'UINT_32':
		case 'UINT_64':
			return { kind: 'unsigned' };
		default:
			break;
	}
	if (logical?.type === 'UUID' || logical?.type === 'FLOAT16') {
		return { kind: logical.type === 'UUID' ? 'uuid' : 'float16' };
	}
	if (logical?.type === 'DATE') {
		return { kind: 'date' };
	}
	if (type === 'INT96') {
		return { kind: 'timestamp', unit: 'NANOS', isUtc: false };
	}
	return { kind: type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY' ? 'bytes' : 'plain' };
}

/** The node of a list's items, or `undefined` for what is no list. */
function itemNode(node: SchemaTree): SchemaTree | undefined {
	const [inner, ...others] = node.children;
	if (node.element.converted_type !== 'LIST' || !inner || others.length > 0) {
		return undefined;
	}
	return inner.element.repetition_type === 'REPEATED' && inner.children.length === 1
		? inner.children[0]
		: inner;
}

/** JSON text of a stored value. Whole numbers, decimals and times keep every digit. */
export function parquetToJson(node: SchemaTree, value: unknown): string {
	if (value === null || value === undefined) {
		return 'null';
	}
	const item = itemNode(node);
	if (Array.isArray(value)) {
		return `[${value.map(one => parquetToJson(item ?? leafOf(node), one)).join(',')}]`;
	}
	if (node.children.length === 0) {
		return leafToJson(node.element, value);
	}
	if (node.element.converted_type === 'MAP') {
		const inner = node.children[0]?.children[1];
		return objectText(
			Object.entries(value).map(([key, one]) => [key, inner ? parquetToJson(inner, one) : 'null']),
		);
	}
	return objectText(
		node.children.map(child => [
			child.element.name,
			parquetToJson(child, Reflect.get(value, child.element.name)),
		]),
	);
}

/** A repeated field that no list wraps: its items are like a field that is there once. */
function leafOf(node: SchemaTree): SchemaTree {
	return { ...node, element: { ...node.element, repetition_type: 'REQUIRED' } };
}

function objectText(entries: readonly (readonly [key: string, text: string])[]): string {
	return `{${entries.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
}

function leafToJson(element: SchemaElement, value: unknown): string {
	const meaning = meaningOf(element);
	switch (meaning.kind) {
		case 'text':
			return JSON.stringify(String(value));
		case 'bytes':
			return JSON.stringify(value instanceof Uint8Array ? binaryText(value) : String(value));
		case 'decimal':
			return decimalText(unscaledOf(value), meaning.scale);
		case 'date':
			return JSON.stringify(dateText(Number(value)));
		case 'time':
			return JSON.stringify(timeText(BigInt(value as number), meaning.unit));
		case 'timestamp':
			return JSON.stringify(timestampText(BigInt(value as bigint), meaning.unit, meaning.isUtc));
		case 'uuid':
			return JSON.stringify(
				Buffer.from(value as Uint8Array)
					.toString('hex')
					.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
			);
		case 'float16':
			return floatText(halfFloat(value as Uint8Array));
		case 'unsigned':
			return String(BigInt.asUintN(element.type === 'INT64' ? 64 : 32, BigInt(value as bigint)));
		case 'plain':
			return typeof value === 'number' && /FLOAT|DOUBLE/.test(element.type ?? '')
				? floatText(value)
				: String(value);
	}
}

/** With a point, so that it is seen that the column holds fractions. */
function floatText(value: number): string {
	if (!Number.isFinite(value)) {
		return JSON.stringify(String(value));
	}
	const text = Object.is(value, -0) ? '-0' : String(value);
	return /[.e]/.test(text) ? text : `${text}.0`;
}

/**
 * The stored value of an edited cell. Throws an error that says what does not fit.
 *
 * @param cell from `parseExactly`
 */
export function jsonToParquet(node: SchemaTree, cell: unknown): unknown {
	if (cell === null || cell === undefined) {
		if (node.element.repetition_type === 'REQUIRED') {
			throw new Error('it must not be empty');
		}
		return undefined;
	}
	const item = itemNode(node);
	if (item || node.element.repetition_type === 'REPEATED') {
		if (!Array.isArray(cell)) {
			throw new Error('it is a list');
		}
		return cell.map(one => jsonToParquet(item ?? leafOf(node), one));
	}
	if (node.children.length === 0) {
		return jsonToLeaf(node.element, cell);
	}
	if (typeof cell !== 'object' || Array.isArray(cell) || cell instanceof NumberText) {
		throw new Error(
			`it has the fields ${node.children.map(({ element }) => element.name).join(', ')}`,
		);
	}
	const names = node.children.map(({ element }) => element.name);
	const unknown = Object.keys(cell).find(name => !names.includes(name));
	if (unknown !== undefined) {
		throw new Error(`it has no field “${unknown}”`);
	}
	return Object.fromEntries(
		node.children.map(child => [
			child.element.name,
			jsonToParquet(child, Reflect.get(cell, child.element.name)),
		]),
	);
}

function jsonToLeaf(element: SchemaElement, cell: unknown): unknown {
	const meaning = meaningOf(element);
	const text = cell instanceof NumberText ? cell.text : cell;
	if (element.type === 'BOOLEAN') {
		if (typeof cell !== 'boolean') {
			throw new Error('it is true or false');
		}
		return cell;
	}
	if (typeof text !== 'string' || (meaning.kind === 'text' && cell instanceof NumberText)) {
		throw new Error(`it holds ${meaning.kind === 'plain' ? 'numbers' : 'texts'}`);
	}
	switch (meaning.kind) {
		case 'text':
			return text;
		case 'bytes':
			return sized(element, binaryBytes(text));
		case 'decimal':
			return storedDecimal(element, decimalUnscaled(text, meaning.scale));
		case 'date':
			return dateDays(text);
		case 'time':
			return stored(element, timeTicks(text, meaning.unit));
		case 'timestamp':
			return stored(element, timestampTicks(text, meaning.unit, meaning.isUtc));
		case 'uuid':
			return sized(element, Uint8Array.from(Buffer.from(text.replaceAll('-', ''), 'hex')));
		case 'float16':
			throw new Error('numbers of two bytes cannot be changed');
		case 'unsigned':
			return storedWhole(element, text, false);
		case 'plain':
			return element.type === 'FLOAT' || element.type === 'DOUBLE'
				? storedFloat(element, cell, text)
				: storedWhole(element, text, true);
	}
}

function storedFloat(element: SchemaElement, cell: unknown, text: string): number {
	const value = Number(text);
	if (!(cell instanceof NumberText) && !['NaN', 'Infinity', '-Infinity'].includes(text)) {
		throw new Error('it holds numbers');
	}
	return element.type === 'FLOAT' ? Math.fround(value) : value;
}

function storedWhole(element: SchemaElement, text: string, isSigned: boolean): number | bigint {
	if (!/^-?\d+$/.test(text)) {
		throw new Error('it holds whole numbers');
	}
	const bits = element.type === 'INT64' ? 64 : 32;
	const value = BigInt(text);
	const kept = isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
	if (kept !== value) {
		throw new Error(`${text} does not fit into ${bits} bits`);
	}
	return stored(element, BigInt.asIntN(bits, value));
}

function stored(element: SchemaElement, value: bigint): number | bigint {
	if (element.type === 'INT96') {
		throw new Error('times of the old kind (INT96) cannot be written');
	}
	return element.type === 'INT32' ? Number(value) : value;
}

function storedDecimal(element: SchemaElement, value: bigint): unknown {
	if (element.type === 'INT32' || element.type === 'INT64') {
		return stored(element, value);
	}
	const length = element.type_length ?? Math.ceil((value.toString(2).length + 1) / 8);
	const bytes = new Uint8Array(length);
	let rest = BigInt.asUintN(length * 8, value);
	for (let i = length - 1; i >= 0; i--) {
		bytes[i] = Number(rest & 255n);
		rest >>= 8n;
	}
	if (unscaledOf(bytes) !== value) {
		throw new Error('the decimal has too many digits');
	}
	return bytes;
}

function sized(element: SchemaElement, bytes: Uint8Array): Uint8Array {
	const { type, type_length: length } = element;
	if (type === 'FIXED_LEN_BYTE_ARRAY' && bytes.length !== length) {
		throw new Error(`it holds ${length ?? 0} bytes`);
	}
	return bytes;
}

function unscaledOf(value: unknown): bigint {
	if (!(value instanceof Uint8Array)) {
		return BigInt(value as bigint);
	}
	const unsigned = value.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
	return BigInt.asIntN(value.length * 8, unsigned);
}

function halfFloat(bytes: Uint8Array): number {
	const bits = ((bytes[1] ?? 0) << 8) | (bytes[0] ?? 0);
	const sign = bits >> 15 === 0 ? 1 : -1;
	const exponent = (bits >> 10) & 31;
	const rest = bits & 1023;
	if (exponent === 31) {
		return rest === 0 ? sign * Infinity : NaN;
	}
	return exponent === 0
		? sign * 2 ** -14 * (rest / 1024)
		: sign * 2 ** (exponent - 15) * (1 + rest / 1024);
}

/** Whether two cells from `parseExactly` say the same, numbers by their text. */
export function isSameCell(a: unknown, b: unknown): boolean {
	return isDeepStrictEqual(a, b);
}
