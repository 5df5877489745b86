import type { RowMapping } from './rowMapping';
import {
	formatNames,
	messageSaying,
	type Example,
	type FormatName,
	type RecognisedRow,
} from './example';
import { canonicalOfValid } from './canonicalJson';
import { contentHash, idFields, idValue, type Hash, type IdField } from './exampleId';
import { examineRow, type CheckOptions } from './findings/checkRow';
import { FileFindings, fileWideBits } from './findings/fileFindings';
import {
	bitOf,
	codesOf,
	findingBits,
	findingCodes,
	type Finding,
	type FindingCode,
} from './findings/finding';
import { recognise } from './format';
import { parseRow } from './parseRow';

/** What is remembered of every row of a file. */
export interface ScannedRow {
	readonly row: RecognisedRow;
	readonly findings: readonly Finding[];
	/** Characters of all replies, and the number of their language, for the checks of a whole file. */
	readonly replyLength: number;
	readonly language: number;
	/** First 52 bits of the content hash: enough to find a row again, and exact as a number. */
	readonly contentKey: number;
	/** The same of what the example says, without ids and other fields: equal for duplicates. */
	readonly sayingKey: number;
	/** The same of the values of the id fields that the row has. */
	readonly idKeys: Readonly<Partial<Record<IdField, number>>>;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export interface RowScanOptions extends CheckOptions {
	/** How a person said that the rows are to be read. */
	readonly mapping?: RowMapping | undefined;
}

export function scanRow(bytes: Uint8Array, hash: Hash, options: RowScanOptions = {}): ScannedRow {
	const text = decoder.decode(bytes);
	const { row, value } = parsed(text, options.mapping);
	const idKeys: Partial<Record<IdField, number>> = {};
	for (const field of idFields) {
		const id = idValue(value, field);
		if (id !== undefined) {
			idKeys[field] = keyOf(hash(id));
		}
	}
	const isJson = row.format !== 'broken';
	const contentKey = keyOf(isJson ? hash(canonicalOfValid(text)) : contentHash(text, hash));
	const saying = sayingOf(row.example);
	const sayingKey = saying === undefined ? contentKey : keyOf(hash(saying));
	return { row, ...examineRow(row, options), contentKey, sayingKey, idKeys };
}

/** What an example says, without ids and other fields; `undefined` for what is no example. */
export function sayingOf(example: Example): string | undefined {
	switch (example.kind) {
		case 'text':
			return example.body.text;
		case 'messages':
			return JSON.stringify([example.messages.map(messageSaying), example.desirable]);
		case 'preference':
			return JSON.stringify(
				[example.prompt, example.chosen, example.rejected].map(m => m.map(messageSaying)),
			);
		case 'completions':
			return JSON.stringify([
				example.prompt.map(messageSaying),
				example.completions.map(one => [
					one.messages.map(messageSaying),
					one.score,
					one.rank,
					one.ratings,
					one.critique?.text,
				]),
			]);
		case 'stepwise':
			return JSON.stringify([
				example.prompt.map(messageSaying),
				example.steps.map(step => [messageSaying(step.message), step.isRight]),
			]);
		default:
			return undefined;
	}
}

/** The number that stands for a hash in a scan table. */
export function keyOf(hash: string): number {
	return Number.parseInt(hash.slice(0, 13), 16);
}

function parsed(
	text: string,
	mapping: RowMapping | undefined,
): { row: RecognisedRow; value: unknown } {
	let value: unknown;
	try {
		value = parseRow(text);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return {
			row: { format: 'broken', example: { kind: 'broken', text, reason } },
			value: undefined,
		};
	}
	return { row: recognise(value, mapping), value };
}

/** Some rows of a scan as they travel between threads. */
export interface ScanBatch {
	readonly formats: Uint8Array;
	readonly findings: Uint32Array;
	readonly replyLengths: Uint32Array;
	readonly languages: Uint8Array;
	readonly contentKeys: Float64Array;
	readonly sayingKeys: Float64Array;
	/** `NaN` where a row has no such field. */
	readonly idKeys: Readonly<Record<IdField, Float64Array>>;
}

export function packRows(rows: readonly ScannedRow[]): ScanBatch {
	const idKeys = Object.fromEntries(
		idFields.map(field => [field, Float64Array.from(rows, row => row.idKeys[field] ?? Number.NaN)]),
	) as Record<IdField, Float64Array>;
	return {
		formats: Uint8Array.from(rows, ({ row }) => formatNames.indexOf(row.format)),
		findings: Uint32Array.from(rows, ({ findings }) => findingBits(findings)),
		replyLengths: Uint32Array.from(rows, row => row.replyLength),
		languages: Uint8Array.from(rows, row => row.language),
		contentKeys: Float64Array.from(rows, row => row.contentKey),
		sayingKeys: Float64Array.from(rows, row => row.sayingKey),
		idKeys,
	};
}

/**
 * Format, findings and keys of every row of a file. About forty bytes a row: what an example
 * says is read again when it is needed.
 */
export class ScanTable {
	#count = 0;
	#formats = new Uint8Array(1024);
	#findings = new Uint32Array(1024);
	#replyLengths = new Uint32Array(1024);
	#languages = new Uint8Array(1024);
	readonly #file = new FileFindings();
	#contentKeys = new Float64Array(1024);
	#sayingKeys = new Float64Array(1024);
	readonly #idKeys = new Map<IdField, Float64Array>();
	readonly #seen = new Set<number>();
	readonly #formatCounts: number[] = formatNames.map(() => 0);
	readonly #findingCounts: number[] = findingCodes.map(() => 0);
	#idField: IdField | undefined | 'unknown' = 'unknown';
	/** Grows whenever a row or a finding comes or goes. */
	version = 0;

