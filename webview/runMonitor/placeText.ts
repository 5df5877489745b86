import { formatNumber } from '../../src/core/metrics/format';
import type { Axis } from '../../src/core/metrics/series';
import { positionText } from './chart/ticks';
import type { CursorPoint } from './cursorPoints';

/** What a screen reader is told of a place: the values that were logged exactly there. */
export function placeText(axis: Axis, x: number, points: readonly CursorPoint[]): string {
	return [
		positionText(axis, x),
		...points
			.filter(point => point.x === x)
			.map(point => `${point.line.label} ${formatNumber(point.value)}`),
	].join(', ');
}
