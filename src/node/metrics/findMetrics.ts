import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { Skipped } from '../../core/metrics/metricSource';
import { detectFormat, headLength, type MetricFormat } from './detectFormat';
import { isMetricTable, openParquet } from './formats/parquetMetrics';
import { checkpointName, newestState } from './newestState';
import type { MetricPlace, PlaceEntry } from './places/metricPlace';
import { parseJsonObject } from './pythonJson';

/** Files whose metrics are one source; what they hold was seen, not guessed by their names. */
export interface FoundMetrics {
	readonly format: MetricFormat;
	/** The file, or the folder that the files stand in. */
	readonly path: string;
	/** In the order in which they were begun. */
	readonly files: readonly string[];
	/** Relative to the folder that was searched. */
	readonly name: string;
	/** Whether more files can join it: event files of a folder, states of checkpoints. */
	readonly isFolder: boolean;
}

export interface MetricsFound {
	readonly sources: readonly FoundMetrics[];
	/** Where the search ended before it was through, as phrases with counts. */
	readonly left: readonly Skipped[];
}

export interface FindOptions {
	readonly signal?: AbortSignal;
	/** Called as folders are gone through. */
	readonly onProgress?: (folders: number, sources: number) => void;
	/** Levels of folders within the folder that are searched; 8 at most. */
	readonly depth?: number;
}

const limits = { depth: 8, folders: 5000, looked: 3000, sources: 1000, entries: 20_000 };

const passedOver = new Set(['node_modules', '__pycache__', 'site-packages', 'venv', 'env']);
const eventNames = /tfevents/;
/** Names that can hold metrics; what they do hold is looked up. */
const candidates =
	/^trainer_state\.json$|\.(?:jsonl|ndjson|csv|tsv|wandb|db|sqlite3?|parquet|log|out)(?:\.\d+)?$|^(?!requirements).*(?:log|out|train).*\.txt$/i;
const wandbRun = /^(?:offline-)?run-\d{8}_\d{6}-/;
/** Files that say nothing beside their folder's name. */
const plainNames = /^(?:metrics\.jsonl|trainer_state\.json|trainer_log\.jsonl|metrics\.csv)$/;

/**
 * The metrics at a path: of a file that file; of a folder all that stand in it and in folders
 * within, to a bounded depth and number. Never follows links to folders. Fails with fileMissing,
 * metricsFormatUnknown, cancelled or what the host says.
 */
export async function findMetrics(
	place: MetricPlace,
	path: string,
	options: FindOptions = {},
): Promise<Result<MetricsFound>> {
	const found = await place.stat(path, options);
	if (!found.ok) {
		return found;
	}
	if (found.value === undefined) {
		return err(new WindsockError('fileMissing', { path: labelOf(place, path) }));
	}
	if (found.value.kind === 'other') {
		// Reading a pipe waits for whoever writes, and none can be read from a place within.
		const reason = 'it is a pipe or a device; write what comes from it into a file first';
		return err(new WindsockError('fileUnreadable', { path: labelOf(place, path), reason }));
	}
	if (found.value.kind === 'file') {
		const format = await formatAt(place, path, found.value.size, options);
		if (!format.ok) {
			return format;
		}
		const parent = path.replace(/[\\/][^\\/]*$/, '');
		const name = plainNames.test(baseName(path)) ? baseName(parent) : baseName(path);
		return format.value === undefined
			? err(unknown(place, path))
			: ok({
					sources: [{ format: format.value, path, files: [path], name, isFolder: false }],
					left: [],
				});
	}
	const search = new Search(place, path, options);
	const walked = await search.run();
	if (!walked.ok) {
		return walked;
	}
	return search.sources.length === 0 && search.left.length === 0
		? err(unknown(place, path))
		: ok({ sources: namedApart(search.sources), left: search.left });
}

