import type { Skipped } from '../../../core/metrics/metricSource';
import { roleOf } from '../metricNames';
import type { MetricDecoder, Reading } from '../reading';
import { takeRecord } from '../takeRecord';
import { TextLines } from '../textLines';

/** Lines that one record with line ends in quotes may take. */
const mostLines = 100;

export interface CsvHeader {
	readonly delimiter: ',' | ';' | '\t';
	readonly names: readonly string[];
}

/** The cells of a record; undefined while a quote is open. */
export function csvCells(record: string, delimiter: string): string[] | undefined {
	if (!record.includes('"')) {
		return record.split(delimiter);
	}
	const cells: string[] = [];
	let at = 0;
	for (;;) {
		let cell = '';
		if (record[at] === '"') {
			let end = at + 1;
			for (;;) {
				const quote = record.indexOf('"', end);
				if (quote < 0) {
					return undefined;
				}
				cell += record.slice(end, quote);
				if (record[quote + 1] !== '"') {
					at = quote + 1;
					break;
				}
				cell += '"';
				end = quote + 2;
			}
		}
		const next = record.indexOf(delimiter, at);
		const stop = next < 0 ? record.length : next;
		cells.push(cell + record.slice(at, stop));
		if (next < 0) {
			return cells;
		}
		at = next + 1;
	}
}

/** The header of a table of metrics: a column that names a step, or an epoch, beside others. */
export function csvHeader(line: string): CsvHeader | undefined {
	const split = ([',', '\t', ';'] as const).map(delimiter => ({
		delimiter,
		names: csvCells(line, delimiter) ?? [],
	}));
	const header = split.reduce((a, b) => (b.names.length > a.names.length ? b : a));
	const hasPlace = header.names.some(name => ['step', 'epoch'].includes(roleOf(name) ?? ''));
	return header.names.length > 1 && hasPlace ? header : undefined;
}

/**
 * Tables of other tools, with the step's column found by its name. A last line without its end is never used: a number may go on.
 */
export class CsvTable implements MetricDecoder {
	readonly #lines: TextLines;
	#header: CsvHeader | undefined;
	#headerLine = '';
	/** The names of the header, made unique. */
	#columns: readonly string[] = [];
	#open: string[] = [];

	constructor(
		private readonly reading: Reading,
		/** What a column called `Value` is of, as in the files that TensorBoard saves. */
		private readonly name = 'value',
	) {
		this.#lines = new TextLines(undefined, () => reading.skip('lines longer than 32 MB'));
	}

	take(bytes: Uint8Array): void {
		for (const line of this.#lines.take(bytes)) {
			this.#line(line);
		}
	}

	settle(): void {}

	unfinished(): readonly Skipped[] {
		const open = this.#lines.rest !== '' || this.#open.length > 0;
		return open ? [{ what: 'unfinished lines', count: 1 }] : [];
	}

	#line(line: string): void {
		if (this.#open.length === 0 && (line.trim() === '' || line.startsWith('#'))) {
			return;
		}
		if (!this.#header) {
			this.#header = csvHeader(line);
			this.#headerLine = line;
			this.#columns = unique(this.#header?.names ?? [], this.name);
			return;
		}
		this.#open.push(line);
		const cells = csvCells(this.#open.join('\n'), this.#header.delimiter);
		if (cells === undefined) {
			if (this.#open.length > mostLines) {
				this.reading.skip('broken lines', this.#open.length);
				this.#open = [];
			}
			return;
		}
		this.#open = [];
		if (line === this.#headerLine) {
			// Written again by a run that went on.
			this.reading.run().clock.restart();
		} else if (cells.length !== this.#header.names.length) {
			this.reading.skip('rows with more or fewer cells than the header');
		} else {
			this.#record(cells);
		}
	}

	#record(cells: readonly string[]): void {
		const filled = cells
			.map((cell, i) => [this.#columns[i] ?? '', cell] as const)
			.filter(([, cell]) => cell.trim() !== '');
		const record = Object.fromEntries(filled);
		takeRecord(record, this.reading.run(), this.reading, {
			textNumbers: true,
			maybeStepless: Object.keys(record).some(name => roleOf(name) === 'epoch'),
		});
	}
}

function unique(names: readonly string[], valueName: string): readonly string[] {
	const taken = new Set<string>();
	return names.map((name, i) => {
		const trimmed = name.trim();
		const wanted = trimmed === 'Value' ? valueName : trimmed === '' ? `column ${i + 1}` : trimmed;
		let free = wanted;
		for (let n = 2; taken.has(free); n++) {
			free = `${wanted} ${n}`;
		}
		taken.add(free);
		return free;
	});
}
