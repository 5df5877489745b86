import type { TokensSide } from '../../../src/core/contract/runFiles.generated';
import type { LocalSide } from '../../../src/core/tokens/localExample';
import { countsOfMessages, countsOfSide } from '../../../src/core/tokens/tokenCounts';
import type { TokensView } from '../../../src/protocol/datasetTokens';

/** A stretch of tokens that are drawn together. */
export interface TokenChunk {
	readonly from: number;
	/** Exclusive. */
	readonly to: number;
}

/** The tokens of one message, or of what the cut takes from it. */
export interface TokenSection {
	/** Absent for plain text, for what this machine says, and for the rest of a message. */
	readonly role?: string;
	readonly tokens?: number;
	readonly trained?: number;
	readonly isBehindCut: boolean;
	/** The cut is right before it. */
	readonly hasCut: boolean;
	readonly chunks: readonly TokenChunk[];
}

/** One sequence as the page draws it. */
export interface ShownSide {
	readonly name: 'text' | 'chosen' | 'rejected';
	readonly text: string;
	readonly ids: readonly number[];
	readonly pieces: readonly string[];
	readonly special: ReadonlyMap<number, string>;
	/** Whether a token carries loss; absent until the host has said so. */
	readonly loss?: readonly boolean[];
	readonly counts?: { readonly tokens: number; readonly kept: number; readonly trained: number };
	readonly sections: readonly TokenSection[];
	readonly hasSeam: boolean;
	readonly isExact: boolean;
}

/** Tokens of a chunk at most: few enough to draw at once, many enough to need few. */
const chunkSize = 400;

/** What there is to draw: the trainer's sides, else those of this machine. */
export function shownSides(view: TokensView): readonly ShownSide[] {
	const { trainer, local } = view;
	if (trainer.kind === 'shown') {
		return (trainer.answer.sides ?? []).map(trainedSide);
	}
	return local?.kind === 'sides' ? local.sides.map(localSide) : [];
}

function localSide(side: LocalSide): ShownSide {
	const chunks = chunksOf(0, side.ids.length);
	return {
		...side,
		special: new Map(side.special.map(({ at, name }) => [at, name])),
		sections: [{ isBehindCut: false, hasCut: false, chunks }],
		hasSeam: false,
		isExact: true,
	};
}

function trainedSide(side: TokensSide): ShownSide {
	const loss = side.ids.map(() => false);
	for (const [from, to] of side.loss) {
		loss.fill(true, from, to);
	}
	return {
		name: side.name,
		text: side.text,
		ids: side.ids,
		pieces: side.pieces,
		special: new Map(side.special.map(({ at, name }) => [at, name])),
		loss,
		counts: countsOfSide(side),
		sections: sectionsOf(side),
		hasSeam: side.hasSeam,
		isExact: side.isExact,
	};
}

function sectionsOf(side: TokensSide): TokenSection[] {
	const messages =
		side.messages.length > 0
			? countsOfMessages(side).map((counts, i) => ({ ...counts, ...side.messages[i] }))
			: [{ start: 0, stop: side.ids.length }];
	return messages.flatMap(message => {
		const { start = 0, stop = 0, ...said } = message;
		// A message may begin before the cut and end behind it, or the other way round.
		const borders = [start, side.start, side.stop, stop].filter(at => at >= start && at <= stop);
		const parts = borders.slice(1).map((to, i) => ({ from: borders[i] ?? start, to }));
		return parts
			.filter(({ from, to }) => to > from || (start === stop && to === stop))
			.map(({ from, to }, i): TokenSection => {
				const isBehindCut = from >= side.stop || to <= side.start;
				const hasCut =
					(from === side.stop && from < side.ids.length) || (from === side.start && from > 0);
				const { role, tokens, trained } = {
					role: undefined,
					tokens: undefined,
					trained: undefined,
					...said,
				};
				return {
					...(i === 0 && role !== undefined && tokens !== undefined && trained !== undefined
						? { role, tokens, trained }
						: {}),
					isBehindCut,
					hasCut,
					chunks: chunksOf(from, to),
				};
			});
	});
}

function chunksOf(from: number, to: number): TokenChunk[] {
	const chunks: TokenChunk[] = [];
	for (let at = from; at < to; at += chunkSize) {
		chunks.push({ from: at, to: Math.min(to, at + chunkSize) });
	}
	return chunks;
}

/** What a token is, in words. */
export function tokenWords(side: ShownSide, at: number): string {
	const name = side.special.get(at);
	const piece = side.pieces[at] ?? '';
	const said = name ?? (piece === '' ? 'a part of the character before it' : quoted(piece));
	const loss = side.loss?.[at];
	return [
		said,
		`id ${side.ids[at]}`,
		`token ${(at + 1).toLocaleString('en-US')} of ${side.ids.length.toLocaleString('en-US')}`,
		...(name === undefined ? [] : ['special token']),
		...(loss === undefined ? [] : [loss ? 'carries loss' : 'no loss']),
	].join(', ');
}

/** As JSON writes it, so that spaces and line ends are seen. */
export function quoted(piece: string): string {
	return JSON.stringify(piece);
}
