import type { TokenisedText } from './proseTokens';
import type { TokenPairs, TokenRange } from './wordAlignment';

/**
 * A change spans the gaps `first`…`last` between pairs: gap g lies before pair g, so the change
 * swallows the pairs `first`…`last - 1`.
 */
interface GapSpan {
	first: number;
	last: number;
	wholeSentences: boolean;
}

/** Tokens that differ, on both sides; one of the sides may be empty. */
export interface TokenChange extends TokenRange {
	/** Neighbours were merged into whole sentences because there were too many. */
	readonly wholeSentences: boolean;
}

/** An equal run with fewer words than this between two changes is noise and joins them. */
export const minRunWords = 3;

/** What lies between the equal tokens of two texts, or of a part of them. */
export class ChangeList {
	readonly #wordsBefore: Int32Array;
	readonly #pairCount: number;
	#spans: GapSpan[] = [];

	constructor(
		private readonly a: TokenisedText,
		private readonly b: TokenisedText,
		private readonly pairs: TokenPairs,
		private readonly part: TokenRange = {
			referenceStart: 0,
			referenceEnd: a.count,
			otherStart: 0,
			otherEnd: b.count,
		},
	) {
		this.#pairCount = pairs.reference.length;
		this.#wordsBefore = new Int32Array(this.#pairCount + 1);
		for (const [k, token] of pairs.reference.entries()) {
			this.#wordsBefore[k + 1] = (this.#wordsBefore[k] ?? 0) + (a.words[token] ?? 0);
		}
		for (let gap = 0; gap <= this.#pairCount; gap++) {
			const span = { first: gap, last: gap, wholeSentences: false };
			if (
				this.#referenceStart(span) < this.#referenceEnd(span) ||
				this.#otherStart(span) < this.#otherEnd(span)
			) {
				this.#spans.push(span);
			}
		}
	}

	joinShortRuns(): void {
		const joined: GapSpan[] = [];
		for (const span of this.#spans) {
			const previous = joined.at(-1);
			if (previous && this.#wordsBetween(previous, span) < minRunWords) {
				previous.last = span.last;
			} else {
				joined.push(span);
			}
		}
		this.#spans = joined;
	}

	/** Merges the nearest neighbours, first inside a sentence, then across, until few are left. */
	mergeDownTo(limit: number): void {
		while (this.#spans.length > limit) {
			let nearest = 0;
			let least = Infinity;
			for (let i = 0; i + 1 < this.#spans.length; i++) {
				const distance = this.#distance(i);
				if (distance < least) {
					least = distance;
					nearest = i;
				}
			}
			this.#mergeWithNext(nearest);
		}
	}

	get size(): number {
		return this.#spans.length;
	}

	toChanges(): TokenChange[] {
		return this.#spans.map(span => ({
			referenceStart: this.#referenceStart(span),
			referenceEnd: this.#referenceEnd(span),
			otherStart: this.#otherStart(span),
			otherEnd: this.#otherEnd(span),
			wholeSentences: span.wholeSentences,
		}));
	}

	#mergeWithNext(index: number): void {
		const span = this.#spans[index];
		const next = this.#spans[index + 1];
		if (!span || !next) {
			return;
		}
		const merged = { first: span.first, last: next.last, wholeSentences: true };
		let from = index;
		let to = index + 1;
		for (;;) {
			this.#growToSentences(merged);
			const before = this.#spans[from - 1];
			const after = this.#spans[to + 1];
			if (before && this.#wordsBetween(before, merged) < minRunWords) {
				merged.first = before.first;
				from--;
			} else if (after && this.#wordsBetween(merged, after) < minRunWords) {
				merged.last = after.last;
				to++;
			} else {
				break;
			}
		}
		this.#spans.splice(from, to - from + 1, merged);
	}

	#growToSentences(span: GapSpan): void {
		const { a, b, pairs } = this;
		const sameSentence = (text: TokenisedText, pair: number, token: number): boolean =>
			text.sentences[pair] === text.sentences[token];
		while (span.first > 0) {
			const r = pairs.reference[span.first - 1] ?? 0;
			const o = pairs.other[span.first - 1] ?? 0;
			const inside =
				(r + 1 < this.#referenceEnd(span) && sameSentence(a, r, r + 1)) ||
				(o + 1 < this.#otherEnd(span) && sameSentence(b, o, o + 1));
			if (!inside) {
				break;
			}
			span.first--;
		}
		while (span.last < this.#pairCount) {
			const r = pairs.reference[span.last] ?? 0;
			const o = pairs.other[span.last] ?? 0;
			const inside =
				(r - 1 >= this.#referenceStart(span) && sameSentence(a, r, r - 1)) ||
				(o - 1 >= this.#otherStart(span) && sameSentence(b, o, o - 1));
			if (!inside) {
				break;
			}
			span.last++;
		}
	}

	/** Words between a change and the next; those that share no sentence are farther than any that do. */
	#distance(index: number): number {
		const span = this.#spans[index];
		const next = this.#spans[index + 1];
		if (!span || !next) {
			return Infinity;
		}
		const words = this.#wordsBetween(span, next);
		const r = this.pairs.reference;
		const o = this.pairs.other;
		const [firstPair, lastPair] = [span.last, next.first - 1];
		const oneSentence =
			this.a.sentences[r[firstPair] ?? 0] === this.a.sentences[r[lastPair] ?? 0] ||
			this.b.sentences[o[firstPair] ?? 0] === this.b.sentences[o[lastPair] ?? 0];
		return oneSentence ? words : words + this.a.count;
	}

	#wordsBetween(span: GapSpan, next: GapSpan): number {
		return (this.#wordsBefore[next.first] ?? 0) - (this.#wordsBefore[span.last] ?? 0);
	}

	#referenceStart(span: GapSpan): number {
		return span.first === 0
			? this.part.referenceStart
			: (this.pairs.reference[span.first - 1] ?? 0) + 1;
	}

	#referenceEnd(span: GapSpan): number {
		return this.pairs.reference[span.last] ?? this.part.referenceEnd;
	}

	#otherStart(span: GapSpan): number {
		return span.first === 0 ? this.part.otherStart : (this.pairs.other[span.first - 1] ?? 0) + 1;
	}

	#otherEnd(span: GapSpan): number {
		return this.pairs.other[span.last] ?? this.part.otherEnd;
	}
}