	get count(): number {
		return this.#count;
	}

	append(batch: ScanBatch): void {
		const from = this.#count;
		const count = from + batch.formats.length;
		this.#reserve(count);
		this.#formats.set(batch.formats, from);
		this.#findings.set(batch.findings, from);
		this.#replyLengths.set(batch.replyLengths, from);
		this.#languages.set(batch.languages, from);
		this.#contentKeys.set(batch.contentKeys, from);
		this.#sayingKeys.set(batch.sayingKeys, from);
		this.#appendIds(batch, from);
		for (let i = from; i < count; i++) {
			this.#markDuplicate(i);
			this.#countRow(i);
			this.#file.add(batch.replyLengths[i - from] ?? 0, batch.languages[i - from] ?? 0);
		}
		this.#count = count;
		this.version++;
		this.#idField = 'unknown';
	}

	/** All rows of the file are in: those that stand out from the others get their findings. */
	complete(): void {
		this.#file.complete();
		this.version++;
		for (let row = 0; row < this.#count; row++) {
			const bits = this.#file.bitsOf(this.#replyLengths[row] ?? 0, this.#languages[row] ?? 0);
			if (bits !== 0) {
				this.#setFindings(row, (this.#findings[row] ?? 0) | bits);
			}
		}
	}

	/** Gives a finding to these rows and takes it from all others. */
	mark(code: FindingCode, rows: Iterable<number>): void {
		const bit = bitOf(code);
		this.version++;
		for (let row = 0; row < this.#count; row++) {
			this.#setFindings(row, (this.#findings[row] ?? 0) & ~bit);
		}
		for (const row of rows) {
			this.#setFindings(row, (this.#findings[row] ?? 0) | bit);
		}
	}

	/** Bits of what a row outside the file would stand out by. */
	fileBitsOf({ replyLength, language }: Pick<ScannedRow, 'replyLength' | 'language'>): number {
		return this.#file.bitsOf(replyLength, language);
	}

	/** The words of a finding that only the whole file shows. */
	detailOf(row: number, code: FindingCode): string | undefined {
		return this.#file.detailOf(code, this.#replyLengths[row] ?? 0, this.#languages[row] ?? 0);
	}

	/** UTF-16 units of all replies of a row, or of a plain text. */
	replyLengthOf(row: number): number {
		return this.#replyLengths[row] ?? 0;
	}

	/** Number in `languages` of what a row's replies are in; 0 when unknown. */
	languageOf(row: number): number {
		return this.#languages[row] ?? 0;
	}

	/** Rows of each format, in the order of `formatNames`. */
	get formatCounts(): readonly number[] {
		return this.#formatCounts;
	}

	/** Rows with each finding, in the order of `findingCodes`. */
	get findingCounts(): readonly number[] {
		return this.#findingCounts;
	}

