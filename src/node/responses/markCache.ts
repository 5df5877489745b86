import { createHash } from 'node:crypto';
import type { LaneMarks, MarkRequest } from '../../core/responses/answerMarks';
import type { AnswerAnalysis } from './answerAnalysis';

/** Prompts looked at lately; each is a few kilobytes. */
const mostKept = 300;

/** Marks of answers, kept by the content of all of them: a prompt seen again costs nothing. */
export class MarkCache {
	readonly #kept = new Map<string, Promise<readonly LaneMarks[]>>();

	constructor(private readonly analysis: Pick<AnswerAnalysis, 'ask'>) {}

	/** Rejects when the comparison fails; the next call tries again. */
	marksOf(request: MarkRequest): Promise<readonly LaneMarks[]> {
		const key = keyOf(request);
		const known = this.#kept.get(key);
		if (known) {
			// Behind all others: the one at the front is the one to forget.
			this.#kept.delete(key);
			this.#kept.set(key, known);
			return known;
		}
		const marks = this.analysis.ask('marks', request);
		this.#kept.set(key, marks);
		marks.catch(() => this.#kept.delete(key));
		const [oldest] = this.#kept.keys();
		if (this.#kept.size > mostKept && oldest !== undefined) {
			this.#kept.delete(oldest);
		}
		return marks;
	}
}

function keyOf({ texts, reference, lens }: MarkRequest): string {
	const hash = createHash('sha256');
	for (const text of texts) {
		hash.update(text === undefined ? '-' : `${text.length} `).update(text ?? '');
	}
	return `${lens} ${reference} ${hash.digest('hex')}`;
}
