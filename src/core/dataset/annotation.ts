import { isObject } from './messageShapes';

/** A decision about an example. `fix` says that it is worth keeping once it is mended. */
export const labels = ['keep', 'drop', 'fix'] as const;
export type Label = (typeof labels)[number];

export type Rating = 1 | 2 | 3 | 4 | 5;

interface EventBase {
	/** The example that it is about. */
	readonly id: string;
	/** ISO 8601, on the annotator's clock. */
	readonly time: string;
	/** Names the event, so that it can be undone and a line that was written twice counts once. */
	readonly event?: string;
}

/** What is said about an example; each takes the place of what the same author said before. */
export type Statement =
	/** `null` takes the label off. */
	| { readonly kind: 'label'; readonly value: Label | null }
	| { readonly kind: 'rating'; readonly value: Rating | null }
	| { readonly kind: 'tag'; readonly value: string; readonly on: boolean }
	/** An empty text takes the note off. */
	| { readonly kind: 'note'; readonly value: string }
	/** Set aside: not decided, and not asked again before the rest is done. */
	| { readonly kind: 'skip'; readonly on: boolean };

/** One line of an annotation file. Lines are only ever appended, never changed. */
export type AnnotationEvent = EventBase &
	(
		| Statement
		/** Takes back an earlier event of the same author. */
		| { readonly kind: 'undo'; readonly of: string }
		/** Time that the author had the example before the eyes, pauses left out. */
		| { readonly kind: 'spent'; readonly seconds: number }
		/**
		 * The row was edited or moved and saved: what was said about `id` now goes for `newId`.
		 * `before` and `after` are content hashes, where the content changed.
		 */
		| {
				readonly kind: 'renamed';
				readonly newId: string;
				readonly before?: string;
				readonly after?: string;
		  }
	);

export type AnnotationKind = AnnotationEvent['kind'];

/** What became of a line. Unknown kinds are those of newer versions; they must survive. */
export type AnnotationLine =
	| { readonly kind: 'event'; readonly event: AnnotationEvent }
	| { readonly kind: 'unknown'; readonly name: string }
	| { readonly kind: 'torn' }
	| { readonly kind: 'blank' };

export function readAnnotationLine(line: string): AnnotationLine {
	if (line.trim() === '') {
		return { kind: 'blank' };
	}
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		return { kind: 'torn' };
	}
	if (!isObject(value)) {
		return { kind: 'torn' };
	}
	const event = eventOf(value);
	return event
		? { kind: 'event', event }
		: { kind: 'unknown', name: typeof value['kind'] === 'string' ? value['kind'] : '' };
}

/** The event on a line, or `undefined` for a torn line and for a kind that is not known here. */
export function parseAnnotation(line: string): AnnotationEvent | undefined {
	const read = readAnnotationLine(line);
	return read.kind === 'event' ? read.event : undefined;
}

function eventOf(value: Record<string, unknown>): AnnotationEvent | undefined {
	const { id } = value;
	if (typeof id !== 'string') {
		return undefined;
	}
	const base = {
		id,
		time: typeof value['time'] === 'string' ? value['time'] : '',
		...(typeof value['event'] === 'string' ? { event: value['event'] } : {}),
	};
	const statement = statementOf(value);
	if (statement) {
		return { ...base, ...statement };
	}
	switch (value['kind']) {
		case 'undo':
			return typeof value['of'] === 'string'
				? { ...base, kind: 'undo', of: value['of'] }
				: undefined;
		case 'spent': {
			const seconds = value['seconds'];
			return typeof seconds === 'number' && seconds >= 0
				? { ...base, kind: 'spent', seconds }
				: undefined;
		}
		case 'renamed':
			return typeof value['newId'] === 'string'
				? { ...base, kind: 'renamed', newId: value['newId'], ...hashesOf(value) }
				: undefined;
		default:
			return undefined;
	}
}

function statementOf({ kind, value, on }: Record<string, unknown>): Statement | undefined {
	switch (kind) {
		case 'label':
			return value === null || isLabel(value) ? { kind, value } : undefined;
		case 'rating':
			return value === null || isRating(value) ? { kind, value } : undefined;
		case 'tag':
			return typeof value === 'string' && value !== '' && typeof on === 'boolean'
				? { kind, value, on }
				: undefined;
		case 'note':
			return typeof value === 'string' ? { kind, value } : undefined;
		case 'skip':
			return typeof on === 'boolean' ? { kind, on } : undefined;
		default:
			return undefined;
	}
}

function hashesOf({ before, after }: Record<string, unknown>) {
	return {
		...(typeof before === 'string' ? { before } : {}),
		...(typeof after === 'string' ? { after } : {}),
	};
}

export function isLabel(value: unknown): value is Label {
	return labels.some(label => label === value);
}

export function isRating(value: unknown): value is Rating {
	return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 5;
}
