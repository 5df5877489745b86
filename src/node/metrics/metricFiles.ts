import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { Skipped } from '../../core/metrics/metricSource';
import { headLength, type MetricFormat } from './detectFormat';
import { findAgain, labelOf, type FoundMetrics } from './findMetrics';
import { CsvTable } from './formats/csvTable';
import { EventFile } from './formats/eventFile';
import { MetricLines, ObjectLines, TrainerLogLines } from './formats/jsonLines';
import { readParquetMetrics } from './formats/parquetMetrics';
import { PrintedDicts } from './formats/printedDicts';
import { readTrackioDatabase } from './formats/trackioDatabase';
import { TrainerStateFile } from './formats/trainerState';
import { readWindsockCsv } from './formats/windsockCsv';
import { WandbFile } from './formats/wandbFile';
import type { MetricPlace, PlaceStat } from './places/metricPlace';
import { Reading, type MetricDecoder } from './reading';

/** Bytes decoded before others may run: a few milliseconds of work. */
const slice = 1 << 20;
/** The same of documents, whose rows take longer. */
const stateSlice = slice / 4;
/** Bytes of a file's begin, and before where reading stands, that tell whether it is still the same. */
const markLength = 256;
const longestState = 512 * 1024 ** 2;
/** Of a larger file on a host only the end is read, unless all of it is asked for. */
const longestTail = 64 * 1024 ** 2;
const blockOfWandb = 32 * 1024;

export interface ReadOptions {
	readonly signal?: AbortSignal;
	readonly onProgress?: (bytes: number, total: number) => void;
}

export interface ReadLimits {
	/** All of a large file on a host, not only its end. */
	readonly isWhole?: boolean;
	/** Bytes from which a file on a host is large; 64 MB. */
	readonly tail?: number;
}

interface OpenFile {
	readonly path: string;
	readonly decoder: MetricDecoder;
	readonly mark: Uint8Array;
	/** The last bytes before `offset`. */
	end: Uint8Array;
	offset: number;
	stat: PlaceStat;
}

/**
 * Reads one source, and at each further call what it gained since. Files that only grow are read on
 * from where reading stood; what was replaced, cut or written anew is read from its begin.
 */
export class MetricFiles {
	reading: Reading = new Reading();
	/** Grows whenever what was read before no longer counts, and `reading` is a new one. */
	generation = 0;
	#files: OpenFile[] = [];
	/** Of formats that are read as a whole: what stood there at the last time. */
	#stamp = '';
	#trackio = { metrics: 0, system: 0 };

	constructor(
		readonly place: MetricPlace,
		public found: FoundMetrics,
		private readonly limits: ReadLimits = {},
	) {}

	/** What was passed over so far, with what stands unfinished at this moment. */
	get skipped(): readonly Skipped[] {
		const open = this.#files.flatMap(file => file.decoder.unfinished());
		const counts = new Map<string, number>();
		for (const { what, count } of [...this.reading.skipped, ...open]) {
			counts.set(what, (counts.get(what) ?? 0) + count);
		}
		return Array.from(counts, ([what, count]) => ({ what, count }));
	}

	/** What the source is called where it is. */
	get label(): string {
		return labelOf(this.place, this.found.path);
	}

	/** @returns whether anything was new */
	async read(options: ReadOptions = {}): Promise<Result<boolean>> {
		const found = await findAgain(this.place, this.found, options);
		if (found === undefined) {
			return err(new WindsockError('fileMissing', { path: this.label }));
		}
		this.found = found;
		switch (found.format) {
			case 'trainer_state.json':
			case 'Parquet':
			case 'Windsock CSV':
			case 'Trackio database':
				return this.#readWhole(options);
			default: {
				const read = await this.#readOn(options);
				if (!read.ok || !this.reading.writers.isMistaken) {
					return read;
				}
				this.#begin();
				return this.#readOn(options);
			}
		}
	}

