import type { LoggedPlace } from './logPlace';
import { nearestPoint } from './nearestPoint';
import type { RunMetrics } from './runMetrics';

/** Where a run's metrics know a step to stand, from the points that training itself logged there. */
export function loggedPlace(
	metrics: RunMetrics | undefined,
	step: number,
	maxSteps = Number.NaN,
): LoggedPlace {
	let began = Number.NaN;
	for (const series of metrics?.series ?? []) {
		const i = nearestPoint(series, 'step', step);
		const position = i < 0 ? undefined : series.positionOf(i);
		if (series.length > 0 && Number.isNaN(began)) {
			began = series.positionOf(0).wall;
		}
		if (position?.step === step && series.kind !== 'system' && series.kind !== 'evaluation') {
			const { epoch, wall } = position;
			return { step, epoch, wall, began, maxSteps };
		}
	}
	return { step, epoch: Number.NaN, wall: Number.NaN, began, maxSteps };
}
