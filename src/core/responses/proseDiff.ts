import { ChangeList, minRunWords } from './changeList';
import { cutOutMoves, type MovableChange } from './proseMoves';
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
	/** For `moved`: what differs inside it, as places of the text that is not empty here. */
	readonly inside?: readonly TextRange[];
}

export interface ProseDiff {
	readonly referenceText: string;
	readonly otherText: string;
	/** In order of both texts, never overlapping, with what differs inside moves at most `maxChanges`. */
	readonly changes: readonly ProseChange[];
	/** Where sentences that belong together begin, rising on both sides; for scrolling together. */
	readonly aligned: readonly { readonly reference: number; readonly other: number }[];
	readonly identical: boolean;
	/** No word and no mark differs, only the white space between them. */
	readonly whiteSpaceOnly: boolean;
}

export const maxChanges = 30;
/**
 * What differs between two answers, for a person to read. Sentences are aligned first and words
 * compared inside aligned sentences only. A word that differs is always inside a change; a change
 * may hold equal words too. Deterministic; time is bounded for texts of any size.
 */
export function proseDiff(referenceText: string, otherText: string): ProseDiff {
	if (referenceText === otherText) {
		return {
			referenceText,
			otherText,
			changes: [],
			aligned: [],
			identical: true,
			whiteSpaceOnly: false,
		};
	}
	const vocabulary = new Vocabulary();
	const a = tokenise(referenceText, vocabulary);
	const b = tokenise(otherText, vocabulary);
	const pairs: TokenPairs = { reference: [], other: [] };
	const { inOrder, moved } = alignSentences(a, b);
	for (const range of inOrder) {
		alignWords(a, b, range, pairs);
	}
	const changes = new ChangeList(a, b, extendPairs(a, b, pairs, minRunWords));
	changes.joinShortRuns();
	changes.mergeDownTo(maxChanges);
	const cut = cutOutMoves(a, b, changes.toChanges(), moved, maxChanges);
	const found = linkMoves(toProseChanges(cut, a, b), a, b);
	return {
		referenceText,
		otherText,
		changes: found,
		aligned: inOrder.map(range => ({
			reference: a.starts[range.referenceStart] ?? 0,
			other: b.starts[range.otherStart] ?? 0,
		})),
		identical: false,
		whiteSpaceOnly: found.length === 0,
	};
}

function toProseChanges(
	changes: readonly MovableChange[],
	a: TokenisedText,
	b: TokenisedText,
): ProseChange[] {
	const ends = new Map<number, number[]>();
	for (const [index, { move }] of changes.entries()) {
		if (move !== undefined) {
			ends.set(move, [...(ends.get(move) ?? []), index]);
		}
	}
	return changes.map((change, index) => {
		const reference = textRange(a, change.referenceStart, change.referenceEnd);
		const other = textRange(b, change.otherStart, change.otherEnd);
		const { move, inside, wholeSentences } = change;
		if (move !== undefined) {
			const text = reference.start < reference.end ? a : b;
			return {
				kind: 'moved',
				reference,
				other,
				wholeSentences,
				movedTo: ends.get(move)?.find(end => end !== index),
				inside: inside?.map(({ start, end }) => textRange(text, start, end)) ?? [],
			};
		}
		const kind =
			reference.start === reference.end
				? 'added'
				: other.start === other.end
					? 'removed'
					: 'replaced';
		return { kind, reference, other, wholeSentences };
	});
}

function textRange(text: TokenisedText, from: number, to: number): TextRange {
	if (from >= to) {
		const place = text.ends[from - 1] ?? 0;
		return { start: place, end: place };
	}
	return { start: text.starts[from] ?? 0, end: text.ends[to - 1] ?? 0 };
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
	/** Inside a moved passage: these words differ from those at its other place. */
	readonly differs?: boolean;
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
		position = start;
		for (const inside of start < end ? (change.inside ?? []) : []) {
			if (inside.start > position) {
				spans.push({
					text: text.slice(position, inside.start),
					kind: change.kind,
					change: index,
				});
			}
			spans.push({
				text: text.slice(inside.start, inside.end),
				kind: change.kind,
				change: index,
				differs: true,
			});
			position = inside.end;
		}
		if (position < end || start === end) {
			spans.push({ text: text.slice(position, end), kind: change.kind, change: index });
		}
		position = end;
	}
	if (position < text.length) {
		spans.push({ text: text.slice(position), kind: 'equal' });
	}
	return spans;
}
