import { minRunWords } from './changeList';
import { tokenise, Vocabulary } from './proseTokens';

/** A passage of one text that stands in others too. UTF-16 offsets, end exclusive. */
export interface SharedSpan {
	readonly start: number;
	readonly end: number;
	/** Places of the other texts that have it, from 0, rising. */
	readonly lanes: readonly number[];
}

interface Words {
	readonly starts: readonly number[];
	readonly ends: readonly number[];
	readonly ids: readonly number[];
}

/**
 * For each text its passages of three words and more that stand anywhere in another, whatever their
 * case. Where a passage is cut, other texts share it. At most 30 texts.
 */
export function sharedSpans(texts: readonly (string | undefined)[]): SharedSpan[][] {
	const vocabulary = new Vocabulary();
	const folded = new Vocabulary();
	const all = texts.map(text => wordsOf(text ?? '', vocabulary, folded));
	const size = folded.size + 1;
	const keyAt = (words: Words, i: number): number =>
		((words.ids[i] ?? 0) * size + (words.ids[i + 1] ?? 0)) * size + (words.ids[i + 2] ?? 0);
	const lanesOf = new Map<number, number>();
	for (const [lane, words] of all.entries()) {
		for (let i = 0; i + minRunWords <= words.ids.length; i++) {
			const key = keyAt(words, i);
			lanesOf.set(key, (lanesOf.get(key) ?? 0) | (1 << lane));
		}
	}
	return all.map((words, lane) => {
		const count = words.ids.length;
		const masks = new Int32Array(count);
		const joined = new Uint8Array(count);
		for (let i = 0; i + minRunWords <= count; i++) {
			const mask = (lanesOf.get(keyAt(words, i)) ?? 0) & ~(1 << lane);
			if (mask === 0) {
				continue;
			}
			for (let k = i; k < i + minRunWords; k++) {
				masks[k] = (masks[k] ?? 0) | mask;
				joined[k] = k > i ? 1 : (joined[k] ?? 0);
			}
		}
		return runsOf(words, masks, joined);
	});
}

/** @param joined whether a word stands in one passage with the word before it */
function runsOf(words: Words, masks: Int32Array, joined: Uint8Array): SharedSpan[] {
	const spans: { start: number; end: number; lanes: number[] }[] = [];
	let open: number | undefined;
	for (const [i, mask] of masks.entries()) {
		const last = spans.at(-1);
		if (mask !== 0 && last && open === mask && joined[i] === 1) {
			last.end = words.ends[i] ?? last.end;
		} else if (mask !== 0) {
			const lanes = Array.from({ length: 31 }, (_, lane) => lane).filter(
				lane => (mask & (1 << lane)) !== 0,
			);
			spans.push({ start: words.starts[i] ?? 0, end: words.ends[i] ?? 0, lanes });
		}
		open = mask === 0 ? undefined : mask;
	}
	return spans;
}

function wordsOf(text: string, vocabulary: Vocabulary, folded: Vocabulary): Words {
	const tokens = tokenise(text, vocabulary);
	const words = { starts: [] as number[], ends: [] as number[], ids: [] as number[] };
	for (let i = 0; i < tokens.count; i++) {
		if (tokens.words[i] === 1) {
			const [start, end] = [tokens.starts[i] ?? 0, tokens.ends[i] ?? 0];
			words.starts.push(start);
			words.ends.push(end);
			words.ids.push(folded.idOf(text.slice(start, end).toLowerCase()));
		}
	}
	return words;
}