/** The same source with the files that it has now; undefined when none is left. */
export async function findAgain(
	place: MetricPlace,
	source: FoundMetrics,
	options: FindOptions = {},
): Promise<FoundMetrics | undefined> {
	if (!source.isFolder) {
		return source;
	}
	const listed = await place.list(source.path, options);
	if (!listed.ok) {
		return source;
	}
	const files =
		source.format === 'trainer_state.json'
			? await newestState(place, source.path, listed.value, options)
			: eventFiles(place, source.path, listed.value);
	return files.length === 0 ? undefined : { ...source, files };
}

/** How people name a path of a place. */
export function labelOf(place: MetricPlace, path: string): string {
	return place.host === undefined ? path : `${place.host}:${path}`;
}

function unknown(place: MetricPlace, path: string): WindsockError {
	return new WindsockError('metricsFormatUnknown', { path: labelOf(place, path) });
}

async function formatAt(
	place: MetricPlace,
	path: string,
	size: number,
	options: FindOptions,
	/** What stands beside it, where nobody named the file itself: it then has to prove more. */
	beside?: ReadonlySet<string>,
): Promise<Result<MetricFormat | undefined>> {
	const head = await place.read(path, 0, headLength, options);
	if (!head.ok) {
		return head;
	}
	const format = detectFormat(head.value);
	if (beside && format === 'Trackio database') {
		// The text of its tables stands in the first page, or still in the log beside it.
		const isTrackio = Buffer.from(head.value).includes('run_name');
		return ok(isTrackio || beside.has(`${baseName(path)}-wal`) ? format : undefined);
	}
	if (beside && format === 'Parquet') {
		const opened = await openParquet(place, path, size, options);
		const names = opened.ok ? opened.value.columns.map(column => column.element.name) : [];
		return ok(isMetricTable(names) ? format : undefined);
	}
	if (format !== undefined || size <= headLength || head.value.includes(0)) {
		return ok(format);
	}
	const tail = await place.read(path, size - headLength, headLength, options);
	return tail.ok ? ok(detectFormat(head.value, tail.value)) : tail;
}

class Search {
	readonly sources: FoundMetrics[] = [];
	readonly left: Skipped[] = [];
	#folders = 0;
	#looked = 0;
	#unread = 0;
	#deep = 0;
	#unlooked = 0;
	#uncounted = 0;

	constructor(
		private readonly place: MetricPlace,
		private readonly root: string,
		private readonly options: FindOptions,
	) {}

	async run(): Promise<Result<void>> {
		const waiting = [{ path: this.root, relative: '', depth: 0 }];
		for (let next = waiting.shift(); next; next = waiting.shift()) {
			if (this.options.signal?.aborted === true) {
				return err(new WindsockError('cancelled', { what: this.root }));
			}
			if (this.#folders >= limits.folders || this.sources.length >= limits.sources) {
				this.left.push({ what: 'folders not searched', count: waiting.length + 1 });
				break;
			}
			const listed = await this.place.list(next.path, this.options);
			if (!listed.ok) {
				if (next.path === this.root || listed.error.code === 'cancelled') {
					return listed;
				}
				this.#unread++;
				continue;
			}
			this.#folders++;
			this.#uncounted += Math.max(0, listed.value.length - limits.entries);
			const entries = listed.value
				.slice(0, limits.entries)
				.toSorted((a, b) => (a.name < b.name ? -1 : 1));
			if (await this.#folder(next.path, next.relative, entries)) {
				for (const { name } of entries.filter(entry => isEntered(entry, next.path))) {
					if (next.depth >= (this.options.depth ?? limits.depth)) {
						this.#deep += this.options.depth === undefined ? 1 : 0;
					} else {
						waiting.push({
							path: this.place.join(next.path, name),
							relative: next.relative === '' ? name : `${next.relative}/${name}`,
							depth: next.depth + 1,
						});
					}
				}
			}
			this.options.onProgress?.(this.#folders, this.sources.length);
		}
		this.#say('folders that could not be listed', this.#unread);
		this.#say(`folders more than ${limits.depth} levels down`, this.#deep);
		this.#say('files and folders beyond the first 20,000 of one folder', this.#uncounted);
		this.#say('files that were not looked at, beyond the first 3,000', this.#unlooked);
		return ok();
	}

	/** Takes what the folder itself holds; false when nothing below belongs to another source. */
	async #folder(path: string, relative: string, entries: readonly PlaceEntry[]): Promise<boolean> {
		const names = new Set(entries.map(entry => entry.name));
		if (names.has('spec.json') && (names.has('metrics.jsonl') || names.has('status.json'))) {
			await this.#run(path, relative, names);
			return false;
		}
		const states = await newestState(this.place, path, entries, this.options);
		if (states.length > 0) {
			this.#add('trainer_state.json', path, states, relative, true);
		}
		const events = eventFiles(this.place, path, entries);
		if (events.length > 0) {
			this.#add('TensorBoard events', path, events, relative, true);
		}
		for (const { name, size, kind } of entries) {
			const isTaken = name === 'trainer_state.json' || eventNames.test(name);
			if (kind !== 'file' || isTaken || !candidates.test(name)) {
				continue;
			}
			if (this.#looked >= limits.looked) {
				this.#unlooked++;
				continue;
			}
			this.#looked++;
			const file = this.place.join(path, name);
			const format = await formatAt(this.place, file, size, this.options, names);
			const isBeside = format.ok && format.value === 'log' && this.#has(path);
			if (format.ok && format.value !== undefined && !isBeside) {
				const own = relative === '' ? name : `${relative}/${name}`;
				this.#add(format.value, file, [file], plainNames.test(name) ? relative : own, false);
			}
		}
		return true;
	}

