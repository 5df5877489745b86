import { isObject } from './messageShapes';

export type Label = 'keep' | 'drop';

/** One line of an annotation file. Lines are only ever appended, never changed. */
export type AnnotationEvent =
	| {
			readonly kind: 'label';
			readonly id: string;
			/** `null` takes the label off. */
			readonly value: Label | null;
			/** ISO 8601, on the annotator's clock. */
			readonly time: string;
	  }
	/** The row was edited and saved: what was said about `id` now goes for `newId`. */
	| {
			readonly kind: 'renamed';
			readonly id: string;
			readonly newId: string;
			readonly time: string;
	  };

/**
 * Reads one line. A torn or unknown line answers `undefined`: newer versions may write kinds that
 * this one does not know, and they must survive.
 */
export function parseAnnotation(line: string): AnnotationEvent | undefined {
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		return undefined;
	}
	if (!isObject(value) || typeof value['id'] !== 'string') {
		return undefined;
	}
	const { kind, id } = value;
	const time = typeof value['time'] === 'string' ? value['time'] : '';
	if (kind === 'label') {
		const label = value['value'];
		return label === 'keep' || label === 'drop' || label === null
			? { kind, id, value: label, time }
			: undefined;
	}
	return kind === 'renamed' && typeof value['newId'] === 'string'
		? { kind, id, newId: value['newId'], time }
		: undefined;
}

/** The label that each example has after all events, in the order of the file. */
export function foldLabels(events: Iterable<AnnotationEvent>): Map<string, Label> {
	const labels = new Map<string, Label>();
	for (const event of events) {
		if (event.kind === 'label') {
			if (event.value === null) {
				labels.delete(event.id);
			} else {
				labels.set(event.id, event.value);
			}
		} else {
			const label = labels.get(event.id);
			if (label) {
				labels.delete(event.id);
				labels.set(event.newId, label);
			}
		}
	}
	return labels;
}
