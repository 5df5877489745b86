import type { Marker } from '../../../src/core/metrics/runMetrics';
import type { Axis } from '../../../src/core/metrics/series';

/** Pixels to either side in which a mark counts as one at the cursor: about its own width. */
const reach = 5;

/** The texts of marks that are drawn where the cursor stands; it stops at logged places only. */
export function marksAround(
	markers: readonly Marker[],
	axis: Axis,
	x: number,
	chart: { pixelOfX(x: number): number },
): readonly string[] {
	const at = chart.pixelOfX(x);
	const near = markers.filter(marker => Math.abs(chart.pixelOfX(marker[axis]) - at) <= reach);
	return [...new Set(near.map(({ text }) => text))];
}
