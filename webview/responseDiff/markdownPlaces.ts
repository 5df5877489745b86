import type { TextMark } from '../../src/core/responses/answerMarks';
import type { MarkdownBlock, MarkdownInline } from '../shared/markdown/markdownTree';
import { markedPieces, type Piece } from './markedPieces';

interface PlacedLeaf {
	readonly leaf: object;
	readonly text: string;
	/** Part of the source that it stands for; what has no place of its own takes what lies between. */
	readonly start: number;
	readonly end: number;
	/** Whether its text stands there letter for letter. */
	readonly isExact: boolean;
}

/**
 * The pieces of each text of a Markdown tree, cut by the marks of its source. No mark is lost: one on
 * signs of Markdown that are not shown, such as the stars of bold, stands as a place before the next text.
 */
export function markdownPieces(
	source: string,
	blocks: readonly MarkdownBlock[],
	marks: readonly TextMark[],
): ReadonlyMap<object, readonly Piece[]> {
	const placed = placeLeaves(source, leavesOf(blocks));
	const pieces = new Map<object, Piece[]>();
	const shown = new Set<TextMark>();
	for (const { leaf, text, start, end, isExact } of placed) {
		const found = isExact
			? markedPieces(text, start, marks)
			: [wholePiece(text, start, end, marks)];
		for (const { mark } of found) {
			if (mark) {
				shown.add(mark);
			}
		}
		pieces.set(leaf, found);
	}
	for (const mark of marks) {
		const next = placed.find(({ end }) => end >= mark.end) ?? placed.at(-1);
		const isDifference = mark.kind !== 'shared' && mark.kind !== 'onlyHere';
		if (!shown.has(mark) && isDifference && next) {
			const hidden: Piece = { start: mark.start, text: '', mark };
			const list = pieces.get(next.leaf) ?? [];
			pieces.set(next.leaf, next.end >= mark.end ? [hidden, ...list] : [...list, hidden]);
		}
	}
	return withoutDoublePlaces(placed, pieces);
}

function wholePiece(text: string, start: number, end: number, marks: readonly TextMark[]): Piece {
	const mark = marks.find(item => item.start < end && item.end > start);
	return mark ? { start, text, mark } : { start, text };
}

/** The mark of something missing, at the border of two texts, would stand at both. */
function withoutDoublePlaces(
	placed: readonly PlacedLeaf[],
	pieces: ReadonlyMap<object, readonly Piece[]>,
): ReadonlyMap<object, readonly Piece[]> {
	const seen = new Set<TextMark>();
	const result = new Map<object, readonly Piece[]>();
	for (const { leaf } of placed) {
		const list = (pieces.get(leaf) ?? []).filter(
			({ text, mark }) => !(text === '' && mark && seen.has(mark)),
		);
		for (const { text, mark } of list) {
			if (text === '' && mark) {
				seen.add(mark);
			}
		}
		result.set(leaf, list);
	}
	return result;
}

interface LeafText {
	readonly leaf: object;
	readonly text: string;
}

function placeLeaves(source: string, leaves: readonly LeafText[]): PlacedLeaf[] {
	const placed: PlacedLeaf[] = [];
	let cursor = 0;
	for (const { leaf, text } of leaves) {
		const found = text === '' ? cursor : source.indexOf(text, cursor);
		const isExact = found >= 0;
		const start = isExact ? found : cursor;
		const end = isExact ? found + text.length : cursor;
		placed.push({ leaf, text, start, end, isExact });
		cursor = end;
	}
	// What was not found letter for letter (an escape, an entity) stands for all up to the next text.
	return placed.map((item, i) =>
		item.isExact ? item : { ...item, end: placed[i + 1]?.start ?? source.length },
	);
}

function leavesOf(blocks: readonly MarkdownBlock[]): LeafText[] {
	return blocks.flatMap((block): LeafText[] => {
		switch (block.kind) {
			case 'heading':
			case 'paragraph':
				return inlineLeaves(block.content);
			case 'code':
			case 'math':
			case 'written':
				return [{ leaf: block, text: block.text }];
			case 'quote':
				return leavesOf(block.blocks);
			case 'list':
				return block.items.flatMap(item => leavesOf(item.blocks));
			case 'table':
				return [block.header, ...block.rows].flatMap(cells => cells.flatMap(inlineLeaves));
			case 'rule':
				return [];
		}
	});
}

function inlineLeaves(content: readonly MarkdownInline[]): LeafText[] {
	return content.flatMap((inline): LeafText[] => {
		switch (inline.kind) {
			case 'text':
			case 'code':
			case 'math':
				return [{ leaf: inline, text: inline.text }];
			case 'strong':
			case 'emphasis':
			case 'deleted':
			case 'link':
				return inlineLeaves(inline.content);
			case 'image':
			case 'break':
				return [];
		}
	});
}
