import type { PanelLine } from '../../src/core/metrics/panels';

/**
 * Names of the colours in runMonitor.css, in an order that stays apart for colour-blind eyes as far
 * as six can: blue and orange first, red and green never alone. The second sign is the mark (runs)
 * or the dash (lines of one run).
 */
export const slotColors = [
	'series-blue',
	'series-orange',
	'series-purple',
	'series-green',
	'series-neutral',
	'series-red',
] as const;

/** Marks at the end of a run's lines, in chart.js's words; triangles are checkpoints. */
export const slotMarks = ['circle', 'rect', 'rectRot', 'cross', 'crossRot', 'star'] as const;

/** Of the loss of single steps, behind the means over several. */
export const stepOpacity = 0.45;

export type Mark = (typeof slotMarks)[number];

export function colorOf(slot: number): (typeof slotColors)[number] {
	return slotColors[slot % slotColors.length] ?? 'series-blue';
}

export function markOf(slot: number): Mark {
	return slotMarks[slot % slotMarks.length] ?? 'circle';
}

/** Dash of a line in pixels: held-out is dashed, the second metric of a pair is dotted. */
export function dashOf(line: Pick<PanelLine, 'kind' | 'role'>): readonly number[] {
	const heldOut = line.kind === 'eval';
	if (line.role % 2 === 0) {
		return heldOut ? [6, 3] : [];
	}
	return heldOut ? [6, 3, 1.5, 3] : [2, 2.5];
}

/**
 * Colour of a line: with several runs the run's; with one run the metric's, or, where a panel has
 * one metric only, another for held-out, of several files one each. `heldOut` counts those.
 */
export function lineColor(
	line: Pick<PanelLine, 'kind' | 'role'>,
	slot: number,
	panelHasPair: boolean,
	severalRuns: boolean,
	heldOut = 0,
): (typeof slotColors)[number] {
	if (severalRuns) {
		return colorOf(slot);
	}
	if (panelHasPair) {
		return colorOf(line.role);
	}
	return colorOf(line.kind === 'eval' ? 1 + Math.max(0, heldOut) : 0);
}
