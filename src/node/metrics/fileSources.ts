import type { Disposable } from '../../core/base/disposable';
import { Emitter, type Event } from '../../core/base/emitter';
import { messageFor } from '../../core/base/errorMessages';
import type { WindsockError } from '../../core/base/errors';
import { ok, type Result } from '../../core/base/result';
import { withSignal, type OperationOptions } from '../../core/hosts/host';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import type { MetricSource, MetricSources, Skipped } from '../../core/metrics/metricSource';
import { RunMetrics } from '../../core/metrics/runMetrics';
import { FileGroup, holdsSeveralRuns } from './fileGroup';
import { fileSourceId, parseFileSourceId, type FileSourceId } from './fileSourceId';
import { findMetrics, labelOf, type FindOptions, type FoundMetrics } from './findMetrics';
import { MetricFiles } from './metricFiles';
import type { MetricPlace } from './places/metricPlace';
import { placeOf } from './places/placeOf';

/** Milliseconds between two looks at files that are watched; the longer the quieter they are. */
export interface FollowPace {
	readonly here: number;
	readonly onHost: number;
	/** So many times as long at most. */
	readonly slower: number;
}

const usualPace: FollowPace = { here: 500, onHost: 2000, slower: 6 };

/** What opening a path gave. */
export interface OpenedSources {
	readonly ids: readonly string[];
	readonly left: readonly Skipped[];
}

/** Files that hold metrics, before anything of them is read. */
export interface FoundSource {
	/** Of the only run, where they hold one. */
	readonly id: string;
	readonly place: MetricPlace;
	readonly source: FoundMetrics;
}

export interface FoundSources {
	readonly sources: readonly FoundSource[];
	readonly left: readonly Skipped[];
}

interface Watched {
	count: number;
	readonly stop: () => void;
}

/** Files of other tools as sources of a run monitor: opened by path, found again by their id. */
export class FileSources implements MetricSources, Disposable {
	readonly #changed = new Emitter<{ readonly id: string }>();
	readonly onDidChange: Event<{ readonly id: string }> = this.#changed.event;
	/** By the id without the run. */
	readonly #groups = new Map<string, FileGroup>();
	readonly #watched = new Map<string, Watched>();
	/** Of ids that came from the state of a page: what is shown until they are read, or why not. */
	readonly #missing = new Map<string, MetricSource>();

	constructor(
		private readonly hosts: Pick<HostDirectory, 'get'>,
		private readonly pace: FollowPace = usualPace,
	) {}

