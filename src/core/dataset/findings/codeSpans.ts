/** Stretches of a text: [start, end) each, in order. */
export interface Spans {
	readonly starts: readonly number[];
	readonly ends: readonly number[];
}

/** Fenced and inline code. A fence that is never closed goes to the end of the text. */
export function codeSpans(text: string): Spans {
	const starts: number[] = [];
	const ends: number[] = [];
	const tick = new NextPlace(text, '`');
	const tilde = new NextPlace(text, '~~~');
	const line = new NextPlace(text, '\n');
	for (let at = 0; at < text.length;) {
		const start = Math.min(tick.from(at), tilde.from(at));
		if (start >= text.length) {
			break;
		}
		const fence = text.slice(start, start + 3);
		let end: number;
		if (fence === '```' || fence === '~~~') {
			const close = text.indexOf(fence, start + 3);
			end = close < 0 ? text.length : close + 3;
		} else {
			end = tick.from(start + 1) + 1;
			const lineEnd = line.from(start);
			// Inline code ends on its line; a lone backtick is an accent or a quotation mark.
			if (end > lineEnd) {
				at = lineEnd + 1;
				continue;
			}
		}
		starts.push(start);
		ends.push(end);
		at = end;
	}
	return { starts, ends };
}

/** The next place of a word from ever later starts; looks at each character only once. */
class NextPlace {
	#at = -1;

	constructor(
		private readonly text: string,
		private readonly word: string,
	) {}

	/** The length of the text when there is none. */
	from(start: number): number {
		if (this.#at < start) {
			const found = this.text.indexOf(this.word, start);
			this.#at = found < 0 ? this.text.length : found;
		}
		return this.#at;
	}
}

/** Whether a place lies in one of the spans; found by halving. */
export function isWithin({ starts, ends }: Spans, at: number): boolean {
	let low = 0;
	let high = starts.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((ends[middle] ?? 0) <= at) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < starts.length && (starts[low] ?? 0) <= at;
}
