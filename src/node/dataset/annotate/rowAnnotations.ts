import { ok, type Result } from '../../../core/base/result';
import { Turns } from '../../../core/base/turns';
import {
	annotationOf,
	foldAnnotations,
	isReviewed,
	labelOf,
	saysSomething,
	type Annotation,
	type FoldedAnnotations,
	type Sayings,
	type SayingEvent,
} from '../../../core/dataset/annotate/annotationFold';
import type { AnnotationEvent, Label, Statement } from '../../../core/dataset/annotation';
import { remarksOf, type Remarks } from '../../../core/dataset/query/remarks';
import type { Overlay, RowId } from '../../../core/dataset/overlay';
import type { AnnotationStore } from '../annotationStore';
import { expected } from '../expected';
import { findRenamedRows, nameOf, type NamedRows } from '../rowNames';
import { newEventName } from './annotationWriter';
import { renamesAfter, rowsBefore, type RowsBefore } from './rowRenames';

/** What someone said about an example that is not in the file (any more). */
export interface DetachedAnnotation {
	readonly author: string;
	readonly name: string;
	readonly annotation: Annotation;
}

/** What one author, or one tool, says about a row. */
export interface AuthoredAnnotation {
	readonly author: string;
	readonly annotation: Annotation;
}

/** Something that was said, so that it can be taken back. */
export interface Said {
	readonly row: RowId;
	readonly event: string;
	/** Done when it is on the disk. */
	readonly written: Promise<Result<void>>;
}

type ByRow = Map<RowId, SayingEvent[]>;

/**
 * The annotations of the rows of an open dataset. In memory they hang on rows, so an edit does not
 * lose them; in the annotation files they hang on example ids, which follow what is on disk. What
 * is said counts at once; writing it goes on behind.
 */
export class RowAnnotations {
	#mine: ByRow = new Map();
	#others = new Map<string, ByRow>();
	#suggestions = new Map<string, ByRow>();
	readonly #current = new Map<RowId, Annotation>();
	/** Name that the annotation files know an annotated row by. */
	readonly #names = new Map<RowId, string>();
	/** What can be taken back, newest last. */
	#sayings: { readonly row: RowId; readonly event: string }[] = [];
	readonly #turns = new Turns();
	#counts: Record<Label, number> = { keep: 0, drop: 0, fix: 0 };
	/** Grows with every change. */
	version = 0;
	detached: readonly DetachedAnnotation[] = [];
	/** Lines of the annotation files that say nothing here. */
	unread = { unknown: 0, torn: 0 };

	constructor(
		readonly store: AnnotationStore,
		private readonly now: () => Date,
	) {}

	get keptCount(): number {
		return this.#counts.keep;
	}

	get droppedCount(): number {
		return this.#counts.drop;
	}

	get detachedCount(): number {
		return this.detached.length;
	}

	/** My decision about a row. */
	of(id: RowId): Label | undefined {
		return this.mine(id)?.label;
	}

	/** All that I said about a row. */
	mine(id: RowId): Annotation | undefined {
		const known = this.#current.get(id);
		const events = this.#mine.get(id);
		if (known || !events) {
			return known;
		}
		const annotation = annotationOf(events);
		this.#current.set(id, annotation);
		return annotation;
	}

	/** What I said about a row beside my decision, as queries ask for it. */
	remarksOn(id: RowId): Remarks | undefined {
		const mine = this.mine(id);
		return mine && remarksOf([mine]);
	}

