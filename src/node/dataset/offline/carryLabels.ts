import { ok, type Result } from '../../../core/base/result';
import type { AnnotationEvent } from '../../../core/dataset/annotation';
import type { AnnotationStore } from '../annotationStore';

/**
 * Writes what one annotator said about the rows of a slice to the annotations of its source; what
 * is there already is not said twice. Answers how many sayings that were.
 */
export async function carryLabels(
	from: AnnotationStore,
	to: AnnotationStore,
): Promise<Result<number>> {
	const [mine, known] = [await from.readFiles(), await to.readFiles()];
	if (!mine.ok || !known.ok) {
		return mine.ok ? (known as Result<number>) : (mine as Result<number>);
	}
	const there = new Set(known.value.flatMap(({ events }) => events.map(keyOf)));
	let carried = 0;
	for (const { stream, author, events } of mine.value) {
		const isMine = author === from.author && stream !== 'suggestions';
		const news = isMine ? events.filter(event => !there.has(keyOf(event))) : [];
		const written = await (stream === 'edits' ? to.appendEdits(news) : to.append(news));
		if (!written.ok) {
			return written;
		}
		carried += stream === 'edits' ? 0 : news.length;
	}
	return ok(carried);
}

function keyOf(event: AnnotationEvent): string {
	return JSON.stringify(Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1)));
}