	/** Logs repeat what stands beside them in a better form. */
	#has(folder: string): boolean {
		return this.sources.some(
			({ path, files }) =>
				path === folder || files.some(file => file.startsWith(this.place.join(folder, 'trainer_'))),
		);
	}

	async #run(path: string, relative: string, names: ReadonlySet<string>): Promise<void> {
		if (!names.has('metrics.jsonl')) {
			return;
		}
		const spec = await this.place.read(
			this.place.join(path, 'spec.json'),
			0,
			1 << 20,
			this.options,
		);
		const given = spec.ok
			? parseJsonObject(new TextDecoder().decode(spec.value))?.['name']
			: undefined;
		const name = typeof given === 'string' && given !== '' ? given : relative || baseName(path);
		this.#add('metrics.jsonl', path, [this.place.join(path, 'metrics.jsonl')], name, false);
	}

	#add(
		format: MetricFormat,
		path: string,
		files: readonly string[],
		name: string,
		isFolder: boolean,
	): void {
		this.sources.push({ format, path, files, name: name || baseName(this.root), isFolder });
	}

	#say(what: string, count: number): void {
		if (count > 0) {
			this.left.push({ what, count });
		}
	}
}

function isEntered({ name, kind, isLink }: PlaceEntry, folder: string): boolean {
	return (
		kind === 'directory' &&
		!isLink &&
		!name.startsWith('.') &&
		!passedOver.has(name) &&
		!checkpointName.test(name) &&
		!(wandbRun.test(baseName(folder)) && ['files', 'logs', 'tmp'].includes(name))
	);
}

function eventFiles(
	place: MetricPlace,
	folder: string,
	entries: readonly PlaceEntry[],
): readonly string[] {
	return entries
		.filter(({ name, kind }) => kind === 'file' && eventNames.test(name))
		.map(({ name }) => name)
		.toSorted((a, b) => begun(a) - begun(b) || (a < b ? -1 : 1))
		.map(name => place.join(folder, name));
}

/** Unix seconds in an event file's name. */
function begun(name: string): number {
	return Number(/tfevents\.(\d+)/.exec(name)?.[1] ?? 0);
}

/** Sources of one folder and one name are told apart by their format. */
function namedApart(sources: readonly FoundMetrics[]): readonly FoundMetrics[] {
	const counts = new Map<string, number>();
	for (const { name } of sources) {
		counts.set(name, (counts.get(name) ?? 0) + 1);
	}
	return sources.map(source =>
		(counts.get(source.name) ?? 0) > 1
			? { ...source, name: `${source.name} (${source.format})` }
			: source,
	);
}

function baseName(path: string): string {
	return path.split(/[\\/]/).findLast(part => part !== '') ?? path;
}