	/** Rows about which I said something, in no order. */
	annotatedRows(): RowId[] {
		return [...this.#mine.keys()];
	}

	labelled(label: Label): RowId[] {
		return this.annotatedRows().filter(id => this.of(id) === label);
	}

	/** What others say: nothing before I have decided, so that their word does not sway mine. */
	othersOn(id: RowId): AuthoredAnnotation[] {
		return isReviewed(this.mine(id)) ? authored(this.#others, id) : [];
	}

	/** How many others have said something that is not shown yet. */
	hiddenOn(id: RowId): number {
		return isReviewed(this.mine(id)) ? 0 : authored(this.#others, id).length;
	}

	suggestionsOn(id: RowId): AuthoredAnnotation[] {
		return authored(this.#suggestions, id);
	}

	/** Rows that two or more authors decided differently, in no order. */
	disagreedRows(): RowId[] {
		const first = new Map<RowId, Label>();
		const disagreed = new Set<RowId>();
		for (const rows of this.answers.values()) {
			for (const [id, events] of rows) {
				const label = labelOf(events);
				if (label !== undefined && (first.get(id) ?? label) !== label) {
					disagreed.add(id);
				} else if (label !== undefined) {
					first.set(id, label);
				}
			}
		}
		return [...disagreed];
	}

	/** What every author said by row, my own words included. */
	get answers(): ReadonlyMap<string, ReadonlyMap<RowId, readonly SayingEvent[]>> {
		return new Map([...this.#others, [this.store.author, this.#mine] as const]);
	}

	/** What programs suggest, by the tool. */
	get suggestions(): ReadonlyMap<string, ReadonlyMap<RowId, readonly SayingEvent[]>> {
		return this.#suggestions;
	}

	/** Tags in use and how often, the most frequent first. */
	tags(): { readonly tag: string; readonly rows: number }[] {
		const counts = new Map<string, number>();
		for (const rows of [this.#mine, ...this.#others.values()]) {
			for (const events of rows.values()) {
				for (const tag of annotationOf(events).tags) {
					counts.set(tag, (counts.get(tag) ?? 0) + 1);
				}
			}
		}
		return [...counts]
			.map(([tag, count]) => ({ tag, rows: count }))
			.sort((a, b) => b.rows - a.rows || (a.tag < b.tag ? -1 : 1));
	}

	/** Reads the annotation files and finds the rows they speak of. The scan has to be complete. */
	async load(rows: NamedRows, overlay: Overlay): Promise<Result<void>> {
		await this.#turns.settled;
		const read = await this.store.readFiles();
		if (!read.ok) {
			return read;
		}
		const folded = foldAnnotations(read.value);
		const places = new Places(folded, rows, overlay);
		const detached: DetachedAnnotation[] = [];
		this.#names.clear();
		this.#current.clear();
		this.#mine = new Map();
		this.#others = new Map();
		for (const [author, sayings] of folded.answers) {
			const found = places.attach(author, sayings, detached, this.#names);
			if (author === this.store.author) {
				this.#mine = found;
			} else {
				this.#others.set(author, found);
			}
		}
		this.#suggestions = new Map(
			[...folded.suggestions].map(([tool, sayings]) => [
				tool,
				places.attach(tool, sayings, [], this.#names),
			]),
		);
		this.detached = detached;
		this.unread = { unknown: folded.unknown, torn: folded.torn };
		this.#sayings = sayingsOf(this.#mine);
		this.#countAll();
		return ok();
	}

	/** Says something about a row. */
	say(rows: NamedRows, row: RowId, base: number, statement: Statement): Said {
		const event = newEventName();
		const saying = { ...statement, event, time: this.#time() };
		const written = this.#add(rows, row, base, saying);
		this.#sayings.push({ row, event });
		return { row, event, written };
	}

	/** Notes how long a row was read. */
	spent(rows: NamedRows, row: RowId, base: number, seconds: number): Promise<Result<void>> {
		const time = this.#time();
		return this.#add(rows, row, base, { kind: 'spent', seconds, event: newEventName(), time });
	}

	/** The newest of my statements that still counts. */
	get lastSaid(): { readonly row: RowId; readonly event: string } | undefined {
		return this.#sayings.at(-1);
	}

	/** Takes back what was said. Done when that is on the disk; nothing when it was taken back. */
	undo(rows: NamedRows, row: RowId, base: number, event: string): Promise<Result<void>> {
		const events = this.#mine.get(row) ?? [];
		if (!events.some(one => one.event === event)) {
			return Promise.resolve(ok());
		}
		this.#change(
			row,
			events.filter(one => one.event !== event),
		);
		this.#sayings = this.#sayings.filter(one => one.event !== event);
		const undoing = { kind: 'undo', of: event, event: newEventName(), time: this.#time() } as const;
		return this.#append(rows, row, base, undoing);
	}

	/** Done when all that was said is on the disk, or cannot be brought there. */
	async flush(): Promise<Result<void>> {
		await this.#turns.settled;
		return this.store.flush();
	}

	/** What rows are called before a save, for `renamed` after it. */
	async beforeSave(rows: NamedRows, overlay: Overlay): Promise<RowsBefore> {
		// Names that are being found are of the file as it is now.
		await this.#turns.settled;
		return rowsBefore(rows, overlay, this.#names.keys());
	}

	/** After a save: rows that are called otherwise now take what was said about them along. */
	renamed(rows: NamedRows, overlay: Overlay, before: RowsBefore): Promise<Result<void>> {
		return this.#write(async () => {
			const time = this.#time();
			const { events, names } = await renamesAfter(rows, overlay, before, this.#names);
			for (const [id, name] of names) {
				this.#names.set(id, name);
			}
			const written = this.store.appendEdits(
				events.map((event): AnnotationEvent => ({ ...event, event: newEventName(), time })),
			);
			return { written };
		});
	}

	#add(
		rows: NamedRows,
		row: RowId,
		base: number,
		saying: DistributiveOmit<SayingEvent, 'id'>,
	): Promise<Result<void>> {
		// In memory events hang on rows; the name is found behind and stands only in the file.
		this.#change(row, [...(this.#mine.get(row) ?? []), { ...saying, id: '' }]);
		return this.#append(rows, row, base, saying);
	}

	#append(
		rows: NamedRows,
		row: RowId,
		base: number,
		event: DistributiveOmit<AnnotationEvent, 'id'>,
	): Promise<Result<void>> {
		const naming = expected(() => this.#nameOf(rows, row, base));
		return this.#write(async () => {
			const name = await naming;
			return {
				written: name.ok
					? this.store.append([{ id: name.value, ...event }])
					: Promise.resolve(name),
			};
		});
	}

	async #nameOf(rows: NamedRows, row: RowId, base: number): Promise<string> {
		const known = this.#names.get(row);
		const name = known ?? (await nameOf(rows, base));
		this.#names.set(row, name);
		return name;
	}

	/**
	 * Keeps the order of the calls, though a name may take a moment. Does not wait for the disk
	 * between them, so that what is said quickly is written together.
	 */
	async #write(work: () => Promise<{ written: Promise<Result<void>> }>): Promise<Result<void>> {
		return (await this.#turns.take(work)).written;
	}

	#change(row: RowId, events: SayingEvent[]): void {
		this.#count(this.of(row), -1);
		this.#current.delete(row);
		if (events.length === 0) {
			this.#mine.delete(row);
		} else {
			this.#mine.set(row, events);
		}
		this.#count(this.of(row), 1);
		this.version++;
	}

	#time(): string {
		return this.now().toISOString();
	}

	#countAll(): void {
		this.#counts = { keep: 0, drop: 0, fix: 0 };
		for (const id of this.#mine.keys()) {
			this.#count(this.of(id), 1);
		}
		this.version++;
	}

	#count(label: Label | undefined, by: 1 | -1): void {
		if (label) {
			this.#counts[label] += by;
		}
	}
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** Finds the rows of names, also of those that were renamed since. */
class Places {
	readonly #rows = new Map<string, RowId>();

	constructor(folded: FoldedAnnotations, rows: NamedRows, overlay: Overlay) {
		const ids = rowIdsByBase(overlay);
		const names = new Set(
			[...folded.answers.values(), ...folded.suggestions.values()].flatMap(one => [...one.keys()]),
		);
		for (const [name, base] of findRenamedRows(names, folded.renames, rows.scan)) {
			const id = ids(base);
			if (id !== undefined) {
				this.#rows.set(name, id);
			}
		}
	}

	attach(
		author: string,
		sayings: Sayings,
		detached: DetachedAnnotation[],
		names: Map<RowId, string>,
	): ByRow {
		const attached: ByRow = new Map();
		for (const [name, events] of sayings) {
			const id = this.#rows.get(name);
			if (id === undefined) {
				const annotation = annotationOf(events);
				if (saysSomething(annotation)) {
					detached.push({ author, name, annotation });
				}
				continue;
			}
			const others = attached.get(id) ?? [];
			attached.set(id, inTime([...others, ...events]));
			names.set(id, name);
		}
		return attached;
	}
}

/** Ids of the file's rows. Rows that are deleted, though not saved yet, have none. */
function rowIdsByBase(overlay: Overlay): (base: number) => RowId | undefined {
	const stretches: { from: number; to: number; id: RowId }[] = [];
	for (const run of overlay.runs()) {
		if (run.kind === 'base') {
			stretches.push({ from: run.from, to: run.to, id: run.id });
		} else if (run.base !== undefined) {
			stretches.push({ from: run.base, to: run.base + 1, id: run.id });
		}
	}
	stretches.sort((a, b) => a.from - b.from);
	return base => {
		let low = 0;
		let high = stretches.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((stretches[middle]?.from ?? 0) <= base) {
				low = middle;
			} else {
				high = middle - 1;
			}
		}
		const own = stretches[low];
		return own && base >= own.from && base < own.to ? own.id + base - own.from : undefined;
	};
}

function authored(by: ReadonlyMap<string, ByRow>, id: RowId): AuthoredAnnotation[] {
	return [...by]
		.map(([author, rows]) => ({ author, annotation: annotationOf(rows.get(id) ?? []) }))
		.filter(({ annotation }) => saysSomething(annotation));
}

function sayingsOf(rows: ByRow): { row: RowId; event: string }[] {
	const all = [...rows].flatMap(([row, events]) =>
		events.flatMap(one =>
			one.kind === 'spent' || one.event === undefined
				? []
				: [{ row, event: one.event, time: one.time }],
		),
	);
	return all.sort(byTime);
}

function inTime(events: SayingEvent[]): SayingEvent[] {
	return events.sort(byTime);
}

function byTime(a: { readonly time: string }, b: { readonly time: string }): number {
	return a.time < b.time ? -1 : a.time > b.time ? 1 : 0;
}
