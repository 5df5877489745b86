import { messageFor } from '../../core/base/errorMessages';
import type { WindsockError } from '../../core/base/errors';
import type { Result } from '../../core/base/result';
import type { MetricSource, Skipped } from '../../core/metrics/metricSource';
import { packedPieces } from '../../core/metrics/packedPieces';
import { RunMetrics } from '../../core/metrics/runMetrics';
import { fileSourceId } from './fileSourceId';
import type { FoundMetrics } from './findMetrics';
import type { MetricFiles, ReadOptions } from './metricFiles';

/** Lines taken in before others may run again, and milliseconds of that. */
const pieceLength = 5000;
const patience = 20;

interface Run {
	metrics: RunMetrics;
	source: MetricSource;
}

/** The runs of one source's files, as what a run monitor draws. */
export class FileGroup {
	readonly #runs = new Map<string, Run>();
	#generation = 0;
	#reading: Promise<Result<boolean>> | undefined;
	/** Why it could not be read lately. */
	#problem: WindsockError | undefined;

	constructor(
		readonly files: MetricFiles,
		/** Its name among others; of a file of several runs the run's name follows. */
		private readonly name: string,
		private readonly changed: (id: string) => void,
	) {
		if (!holdsSeveralRuns(files.found)) {
			this.#make('');
		}
	}

	get runs(): readonly MetricSource[] {
		return Array.from(this.#runs.values(), run => run.source);
	}

	get(run: string): MetricSource | undefined {
		return this.#runs.get(run)?.source;
	}

	/** Reads what is new; several who ask share one reading. */
	read(options: ReadOptions = {}): Promise<Result<boolean>> {
		this.#reading ??= this.#read(options).finally(() => (this.#reading = undefined));
		return this.#reading;
	}

	async #read(options: ReadOptions): Promise<Result<boolean>> {
		const read = await this.files.read({
			...options,
			onProgress: (bytes, total) => {
				this.#take();
				options.onProgress?.(bytes, total);
			},
		});
		this.#problem = read.ok ? undefined : read.error;
		await this.#takePatiently();
		// What a file leaves unfinished at its end is known only after its last point.
		const now = JSON.stringify(this.#skipped);
		if (this.runs.some(({ skipped }) => JSON.stringify(skipped) !== now)) {
			this.#describe();
		}
		return read;
	}

	/** Hands on what was decoded, while the rest is still being read. */
	#take(): void {
		for (const run of this.#takeInPieces()) {
			void run;
		}
	}

	/** The same with the thread left free in between. */
	async #takePatiently(): Promise<void> {
		let since = performance.now();
		for (const run of this.#takeInPieces()) {
			if (performance.now() - since > patience) {
				await new Promise(resolve => setImmediate(resolve));
				since = performance.now();
			}
			void run;
		}
	}

	/** Yields after each piece of a run. What was read anew is shown when all of it is there. */
	*#takeInPieces(): Generator<Run, void> {
		const { files } = this;
		const isAnew = files.generation !== this.#generation;
		this.#generation = files.generation;
		const read = files.reading.runs;
		if (isAnew) {
			for (const [name, run] of this.#runs) {
				run.metrics = read.has(name) ? run.metrics : new RunMetrics();
			}
		}
		for (const [name, { columns }] of read) {
			const isNew = columns.hasOpenRow;
			const run = this.#runs.get(name) ?? this.#make(name);
			const metrics = isAnew ? new RunMetrics() : run.metrics;
			if (isNew) {
				for (const piece of packedPieces(columns.take(), pieceLength)) {
					metrics.append(piece);
					yield run;
				}
			}
			if (isNew || isAnew) {
				run.metrics = metrics;
				run.source = this.#source(name, metrics);
				this.changed(run.source.id);
			}
		}
	}

	get #skipped(): readonly Skipped[] {
		return [...this.files.skipped, ...problem(this.#problem)];
	}

	#make(name: string): Run {
		const metrics = new RunMetrics();
		const run = { metrics, source: this.#source(name, metrics) };
		this.#runs.set(name, run);
		return run;
	}

	#describe(): void {
		for (const [name, run] of this.#runs) {
			run.source = this.#source(name, run.metrics);
			this.changed(run.source.id);
		}
	}

	#source(run: string, metrics: RunMetrics): MetricSource {
		const { files } = this;
		const { format } = files.found;
		const loggingSteps = files.reading.runs.get(run)?.facts.loggingSteps;
		return {
			id: fileSourceId({ label: files.label, format, run }),
			name: run === '' ? this.name : `${this.name}/${run}`,
			where: files.label,
			format,
			metrics,
			skipped: this.#skipped,
			...(loggingSteps === undefined ? {} : { loggingSteps }),
		};
	}
}

/** Formats whose files say only when they are read how many runs they hold. */
export function holdsSeveralRuns({ format }: FoundMetrics): boolean {
	return format === 'Trackio database' || format === 'Parquet' || format === 'Windsock CSV';
}

function problem(error: WindsockError | undefined): readonly Skipped[] {
	return error === undefined ? [] : [{ what: messageFor(error), count: 1 }];
}
