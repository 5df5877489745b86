import { onlyHere } from './onlyHere';
import { proseDiff, spansOf, type ChangeKind, type ProseDiff } from './proseDiff';
import { sharedSpans } from './sharedSpans';
import { sharedText } from './sharedText';

/** What is marked: differences to a reference, what others have too, or what no other has. */
export type Lens = 'difference' | 'shared' | 'onlyHere';
export const lenses: readonly Lens[] = ['difference', 'shared', 'onlyHere'];

/** A marked passage of an answer. UTF-16 offsets, end exclusive. */
export interface TextMark {
	readonly start: number;
	/** The same as `start` where this answer lacks something. */
	readonly end: number;
	readonly kind: ChangeKind | 'shared' | 'onlyHere';
	/** What stands there in the answer it is compared with, shortened. */
	readonly counterpart?: string;
	/** For `shared`: places of the other answers that have it, from 0. */
	readonly lanes?: readonly number[];
	/** Inside a moved passage: these words differ. */
	readonly differs?: boolean;
}

/** What an answer shows beside others. Absent answers and the reference itself have no diff. */
export interface LaneMarks {
	readonly marks: readonly TextMark[];
	/** Marks on the reference when it is seen from this answer. */
	readonly onReference: readonly TextMark[];
	/** Share of words in common with the reference, 0–1. */
	readonly share?: number;
	/** Where sentences that belong together begin: `[here, in the reference]`, rising. */
	readonly aligned: readonly (readonly [number, number])[];
}

export interface MarkRequest {
	/** Answers from left to right; undefined where none is there. */
	readonly texts: readonly (string | undefined)[];
	/** Place of the answer that the others are compared with; −1 for none. */
	readonly reference: number;
	readonly lens: Lens;
}

const longestCounterpart = 300;

/** What a lens shows of some answers. Pure; the time is that of a diff for each answer. */
export function answerMarks({ texts, reference, lens }: MarkRequest): LaneMarks[] {
	const shared = lens === 'shared' ? sharedSpans(texts) : [];
	const alone = lens === 'onlyHere' ? onlyHere(texts) : [];
	// Without a reference nothing is compared, but the lanes still scroll together with the first.
	const against = texts[Math.max(0, reference)];
	return texts.map((text, lane): LaneMarks => {
		const diff =
			text === undefined || against === undefined || lane === Math.max(0, reference)
				? undefined
				: proseDiff(against, text);
		const differs = lens === 'difference' && reference >= 0 ? diff : undefined;
		return {
			marks:
				lens === 'shared'
					? (shared[lane] ?? []).map(span => ({ ...span, kind: 'shared' }))
					: lens === 'onlyHere'
						? (alone[lane] ?? []).map(range => ({ ...range, kind: 'onlyHere' }))
						: differs
							? marksOf(differs, 'other')
							: [],
			onReference: differs ? marksOf(differs, 'reference') : [],
			...(diff && reference >= 0 ? { share: sharedText(against ?? '', text ?? '') } : {}),
			aligned: (diff?.aligned ?? []).map(pair => [pair.other, pair.reference] as const),
		};
	});
}

function marksOf(diff: ProseDiff, side: 'reference' | 'other'): TextMark[] {
	const across = side === 'reference' ? 'other' : 'reference';
	const acrossText = side === 'reference' ? diff.otherText : diff.referenceText;
	const marks: TextMark[] = [];
	let position = 0;
	for (const { text, kind, change, differs } of spansOf(diff, side)) {
		const start = position;
		position += text.length;
		if (kind === 'equal' || change === undefined) {
			continue;
		}
		const range = diff.changes[change]?.[across];
		const whole = range ? acrossText.slice(range.start, range.end).trim() : '';
		const counterpart =
			whole.length > longestCounterpart ? `${whole.slice(0, longestCounterpart)}…` : whole;
		marks.push({
			start,
			end: position,
			kind,
			...(counterpart === '' ? {} : { counterpart }),
			...(differs === true ? { differs } : {}),
		});
	}
	return marks;
}
