import { formatDuration, formatNumber, formatTick } from '../../../src/core/metrics/format';
import type { XRange } from '../../../src/core/metrics/reduction';
import type { Axis } from '../../../src/core/metrics/series';

const minute = 60;
const hour = 3600;
const day = 86400;
const timeSteps = [
	1,
	2,
	5,
	10,
	15,
	30,
	...[1, 2, 5, 10, 15, 30].map(n => n * minute),
	...[1, 2, 4, 6, 12].map(n => n * hour),
	...[1, 2, 5, 10, 20, 50, 100].map(n => n * day),
];

/** Distance between time ticks in seconds, so that they fall on whole minutes, hours or days. */
export function timeStep(range: XRange, ticks: number): number {
	const wanted = (range.max - range.min) / ticks;
	return timeSteps.find(step => step >= wanted) ?? Math.ceil(wanted / day) * day;
}

export function multiplesWithin(range: XRange, step: number): readonly number[] {
	const first = Math.ceil(range.min / step);
	const count = Math.floor(range.max / step) - first + 1;
	return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step);
}

export function tickText(axis: Axis, value: number, step: number): string {
	if (axis === 'wall') {
		return clockTick(value, step);
	}
	if (axis !== 'time') {
		return axis === 'tokens' || axis === 'samples' ? formatTick(value) : formatNumber(value);
	}
	if (step >= day) {
		return `${value / day} d`;
	}
	if (step >= hour) {
		return `${value / hour} h`;
	}
	return step >= minute ? `${value / minute} min` : `${value} s`;
}

/** The cursor's position in words: step 45, epoch 0.38, 1,024 tokens, 1 min 20 s, 14:03:12. */
export function positionText(axis: Axis, value: number): string {
	switch (axis) {
		case 'time':
			return formatDuration(value);
		case 'wall':
			return new Date(value * 1000).toLocaleString();
		case 'tokens':
		case 'samples':
			return `${formatNumber(value)} ${axis}`;
		default:
			return `${axis} ${formatNumber(value)}`;
	}
}

/** The clock of this machine, in its own time zone: the day where ticks are days apart. */
function clockTick(value: number, step: number): string {
	const date = new Date(value * 1000);
	return step >= day
		? date.toLocaleDateString(undefined, { month: 'short', day: 'numeric' })
		: date.toLocaleTimeString(undefined, {
				hour: '2-digit',
				minute: '2-digit',
				...(step < minute ? { second: '2-digit' as const } : {}),
			});
}
