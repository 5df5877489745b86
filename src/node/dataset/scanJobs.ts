import { isTextContainer } from '../../core/dataset/container';
import { RowRanges, type RowRangeBatch } from '../../core/dataset/rowRanges';
import type { RowScanOptions, ScanBatch } from '../../core/dataset/rowScan';
import { openFileSource, type ByteSource } from './byteSource';
import type { PartDescription } from './partReading';
import { scanRows } from './scanRows';

/** Some rows of one file to be scanned in one go, by any thread. It can be posted. */
export interface ScanJob {
	readonly part: number;
	/** Where the rows stand; absent for all rows of a file that knows that itself. */
	readonly rows?: RowRangeBatch;
}

/** Text that is read at a time. */
const portionBytes = 1 << 20;
/** Text of one job. Small, so that two threads end at the same time. */
const jobBytes = 1 << 22;

/** Rows [from, to) of one file; the places of rows are copied only once a job is given away. */
export interface PlannedJob {
	readonly part: number;
	readonly from: number;
	readonly to: number;
	readonly isText: boolean;
}

/**
 * All rows of a dataset, in order.
 *
 * @param bytes text of one job; a row is never parted
 */
export function planJobs(
	parts: readonly PartDescription[],
	ranges: readonly RowRanges[],
	bytes = jobBytes,
): PlannedJob[] {
	return parts.flatMap(({ kind }, part): PlannedJob[] => {
		const own = ranges[part];
		if (!own || !isTextContainer(kind)) {
			return [{ part, from: 0, to: 0, isText: false }];
		}
		const jobs: PlannedJob[] = [];
		for (let from = 0; from < own.count;) {
			const until = own.start(from) + bytes;
			let to = from + 1;
			while (to < own.count && own.end(to) <= until) {
				to++;
			}
			jobs.push({ part, from, to, isText: true });
			from = to;
		}
		return jobs;
	});
}

export function jobOf(
	{ part, from, to, isText }: PlannedJob,
	ranges: readonly RowRanges[],
): ScanJob {
	const rows = isText ? ranges[part]?.slice(from, to) : undefined;
	return { part, ...(rows ? { rows } : {}) };
}

/** Files of a dataset as one thread has them open, each from its first job on. */
export class ScannedParts {
	readonly #sources = new Map<number, Promise<ByteSource>>();
	/** What text is read into: its rows are done with before the next are read. */
	readonly #memory = Buffer.allocUnsafeSlow(portionBytes + (portionBytes >> 1));

	/** @param opened files that are open already and stay so; packed ones are read unpacked */
	constructor(
		private readonly parts: readonly PartDescription[],
		private readonly opened: readonly ByteSource[] = [],
	) {}

	/** In portions, so that the thread can do something else in between. One job at a time. */
	async *scan(job: ScanJob, options: RowScanOptions): AsyncGenerator<ScanBatch> {
		const description = this.parts[job.part];
		if (!description) {
			throw new RangeError(`file ${job.part} of ${this.parts.length}`);
		}
		const source = await this.#sourceOf(job.part, description);
		const ranges = new RowRanges();
		if (job.rows) {
			ranges.append(job.rows);
		}
		const from = job.rows ? this.#sparing(source) : source;
		yield* scanRows(description, from, ranges, options, portionBytes);
	}

	async close(): Promise<void> {
		for (const opened of await Promise.allSettled(this.#sources.values())) {
			if (opened.status === 'fulfilled') {
				await opened.value.close();
			}
		}
	}

	/** Reads into the same memory again and again, so that a pass makes no garbage outside the heap. */
	#sparing(source: ByteSource): ByteSource {
		return { ...source, read: (start, end) => source.read(start, end, this.#memory) };
	}

	#sourceOf(part: number, description: PartDescription): Promise<ByteSource> {
		const { path, unpackedPath, stamp } = description;
		const disk = unpackedPath === undefined ? this.opened[part] : undefined;
		if (disk) {
			return Promise.resolve(disk);
		}
		const source = this.#sources.get(part) ?? openFileSource(unpackedPath ?? path);
		this.#sources.set(part, source);
		return source.then(found => {
			if (unpackedPath === undefined && found.stamp !== stamp) {
				throw new Error('something else wrote it while it was being read');
			}
			return found;
		});
	}
}