	formatOf(row: number): FormatName {
		return formatNames[this.#formats[row] ?? 0] ?? 'json';
	}

	findingsOf(row: number): number {
		return this.#findings[row] ?? 0;
	}

	contentKeyOf(row: number): number {
		return this.#contentKeys[row] ?? Number.NaN;
	}

	/** The field that names rows: every whole row has it and no two share a value. */
	get idField(): IdField | undefined {
		if (this.#idField === 'unknown') {
			this.#idField = idFields.find(field => this.#isUnique(field));
		}
		return this.#idField;
	}

	/** The number that stands for the row's name: of its id if ids are unique, else its content. */
	nameKeyOf(row: number): number {
		const field = this.idField;
		const key = field === undefined ? undefined : this.#idKeys.get(field)?.[row];
		return key === undefined || Number.isNaN(key) ? this.contentKeyOf(row) : key;
	}

	/** The rows that have one of these keys, by an id field or by content, in file order. */
	rowsByKey(keys: ReadonlySet<number>, by: IdField | 'content'): Map<number, number[]> {
		const own = by === 'content' ? this.#contentKeys : this.#idKeys.get(by);
		const found = new Map<number, number[]>();
		if (!own) {
			return found;
		}
		for (let row = 0; row < this.#count; row++) {
			const key = own[row] ?? Number.NaN;
			if (keys.has(key)) {
				const rows = found.get(key);
				if (rows) {
					rows.push(row);
				} else {
					found.set(key, [row]);
				}
			}
		}
		return found;
	}

	/** Rows in the form in which they came in; what the whole file shows is found out anew. */
	slice(from: number, to: number): ScanBatch {
		const nothing = new Float64Array(to - from).fill(Number.NaN);
		return {
			formats: this.#formats.slice(from, to),
			findings: this.#findings.slice(from, to).map(bits => bits & ~fileWideBits),
			replyLengths: this.#replyLengths.slice(from, to),
			languages: this.#languages.slice(from, to),
			contentKeys: this.#contentKeys.slice(from, to),
			sayingKeys: this.#sayingKeys.slice(from, to),
			idKeys: Object.fromEntries(
				idFields.map(field => [field, this.#idKeys.get(field)?.slice(from, to) ?? nothing]),
			) as Record<IdField, Float64Array>,
		};
	}

	#appendIds(batch: ScanBatch, from: number): void {
		for (const field of idFields) {
			const added = batch.idKeys[field];
			let keys = this.#idKeys.get(field);
			if (!keys && added.every(key => Number.isNaN(key))) {
				continue;
			}
			if (!keys || keys.length < from + added.length) {
				const grown = new Float64Array(this.#formats.length).fill(Number.NaN);
				grown.set(keys ?? []);
				keys = grown;
			}
			keys.set(added, from);
			this.#idKeys.set(field, keys);
		}
	}

	#markDuplicate(row: number): void {
		const key = this.#sayingKeys[row] ?? Number.NaN;
		if (this.#seen.has(key)) {
			this.#findings[row] = (this.#findings[row] ?? 0) | bitOf('duplicateRow');
		}
		this.#seen.add(key);
	}

	#countRow(row: number): void {
		const format = this.#formats[row] ?? 0;
		this.#formatCounts[format] = (this.#formatCounts[format] ?? 0) + 1;
		this.#countFindings(this.#findings[row] ?? 0, 1);
	}

	#setFindings(row: number, bits: number): void {
		const before = this.#findings[row] ?? 0;
		if (before !== bits >>> 0) {
			this.#countFindings(before, -1);
			this.#countFindings(bits, 1);
			this.#findings[row] = bits;
		}
	}

	#countFindings(bits: number, by: number): void {
		for (const code of codesOf(bits)) {
			const at = findingCodes.indexOf(code);
			this.#findingCounts[at] = (this.#findingCounts[at] ?? 0) + by;
		}
	}

	#isUnique(field: IdField): boolean {
		const keys = this.#idKeys.get(field);
		if (!keys) {
			return false;
		}
		const broken = formatNames.indexOf('broken');
		const seen = new Set<number>();
		for (let row = 0; row < this.#count; row++) {
			if (this.#formats[row] === broken) {
				continue;
			}
			const key = keys[row] ?? Number.NaN;
			if (Number.isNaN(key) || seen.has(key)) {
				return false;
			}
			seen.add(key);
		}
		return seen.size > 0;
	}

	#reserve(count: number): void {
		if (count <= this.#formats.length) {
			return;
		}
		const capacity = Math.max(count, this.#formats.length * 2);
		const grown = <T extends { set(from: T): void }>(make: new (n: number) => T, old: T): T => {
			const array = new make(capacity);
			array.set(old);
			return array;
		};
		this.#formats = grown<Uint8Array<ArrayBuffer>>(Uint8Array, this.#formats);
		this.#findings = grown<Uint32Array<ArrayBuffer>>(Uint32Array, this.#findings);
		this.#replyLengths = grown<Uint32Array<ArrayBuffer>>(Uint32Array, this.#replyLengths);
		this.#languages = grown<Uint8Array<ArrayBuffer>>(Uint8Array, this.#languages);
		this.#contentKeys = grown<Float64Array<ArrayBuffer>>(Float64Array, this.#contentKeys);
		this.#sayingKeys = grown<Float64Array<ArrayBuffer>>(Float64Array, this.#sayingKeys);
	}
}