	/** All sources that were opened, in that order. */
	get known(): readonly MetricSource[] {
		return [...this.#groups.values()].flatMap(group => group.runs);
	}

	/** Finds what a path of this machine, or `host:path`, holds, and learns which runs these are. */
	async open(text: string, options: FindOptions = {}): Promise<Result<OpenedSources>> {
		const found = await this.find(text, options);
		if (!found.ok) {
			return found;
		}
		const ids: string[] = [];
		const left: Skipped[] = [...found.value.left];
		for (const one of found.value.sources) {
			const opened = await this.openFound(one, options);
			if (opened.ok) {
				ids.push(...opened.value);
			} else if (opened.error.code === 'cancelled' || found.value.sources.length === 1) {
				return opened;
			} else {
				left.push({ what: messageFor(opened.error), count: 1 });
			}
		}
		return ok({ ids, left });
	}

	/** The same without reading any of it. */
	async find(text: string, options: FindOptions = {}): Promise<Result<FoundSources>> {
		const placed = await placeOf(text, '/', this.hosts);
		if (!placed.ok) {
			return placed;
		}
		const { place } = placed.value;
		const found = await findMetrics(place, placed.value.path, options);
		return found.ok
			? ok({
					sources: found.value.sources.map(source => ({
						id: idOf(place, source),
						place,
						source,
					})),
					left: found.value.left,
				})
			: found;
	}

	/** Ids of the runs that found files hold. */
	async openFound(
		{ place, source }: FoundSource,
		{ signal }: OperationOptions = {},
	): Promise<Result<readonly string[]>> {
		const group = this.#groupOf(place, source);
		if (holdsSeveralRuns(source)) {
			const read = await group.read(withSignal(signal));
			if (!read.ok) {
				return read;
			}
		}
		return ok(group.runs.map(({ id }) => id));
	}

	get(id: string): MetricSource | undefined {
		const parsed = parseFileSourceId(id);
		if (parsed === undefined) {
			return undefined;
		}
		const known = this.#groups.get(groupKey(parsed))?.get(parsed.run);
		return known ?? this.#missing.get(id) ?? this.#unread(id, parsed);
	}

	async load(id: string): Promise<void> {
		const parsed = parseFileSourceId(id);
		if (parsed === undefined) {
			return;
		}
		const group = this.#groups.get(groupKey(parsed)) ?? (await this.#findAgain(id, parsed));
		const read = await group?.read();
		const problem = read && !read.ok ? read.error : undefined;
		if (group && group.get(parsed.run) === undefined) {
			this.#say(id, parsed, problem);
		}
	}

	watch(id: string): Disposable {
		const parsed = parseFileSourceId(id);
		const key = parsed && groupKey(parsed);
		if (key === undefined) {
			return { dispose: () => {} };
		}
		const watched = this.#watched.get(key) ?? { count: 0, stop: this.#follow(key) };
		watched.count++;
		this.#watched.set(key, watched);
		let isDisposed = false;
		return {
			dispose: () => {
				watched.count -= isDisposed ? 0 : 1;
				isDisposed = true;
				if (watched.count === 0) {
					watched.stop();
					this.#watched.delete(key);
				}
			},
		};
	}

	dispose(): void {
		for (const { stop } of this.#watched.values()) {
			stop();
		}
		this.#watched.clear();
		this.#changed.dispose();
	}

	/** Looks again and again, more slowly while nothing comes. */
	#follow(key: string): () => void {
		let timer: ReturnType<typeof setTimeout> | undefined;
		let isStopped = false;
		let slower = 1;
		const look = async (): Promise<void> => {
			const group = this.#groups.get(key);
			const read = await group?.read();
			slower = read?.ok === true && read.value ? 1 : Math.min(this.pace.slower, slower * 1.2);
			again();
		};
		const again = (): void => {
			if (!isStopped) {
				const host = this.#groups.get(key)?.files.place.host;
				const pace = host === undefined ? this.pace.here : this.pace.onHost;
				timer = setTimeout(() => void look(), pace * slower);
			}
		};
		again();
		return () => {
			isStopped = true;
			clearTimeout(timer);
		};
	}

	#groupOf(place: MetricPlace, source: FoundMetrics): FileGroup {
		const key = idOf(place, source);
		const known = this.#groups.get(key);
		if (known !== undefined) {
			return known;
		}
		const group = new FileGroup(new MetricFiles(place, source), source.name, id => {
			this.#missing.delete(id);
			this.#changed.fire({ id });
		});
		this.#groups.set(key, group);
		return group;
	}

	async #findAgain(id: string, parsed: FileSourceId): Promise<FileGroup | undefined> {
		const placed = await placeOf(parsed.label, '/', this.hosts);
		if (!placed.ok) {
			this.#say(id, parsed, placed.error);
			return undefined;
		}
		const found = await findMetrics(placed.value.place, placed.value.path, { depth: 0 });
		if (!found.ok) {
			this.#say(id, parsed, found.error);
			return undefined;
		}
		const source = found.value.sources.find(
			one => idOf(placed.value.place, one) === groupKey(parsed),
		);
		if (source === undefined) {
			this.#say(id, parsed, undefined);
			return undefined;
		}
		return this.#groupOf(placed.value.place, { ...source, name: shortName(parsed.label) });
	}

	#say(id: string, parsed: FileSourceId, error: WindsockError | undefined): void {
		const what = error ? messageFor(error) : 'run that its files no longer hold';
		this.#missing.set(id, { ...unreadSource(id, parsed), skipped: [{ what, count: 1 }] });
		this.#changed.fire({ id });
	}

	/** Kept: whoever draws takes another object for other metrics. */
	#unread(id: string, parsed: FileSourceId): MetricSource {
		const source = unreadSource(id, parsed);
		this.#missing.set(id, source);
		return source;
	}
}

function unreadSource(id: string, { label, format, run }: FileSourceId): MetricSource {
	const name = shortName(label);
	return {
		id,
		name: run === '' ? name : `${name}/${run}`,
		where: label,
		format,
		metrics: new RunMetrics(),
		skipped: [],
	};
}

function idOf(place: MetricPlace, { format, path }: FoundMetrics): string {
	return fileSourceId({ label: labelOf(place, path), format, run: '' });
}

function groupKey(parsed: FileSourceId): string {
	return fileSourceId({ ...parsed, run: '' });
}

/** The last two parts of a path: what tells it apart, where nobody said relative to what. */
function shortName(label: string): string {
	return label
		.split(/[\\/]/)
		.filter(part => part !== '')
		.slice(-2)
		.join('/');
}
