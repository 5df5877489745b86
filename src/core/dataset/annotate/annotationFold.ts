import {
	readAnnotationLine,
	type AnnotationEvent,
	type Label,
	type Rating,
	type Statement,
} from '../annotation';

/**
 * Who wrote a file and what of: people's answers, the renames that their edits made, or what a
 * program suggests. The three never share a file.
 */
export type AnnotationStream = 'answers' | 'edits' | 'suggestions';

/** One annotation file as it was read. */
export interface AnnotationFile {
	/** Its name in the annotation folder. */
	readonly name: string;
	readonly stream: AnnotationStream;
	/** The annotator, or the tool of suggestions. */
	readonly author: string;
	readonly events: readonly AnnotationEvent[];
	/** Lines of kinds that this version does not know; they stay where they are. */
	readonly unknown: number;
	/** Lines that are not whole. */
	readonly torn: number;
}

/** What one author says about one example after all events. */
export interface Annotation {
	readonly label?: Label;
	readonly rating?: Rating;
	readonly tags: readonly string[];
	readonly note?: string;
	readonly isSkipped?: boolean;
	/** Seconds spent on it, all visits together. */
	readonly seconds: number;
	/** When the author last said something. */
	readonly time: string;
}

/** An event that says something about an example, or how long it took. */
export type SayingEvent = Exclude<AnnotationEvent, { kind: 'renamed' } | { kind: 'undo' }>;

/** What one author says, by example; the events of each in the order of their time. */
export type Sayings = ReadonlyMap<string, readonly SayingEvent[]>;

/** Everything that the files of a dataset say, by author and example. */
export interface FoldedAnnotations {
	readonly answers: ReadonlyMap<string, Sayings>;
	/** By the tool that suggests. */
	readonly suggestions: ReadonlyMap<string, Sayings>;
	/** Where an example that is not found any more may have gone. */
	readonly renames: ReadonlyMap<string, string>;
	readonly unknown: number;
	readonly torn: number;
}

const cloneSuffix = /-[0-9a-f]{8}$/;
const streamPrefixes = { edits: 'edits-', suggestions: 'suggestions-' } as const;

/** The file that one author writes from one clone. */
export function annotationFileName(
	stream: AnnotationStream,
	author: string,
	clone: string | undefined,
): string {
	const prefix = stream === 'answers' ? '' : streamPrefixes[stream];
	return `${prefix}${author}${clone === undefined ? '' : `-${clone}`}.jsonl`;
}

/** Author and stream of a file in an annotation folder; `undefined` for other files. */
export function parseFileName(
	name: string,
): { stream: AnnotationStream; author: string } | undefined {
	if (!name.endsWith('.jsonl')) {
		return undefined;
	}
	const stem = name.slice(0, -'.jsonl'.length);
	for (const stream of ['edits', 'suggestions'] as const) {
		const prefix = streamPrefixes[stream];
		if (stem.startsWith(prefix)) {
			const rest = stem.slice(prefix.length);
			return { stream, author: stream === 'edits' ? rest.replace(cloneSuffix, '') : rest };
		}
	}
	return { stream: 'answers', author: stem.replace(cloneSuffix, '') };
}

/** Reads the text of an annotation file. What cannot be read is counted, never an error. */
export function parseAnnotationFile(name: string, text: string): AnnotationFile | undefined {
	const owner = parseFileName(name);
	if (!owner) {
		return undefined;
	}
	const events: AnnotationEvent[] = [];
	let unknown = 0;
	let torn = 0;
	for (const line of text.split('\n')) {
		const read = readAnnotationLine(line);
		if (read.kind === 'event') {
			events.push(read.event);
		} else {
			unknown += read.kind === 'unknown' ? 1 : 0;
			torn += read.kind === 'torn' ? 1 : 0;
		}
	}
	return { name, ...owner, events, unknown, torn };
}

/**
 * Puts the files together, whatever their order. Events are taken by time; those of one file stay
 * in its order, though the clock may have been set back. A rename takes along what every author
 * said before it.
 */
export function foldAnnotations(files: readonly AnnotationFile[]): FoldedAnnotations {
	const answers = new Authors();
	const suggestions = new Authors();
	const renames = new Map<string, string>();
	const undone = undoneEvents(files);
	const seen = new Set<string>();
	for (const { file, event } of inOrder(files)) {
		const key = event.event === undefined ? undefined : keyOf(file, event.event);
		if (key !== undefined && (seen.has(key) || undone.has(key))) {
			continue;
		}
		if (key !== undefined) {
			seen.add(key);
		}
		switch (event.kind) {
			case 'renamed':
				if (event.newId !== event.id) {
					renames.set(event.id, event.newId);
					renames.delete(event.newId);
					answers.rename(event.id, event.newId);
					suggestions.rename(event.id, event.newId);
				}
				break;
			case 'undo':
				break;
			default:
				(file.stream === 'suggestions' ? suggestions : answers).add(file.author, event);
		}
	}
	return {
		answers: answers.said(),
		suggestions: suggestions.said(),
		renames,
		unknown: sum(files, file => file.unknown),
		torn: sum(files, file => file.torn),
	};
}