	#begin(): void {
		if (this.reading.runs.size > 0 || this.reading.skipped.length > 0) {
			this.generation++;
		}
		this.reading = new Reading();
		this.#files = [];
		this.#trackio = { metrics: 0, system: 0 };
	}

	async #readOn(options: ReadOptions): Promise<Result<boolean>> {
		const stats = await this.#stats(options);
		if (!stats.ok) {
			return stats;
		}
		for (const file of this.#files) {
			const now = stats.value.get(file.path);
			const isSame = now !== undefined && (await this.#isSame(file, now, options));
			if (!isSame || !this.found.files.includes(file.path)) {
				this.#begin();
				break;
			}
		}
		let isNew = false;
		for (const path of this.found.files) {
			const stat = stats.value.get(path);
			if (stat === undefined) {
				continue;
			}
			const known = this.#files.find(file => file.path === path);
			const opened = known ? ok(known) : await this.#open(path, stat, options);
			if (!opened.ok) {
				return opened;
			}
			const file = opened.value;
			file.stat = stat;
			const before = file.offset;
			const read = await this.#follow(file, stat.size, options);
			isNew ||= !known || file.offset > before;
			if (!read.ok) {
				return read;
			}
		}
		return ok(isNew);
	}

	async #stats(options: ReadOptions): Promise<Result<ReadonlyMap<string, PlaceStat>>> {
		const stats = new Map<string, PlaceStat>();
		for (const path of this.found.files) {
			const found = await this.place.stat(path, options);
			if (!found.ok) {
				return found;
			}
			if (found.value !== undefined) {
				stats.set(path, found.value);
			}
		}
		return stats.size === 0
			? err(new WindsockError('fileMissing', { path: this.label }))
			: ok(stats);
	}

	/** A file that was written anew is shorter, or begins otherwise. */
	async #isSame(file: OpenFile, now: PlaceStat, options: ReadOptions): Promise<boolean> {
		if (now.size < file.offset) {
			return false;
		}
		if (now.size === file.stat.size && now.modified === file.stat.modified) {
			return true;
		}
		const mark = await this.place.read(file.path, 0, file.mark.length, options);
		if (mark.ok && Buffer.compare(mark.value, file.mark) !== 0) {
			return false;
		}
		// A run that was begun again prints the same first lines, and may have come further since.
		const { end, offset } = file;
		const there = await this.place.read(file.path, offset - end.length, end.length, options);
		return !there.ok || Buffer.compare(there.value, end) === 0;
	}

	async #open(path: string, stat: PlaceStat, options: ReadOptions): Promise<Result<OpenFile>> {
		const mark = await this.place.read(path, 0, markLength, options);
		if (!mark.ok) {
			return mark;
		}
		const tail = this.limits.tail ?? longestTail;
		const isTail =
			this.place.host !== undefined && this.limits.isWhole !== true && stat.size > tail;
		const offset = isTail ? alignedTail(this.found.format, stat.size - tail) : 0;
		const decoder = decoderOf(this.found, path, this.reading, offset);
		if (offset > 0) {
			this.reading.skip(
				`kB at the beginning of ${path}: of a large file on a host only the end is read`,
				Math.ceil(offset / 1024),
			);
			const header = await this.#headerOf(path, options);
			if (!header.ok) {
				return header;
			}
			decoder.take(header.value);
		}
		const begin = offset > 0 ? await this.#lineAfter(path, offset, options) : ok(0);
		if (!begin.ok) {
			return begin;
		}
		const end = new Uint8Array();
		const file = { path, decoder, mark: mark.value, end, offset: begin.value, stat };
		this.#files.push(file);
		return ok(file);
	}

	/** Where the next line begins, in texts; files of records find their next one by themselves. */
	async #lineAfter(path: string, offset: number, options: ReadOptions): Promise<Result<number>> {
		if (this.found.format === 'TensorBoard events' || this.found.format === 'W&B file') {
			return ok(offset);
		}
		for (let at = offset; ;) {
			const bytes = await this.place.read(path, at, headLength, options);
			if (!bytes.ok) {
				return bytes;
			}
			const end = bytes.value.indexOf(10);
			if (end >= 0 || bytes.value.length === 0) {
				return ok(at + end + 1);
			}
			at += bytes.value.length;
		}
	}

	/** What a table's rows cannot be read without. */
	async #headerOf(path: string, options: ReadOptions): Promise<Result<Uint8Array>> {
		if (this.found.format !== 'CSV') {
			return ok(new Uint8Array());
		}
		const head = await this.place.read(path, 0, headLength, options);
		return head.ok ? ok(head.value.subarray(0, head.value.indexOf(10) + 1)) : head;
	}

	async #follow(file: OpenFile, size: number, options: ReadOptions): Promise<Result<void>> {
		while (file.offset < size) {
			const bytes = await this.place.read(
				file.path,
				file.offset,
				Math.min(slice, size - file.offset),
				options,
			);
			if (!bytes.ok) {
				return bytes;
			}
			if (bytes.value.length === 0) {
				break;
			}
			file.decoder.take(bytes.value);
			file.end = Buffer.concat([file.end, bytes.value.subarray(-markLength)]).subarray(-markLength);
			file.offset += bytes.value.length;
			options.onProgress?.(file.offset, size);
			// The thread is free between slices, also where files come from memory.
			await new Promise(resolve => setImmediate(resolve));
			if (options.signal?.aborted === true) {
				return err(new WindsockError('cancelled', { what: this.label }));
			}
		}
		file.decoder.settle(false);
		return ok();
	}

	/** Nobody waits for more: what a log only hints at is settled. */
	finish(): void {
		for (const file of this.#files) {
			file.decoder.settle(true);
		}
	}

	async #readWhole(options: ReadOptions): Promise<Result<boolean>> {
		const [path = ''] = this.found.files;
		const stat = await this.place.stat(path, options);
		const log = await this.place.stat(`${path}-wal`, options);
		if (!stat.ok) {
			return stat;
		}
		if (stat.value === undefined) {
			return err(new WindsockError('fileMissing', { path: labelOf(this.place, path) }));
		}
		const beside = log.ok && log.value ? `${log.value.size} ${log.value.modified}` : '';
		const stamp = `${path} ${stat.value.size} ${stat.value.modified} ${beside}`;
		if (stamp === this.#stamp) {
			return ok(false);
		}
		const done =
			this.found.format === 'Trackio database'
				? await this.#trackioRows(path, options)
				: await this.#anew(path, stat.value.size, options);
		if (done.ok) {
			this.#stamp = stamp;
		}
		return done.ok ? ok(true) : done;
	}

	async #trackioRows(path: string, options: ReadOptions): Promise<Result<void>> {
		const read = await readTrackioDatabase(this.place, path, this.#trackio, this.reading, options);
		if (!read.ok) {
			return read;
		}
		if (read.value === 'anew') {
			this.#begin();
			return this.#trackioRows(path, options);
		}
		this.#trackio = { ...read.value };
		return ok();
	}

	async #anew(path: string, size: number, options: ReadOptions): Promise<Result<void>> {
		const reading = new Reading();
		const read =
			this.found.format === 'Parquet'
				? await readParquetMetrics(this.place, path, size, reading, options)
				: await this.#document(path, size, reading, options);
		if (read.ok) {
			this.#begin();
			this.reading = reading;
		}
		return read;
	}

	async #document(
		path: string,
		size: number,
		reading: Reading,
		options: ReadOptions,
	): Promise<Result<void>> {
		const label = labelOf(this.place, path);
		if (size > longestState) {
			return err(
				new WindsockError('fileUnreadable', { path: label, reason: 'it is larger than 512 MB' }),
			);
		}
		const isWhole =
			this.found.format === 'Windsock CSV'
				? await this.#table(path, size, reading, options)
				: await this.#state(path, size, reading, options);
		if (!isWhole.ok) {
			return isWhole;
		}
		const reason = 'it is cut off or no whole document; try again when it is written';
		return isWhole.value ? ok() : err(new WindsockError('fileUnreadable', { path: label, reason }));
	}

	async #table(
		path: string,
		size: number,
		reading: Reading,
		options: ReadOptions,
	): Promise<Result<boolean>> {
		const bytes = await this.place.read(path, 0, size, options);
		return bytes.ok ? ok(readWindsockCsv(new TextDecoder().decode(bytes.value), reading)) : bytes;
	}

	async #state(
		path: string,
		size: number,
		reading: Reading,
		options: ReadOptions,
	): Promise<Result<boolean>> {
		const state = new TrainerStateFile(reading);
		for (let at = 0; at < size && !state.isBroken; at += slice) {
			const bytes = await this.place.read(path, at, Math.min(slice, size - at), options);
			if (!bytes.ok) {
				return bytes;
			}
			for (let from = 0; from < bytes.value.length; from += stateSlice) {
				state.take(bytes.value.subarray(from, from + stateSlice));
				await new Promise(resolve => setImmediate(resolve));
			}
			if (options.signal?.aborted === true) {
				return err(new WindsockError('cancelled', { what: this.label }));
			}
		}
		return ok(state.finish());
	}
}

function alignedTail(format: MetricFormat, start: number): number {
	return format === 'W&B file' ? start - (start % blockOfWandb) : start;
}

function decoderOf(
	{ format, files }: FoundMetrics,
	path: string,
	reading: Reading,
	offset: number,
): MetricDecoder {
	const isWithin = offset > 0;
	switch (format) {
		case 'TensorBoard events':
			return new EventFile(reading, isWithin);
		case 'W&B file':
			return new WandbFile(reading, offset);
		case 'metrics.jsonl':
			return new MetricLines(reading);
		case 'trainer_log.jsonl':
			return new TrainerLogLines(reading);
		case 'JSON lines':
			return new ObjectLines(reading);
		case 'CSV':
			return new CsvTable(reading, nameOf(files[0] ?? path));
		default:
			return new PrintedDicts(reading);
	}
}

function nameOf(path: string): string {
	const name = path.split(/[\\/]/).at(-1) ?? '';
	return name.replace(/\.(?:csv|tsv)$/i, '') || 'value';
}
