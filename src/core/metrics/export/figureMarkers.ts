import type { Figure } from './figure';
import type { FigurePaint } from './figurePaint';
import { round, xPlace, type Plot } from './figurePlot';

/**
 * Events as in the page: checkpoints as triangles on the axis, restarts as dashed lines, notes as
 * squares, and × at the top where a value was NaN or infinite.
 */
export function plotMarkers(figure: Figure, plot: Plot, paint: FigurePaint): string {
	const { min, max } = figure.range;
	const xAt = xPlace(figure, plot);
	// Whole pixels: of thousands of checkpoints those that stand on each other are drawn once.
	const place = (value: number): number => Math.round(xAt(value));
	const isInside = (value: number): boolean => value >= min && value <= max;
	const bottom = round(plot.bottom);
	const filled = new Set<string>();
	const dashed = new Set<string>();
	for (const marker of figure.markers) {
		const at = marker[figure.axis];
		if (!isInside(at)) {
			continue;
		}
		const x = place(at);
		if (marker.kind === 'attempt') {
			dashed.add(`M${x} ${round(plot.top)}V${bottom}`);
		} else {
			filled.add(
				marker.kind === 'checkpoint'
					? `M${x - 4} ${bottom}h8l-4-6z`
					: `M${x - 2.5} ${bottom - 6}h5v5h-5z`,
			);
		}
	}
	const missing = new Set(
		figure.notFinite
			.filter(isInside)
			.map(at => `M${round(place(at) - 3)} ${round(plot.top + 1)}l6 6m-6 0l6-6`),
	);
	return [
		...(filled.size > 0
			? [`<path d="${[...filled].join('')}" fill="${paint.muted}" class="k"/>`]
			: []),
		...(dashed.size > 0
			? [
					`<path d="${[...dashed].join('')}" fill="none" stroke="${paint.muted}" stroke-dasharray="3 3" class="a"/>`,
				]
			: []),
		...(missing.size > 0
			? [
					`<path d="${[...missing].join('')}" fill="none" stroke="${paint.warning}" stroke-width="1.5" class="w"/>`,
				]
			: []),
	].join('\n');
}
