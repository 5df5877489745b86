import type { PanelLine } from '../../src/core/metrics/panels';

/**
 * Names of the colours in seriesColors.css, in the order in which runs get them: Okabe and Ito's,
 * moved until each pair stays apart for the three kinds of colour-blind eyes on light and on dark.
 * The second sign is the mark at the end of a run's lines, and from the ninth run on a dash.
 */
export const slotColors = [
	'series-blue',
	'series-orange',
	'series-purple',
	'series-green',
	'series-neutral',
	'series-red',
	'series-sky',
	'series-gold',
] as const;

export type SlotColor = (typeof slotColors)[number];

export const colorNames: Readonly<Record<SlotColor, string>> = {
	'series-blue': 'Blue',
	'series-orange': 'Orange',
	'series-purple': 'Purple',
	'series-green': 'Green',
	'series-neutral': 'Text colour',
	'series-red': 'Red',
	'series-sky': 'Sky blue',
	'series-gold': 'Gold',
};

/** Dashes of runs, in pixels; further runs take the next one when all colours are used. */
export const slotDashes: readonly (readonly number[])[] = [[], [10, 3], [10, 3, 2, 3], [4, 3]];
export const dashNames = ['Solid', 'Long dashes', 'Dashes and dots', 'Short dashes'] as const;

/** Marks at the end of a run's lines, in chart.js's words; triangles are checkpoints. */
export const slotMarks = ['circle', 'rect', 'rectRot', 'cross', 'crossRot', 'star'] as const;

/** Of the loss of single steps, behind the means over several. */
export const stepOpacity = 0.45;

export type Mark = (typeof slotMarks)[number];

export function colorOf(slot: number): SlotColor {
	return slotColors[slot % slotColors.length] ?? 'series-blue';
}

export function markOf(slot: number): Mark {
	return slotMarks[slot % slotMarks.length] ?? 'circle';
}

export function runDash(slot: number): readonly number[] {
	return slotDashes[Math.floor(slot / slotColors.length) % slotDashes.length] ?? [];
}

/**
 * Dash of a line in pixels: held-out is dashed, the second metric of a pair is dotted; other lines
 * have their run's.
 */
export function dashOf(line: Pick<PanelLine, 'kind' | 'role'>, slot = 0): readonly number[] {
	const heldOut = line.kind === 'eval';
	if (line.role % 2 === 0) {
		return heldOut ? [6, 3] : runDash(slot);
	}
	return heldOut ? [6, 3, 1.5, 3] : [2, 2.5];
}

/**
 * Colour of a line: with several runs the run's; with one run the GPU's or the metric's, or, where
 * a panel has one metric only, another for held-out, of several files one each. `part` counts files
 * and GPUs.
 */
export function lineColor(
	line: Pick<PanelLine, 'kind' | 'role' | 'dataset'>,
	slot: number,
	panelHasPair: boolean,
	severalRuns: boolean,
	part = 0,
): SlotColor {
	if (severalRuns) {
		return colorOf(slot);
	}
	if (line.kind === 'system' && line.dataset !== undefined) {
		return colorOf(part);
	}
	if (panelHasPair) {
		return colorOf(line.role);
	}
	return colorOf(line.kind === 'eval' ? 1 + Math.max(0, part) : 0);
}
