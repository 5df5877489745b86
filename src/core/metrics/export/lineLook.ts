import type { PanelLine } from '../panels';

/** As many as `FigurePaint.series` has. */
const colors = 8;

/** Of runs beyond as many as there are colours; the same as in the page. */
const slotDashes: readonly (readonly number[])[] = [[], [10, 3], [10, 3, 2, 3], [4, 3]];

export interface LineLook {
	/** Place in the palette. */
	readonly color: number;
	readonly dash: readonly number[];
}

/**
 * How the page draws a line: with several runs in the run's colour, with one in the metric's, or,
 * where a panel has one metric only, held-out files in one each. Held-out is dashed, the second
 * metric of a pair dotted.
 *
 * @param heldOut which of the panel's held-out files, from 0
 */
export function lineLook(
	line: Pick<PanelLine, 'kind' | 'role'>,
	slot: number,
	hasPair: boolean,
	severalRuns: boolean,
	heldOut: number,
): LineLook {
	return { color: colorOf(line, slot, hasPair, severalRuns, heldOut), dash: dashOf(line, slot) };
}

function colorOf(
	line: Pick<PanelLine, 'kind' | 'role'>,
	slot: number,
	hasPair: boolean,
	severalRuns: boolean,
	heldOut: number,
): number {
	if (severalRuns) {
		return slot % colors;
	}
	return hasPair ? line.role : line.kind === 'eval' ? 1 + Math.max(0, heldOut) : 0;
}

function dashOf(line: Pick<PanelLine, 'kind' | 'role'>, slot: number): readonly number[] {
	const isHeldOut = line.kind === 'eval';
	if (line.role % 2 === 0) {
		return isHeldOut ? [6, 3] : (slotDashes[Math.floor(slot / colors) % slotDashes.length] ?? []);
	}
	return isHeldOut ? [6, 3, 1.5, 3] : [2, 2.5];
}
