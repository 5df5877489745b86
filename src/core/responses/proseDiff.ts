import { tokenise, Vocabulary, type TokenisedText } from './proseTokens';
import { alignSentences } from './sentenceAlignment';
import { alignWords, extendPairs, type TokenPairs } from './wordAlignment';

/**
 * `replaced`: other words stand there. `added`: only the other text has it. `removed`: only the
 * reference has it. `moved`: both have it, at different places.
 */
export type ChangeKind = 'replaced' | 'added' | 'removed' | 'moved';

export interface TextRange {
	/** UTF-16 offsets, end exclusive. */
	readonly start: number;
	readonly end: number;
}

export interface ProseChange {
	readonly kind: ChangeKind;
	/** Empty where this text has nothing; the place where the other text's words would stand. */
	readonly reference: TextRange;
	readonly other: TextRange;
	/** Neighbouring changes were merged into whole sentences because there were too many. */
	readonly wholeSentences: boolean;
	/** For `moved`: index of the change at the other end of the move. */
	readonly movedTo?: number;
}

export interface ProseDiff {
	readonly referenceText: string;
	readonly otherText: string;
	/** In order of both texts, never overlapping, at most `maxChanges`. */
	readonly changes: readonly ProseChange[];
	readonly identical: boolean;
	/** No word and no mark differs, only the white space between them. */
	readonly whiteSpaceOnly: boolean;
}

export const maxChanges = 30;
/** An equal run with fewer words than this between two changes is noise and joins them. */
export const minRunWords = 3;

/**
 * What differs between two answers, for a person to read. Sentences are aligned first and words
 * compared inside aligned sentences only. A word that differs is always inside a change; a change
 * may hold equal words too. Deterministic; time is bounded for texts of any size.
 */
export function proseDiff(referenceText: string, otherText: string): ProseDiff {
	if (referenceText === otherText) {
		return { referenceText, otherText, changes: [], identical: true, whiteSpaceOnly: false };
	}
	const vocabulary = new Vocabulary();
	const a = tokenise(referenceText, vocabulary);
	const b = tokenise(otherText, vocabulary);
	const pairs: TokenPairs = { reference: [], other: [] };
	for (const range of alignSentences(a, b)) {
		alignWords(a, b, range, pairs);
	}
	const changes = new ChangeList(a, b, extendPairs(a, b, pairs, minRunWords));
	changes.joinShortRuns();
	changes.mergeDownTo(maxChanges);
	const found = linkMoves(changes.toChanges(), a, b);
	return {
		referenceText,
		otherText,
		changes: found,
		identical: false,
		whiteSpaceOnly: found.length === 0,
	};
}

/**
 * A change spans the gaps `first`…`last` between pairs: gap g lies before pair g, so the change
 * swallows the pairs `first`…`last - 1`.
 */
interface GapSpan {
	first: number;
	last: number;
	wholeSentences: boolean;
}

class ChangeList {
	readonly #wordsBefore: Int32Array;
	readonly #pairCount: number;
	#spans: GapSpan[] = [];

	constructor(
		private readonly a: TokenisedText,
		private readonly b: TokenisedText,
		private readonly pairs: TokenPairs,
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

	toChanges(): ProseChange[] {
		return this.#spans.map(span => {
			const reference = this.#textRange(
				this.a,
				this.#referenceStart(span),
				this.#referenceEnd(span),
			);
			const other = this.#textRange(this.b, this.#otherStart(span), this.#otherEnd(span));
			const kind =
				reference.start === reference.end
					? 'added'
					: other.start === other.end
						? 'removed'
						: 'replaced';
			return { kind, reference, other, wholeSentences: span.wholeSentences };
		});
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
		return span.first === 0 ? 0 : (this.pairs.reference[span.first - 1] ?? 0) + 1;
	}

	#referenceEnd(span: GapSpan): number {
		return this.pairs.reference[span.last] ?? this.a.count;
	}

	#otherStart(span: GapSpan): number {
		return span.first === 0 ? 0 : (this.pairs.other[span.first - 1] ?? 0) + 1;
	}

	#otherEnd(span: GapSpan): number {
		return this.pairs.other[span.last] ?? this.b.count;
	}

	#textRange(text: TokenisedText, from: number, to: number): TextRange {
		if (from >= to) {
			const place = text.ends[from - 1] ?? 0;
			return { start: place, end: place };
		}
		return { start: text.starts[from] ?? 0, end: text.ends[to - 1] ?? 0 };
	}
}

/** A passage that is gone at one place and stands at another, word for word, has moved. */
function linkMoves(
	changes: readonly ProseChange[],
	a: TokenisedText,
	b: TokenisedText,
): ProseChange[] {
	const wordsOf = (text: string): string | undefined => {
		const words = text.trim().split(/\s+/u);
		return words.length < minRunWords ? undefined : words.join(' ');
	};
	const removed = new Map<string, number[]>();
	for (const [index, change] of changes.entries()) {
		const key =
			change.kind === 'removed'
				? wordsOf(a.text.slice(change.reference.start, change.reference.end))
				: undefined;
		if (key !== undefined) {
			removed.set(key, [...(removed.get(key) ?? []), index]);
		}
	}
	const result = changes.slice();
	for (const [index, change] of changes.entries()) {
		const key =
			change.kind === 'added'
				? wordsOf(b.text.slice(change.other.start, change.other.end))
				: undefined;
		const from = key === undefined ? undefined : removed.get(key)?.shift();
		const source = from === undefined ? undefined : changes[from];
		if (from !== undefined && source) {
			result[index] = { ...change, kind: 'moved', movedTo: from };
			result[from] = { ...source, kind: 'moved', movedTo: index };
		}
	}
	return result;
}

/** A piece of one text: `change` is the index of the change it shows, or undefined where equal. */
export interface TextSpan {
	readonly text: string;
	readonly kind: 'equal' | ChangeKind;
	readonly change?: number;
}

/**
 * One text of a diff cut into spans. Their texts joined are the text, exactly. A change that has
 * nothing on this side is an empty span at its place.
 */
export function spansOf(diff: ProseDiff, side: 'reference' | 'other'): TextSpan[] {
	const text = side === 'reference' ? diff.referenceText : diff.otherText;
	const spans: TextSpan[] = [];
	let position = 0;
	for (const [index, change] of diff.changes.entries()) {
		const { start, end } = change[side];
		if (start > position) {
			spans.push({ text: text.slice(position, start), kind: 'equal' });
		}
		spans.push({ text: text.slice(start, end), kind: change.kind, change: index });
		position = end;
	}
	if (position < text.length) {
		spans.push({ text: text.slice(position), kind: 'equal' });
	}
	return spans;
}