/** Where a name leads after all renames; the name itself when it was never renamed. */
export function renamedTo(renames: ReadonlyMap<string, string>, id: string): string {
	const passed = new Set([id]);
	let last = id;
	for (let next = renames.get(id); next !== undefined && !passed.has(next);) {
		passed.add(next);
		last = next;
		next = renames.get(next);
	}
	return last;
}

/** Whether anything is said at all; time alone says nothing. */
export function saysSomething(annotation: Annotation): boolean {
	return (
		annotation.label !== undefined ||
		annotation.rating !== undefined ||
		annotation.note !== undefined ||
		annotation.isSkipped === true ||
		annotation.tags.length > 0
	);
}

/** Whether the author is done with the example. A tag or a note alone does not decide it. */
export function isReviewed(annotation: Annotation | undefined): boolean {
	return annotation?.label !== undefined || annotation?.rating !== undefined;
}

/** What the events about one example come to. */
export function annotationOf(events: readonly SayingEvent[]): Annotation {
	let said: Annotation = { tags: [], seconds: 0, time: '' };
	for (const event of events) {
		said =
			event.kind === 'spent'
				? { ...said, seconds: said.seconds + event.seconds }
				: withStatement(said, event, event.time);
	}
	return said;
}

/** The label alone, without the rest: for going through many examples. */
export function labelOf(events: readonly SayingEvent[]): Label | undefined {
	const last = events.findLast(event => event.kind === 'label');
	return last?.value ?? undefined;
}

function withStatement(before: Annotation, statement: Statement, time: string): Annotation {
	const { label, rating, note, isSkipped, ...rest } = before;
	const now = { label, rating, note, isSkipped, tags: rest.tags };
	switch (statement.kind) {
		case 'label':
			now.label = statement.value ?? undefined;
			now.isSkipped = statement.value === null ? isSkipped : undefined;
			break;
		case 'rating':
			now.rating = statement.value ?? undefined;
			break;
		case 'note':
			now.note = statement.value === '' ? undefined : statement.value;
			break;
		case 'skip':
			now.isSkipped = statement.on ? true : undefined;
			break;
		case 'tag': {
			const others = rest.tags.filter(tag => tag !== statement.value);
			now.tags = statement.on ? [...others, statement.value].sort() : others;
		}
	}
	return {
		seconds: rest.seconds,
		time,
		tags: now.tags,
		...(now.label && { label: now.label }),
		...(now.rating && { rating: now.rating }),
		...(now.note !== undefined && { note: now.note }),
		...(now.isSkipped && { isSkipped: true }),
	};
}

class Authors {
	readonly #byAuthor = new Map<string, Map<string, SayingEvent[]>>();

	add(author: string, event: SayingEvent): void {
		let own = this.#byAuthor.get(author);
		if (!own) {
			own = new Map();
			this.#byAuthor.set(author, own);
		}
		const said = own.get(event.id);
		if (said) {
			said.push(event);
		} else {
			own.set(event.id, [event]);
		}
	}

	rename(id: string, newId: string): void {
		for (const own of this.#byAuthor.values()) {
			const said = own.get(id);
			if (said) {
				own.delete(id);
				own.set(newId, said);
			}
		}
	}

	/** In the order of the authors' names. */
	said(): Map<string, Sayings> {
		return new Map([...this.#byAuthor].sort(([a], [b]) => (a < b ? -1 : 1)));
	}
}

interface Placed {
	readonly file: AnnotationFile;
	readonly event: AnnotationEvent;
	readonly time: string;
}

function inOrder(files: readonly AnnotationFile[]): Placed[] {
	const byName = [...files].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
	const placed = byName.flatMap(file => {
		let latest = '';
		return file.events.map(event => {
			latest = event.time > latest ? event.time : latest;
			return { file, event, time: latest };
		});
	});
	// The sort is stable, so lines of one file and files of one time keep their order.
	return placed.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

/** Undone events of each author, but for those whose undoing was undone. */
function undoneEvents(files: readonly AnnotationFile[]): Set<string> {
	const undos = files.flatMap(file =>
		file.events.flatMap(event => (event.kind === 'undo' ? [{ file, event }] : [])),
	);
	const undone = new Set<string>();
	// The newest first: an undo that is itself undone takes nothing back.
	for (const { file, event } of inUndoOrder(undos)) {
		if (event.event === undefined || !undone.has(keyOf(file, event.event))) {
			undone.add(keyOf(file, event.of));
		}
	}
	return undone;
}

function inUndoOrder<T extends { file: AnnotationFile; event: AnnotationEvent }>(
	undos: readonly T[],
): T[] {
	const files = [...new Set(undos.map(({ file }) => file))];
	const order = new Map(inOrder(files).map(({ event }, i) => [event, i]));
	return [...undos].sort((a, b) => (order.get(b.event) ?? 0) - (order.get(a.event) ?? 0));
}

function keyOf(file: AnnotationFile, event: string): string {
	return `${file.stream}\n${file.author}\n${event}`;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
	return items.reduce((total, item) => total + of(item), 0);
}
