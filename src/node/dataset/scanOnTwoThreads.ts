import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { isTextContainer } from '../../core/dataset/container';
import type { RowRanges } from '../../core/dataset/rowRanges';
import type { RowScanOptions, ScanBatch } from '../../core/dataset/rowScan';
import type { PartDescription } from './partReading';
import { jobOf, planJobs, type PlannedJob, type ScanJob, type ScannedParts } from './scanJobs';

/** Another thread that scans rows of the same dataset. */
export interface SecondThread {
	/** Jobs are done one after the other; rejects when the thread fails. */
	scan(job: ScanJob): Promise<readonly ScanBatch[]>;
	close(): void;
}

/** Text from which a second thread is worth its start, which costs about as much as a few megabytes. */
const worthSecondThread = 1 << 25;
/** Milliseconds in which the first rows come on screen, before the scan keeps all cores busy. */
const headStart = 400;
/** Jobs that the other thread has at a time: one at work, one that waits. */
const givenAtOnce = 2;
/** Jobs that may be done before the one whose turn it is. */
const furthestAhead = 64;

export interface ScanOptions extends RowScanOptions {
	/** Starts the other thread; absent where there is none to be had. */
	readonly startSecondThread?: () => SecondThread;
}

/** Scans all rows; batches come in the order of the rows, whichever thread has made them. */
export async function* scanAllRows(
	parts: readonly PartDescription[],
	ranges: readonly RowRanges[],
	scanned: ScannedParts,
	options: ScanOptions,
): AsyncGenerator<ScanBatch> {
	const jobs = planJobs(parts, ranges);
	const isLarge = isWorthwhile(parts, ranges);
	if (isLarge && options.startSecondThread) {
		await delay(headStart);
	}
	const second = isLarge ? options.startSecondThread?.() : undefined;
	try {
		if (second) {
			yield* scanShared(jobs, ranges, scanned, second, options);
		} else {
			for (const job of jobs) {
				yield* scanned.scan(jobOf(job, ranges), options);
			}
		}
	} finally {
		second?.close();
	}
}

function isWorthwhile(parts: readonly PartDescription[], ranges: readonly RowRanges[]): boolean {
	const bytes = ranges.reduce(
		(sum, own, i) =>
			own.count > 0 && isTextContainer(parts[i]?.kind ?? 'parquet')
				? sum + own.end(own.count - 1) - own.start(0)
				: sum,
		0,
	);
	return bytes >= worthSecondThread && availableParallelism() > 1;
}

/** Does the jobs together with another thread. */
export function scanShared(
	jobs: readonly PlannedJob[],
	ranges: readonly RowRanges[],
	scanned: ScannedParts,
	second: SecondThread,
	options: RowScanOptions,
): AsyncGenerator<ScanBatch> {
	return new SharedScan(jobs, ranges, scanned, second).scan(options);
}

/** The jobs of a scan as this thread and another one take them in turn. */
class SharedScan {
	readonly #done = new Map<number, readonly ScanBatch[]>();
	#next = 0;
	#given = 0;
	#failure: { readonly reason: unknown } | undefined;
	#changed = Promise.withResolvers<void>();

	constructor(
		private readonly jobs: readonly PlannedJob[],
		private readonly ranges: readonly RowRanges[],
		private readonly scanned: ScannedParts,
		private readonly second: SecondThread,
	) {}

	async *scan(options: RowScanOptions): AsyncGenerator<ScanBatch> {
		for (let turn = 0; turn < this.jobs.length;) {
			this.#give();
			const finished = this.#done.get(turn);
			if (finished) {
				this.#done.delete(turn);
				turn++;
				yield* finished;
			} else if (this.#next < this.jobs.length && this.#next - turn < furthestAhead) {
				const number = this.#next++;
				const held: ScanBatch[] = [];
				for await (const batch of this.scanned.scan(this.#job(number), options)) {
					if (number === turn) {
						yield batch;
					} else {
						held.push(batch);
					}
				}
				if (number === turn) {
					turn++;
				} else {
					this.#done.set(number, held);
				}
			} else {
				await this.#changed.promise;
			}
			if (this.#failure) {
				throw this.#failure.reason;
			}
		}
	}

	#job(number: number): ScanJob {
		return jobOf(this.jobs[number] as PlannedJob, this.ranges);
	}

	/** Keeps the other thread busy. Files that are no text stay with this one. */
	#give(): void {
		while (this.#given < givenAtOnce && this.jobs[this.#next]?.isText) {
			const number = this.#next++;
			this.#given++;
			this.second.scan(this.#job(number)).then(
				batches => {
					this.#given--;
					this.#done.set(number, batches);
					this.#give();
					this.#tell();
				},
				(reason: unknown) => {
					this.#failure = { reason };
					this.#tell();
				},
			);
		}
	}

	#tell(): void {
		this.#changed.resolve();
		this.#changed = Promise.withResolvers();
	}
}
