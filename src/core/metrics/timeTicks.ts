import type { XRange } from './reduction';

/** Seconds. */
export const minute = 60;
const hour = 3600;
export const day = 86400;
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
	const wanted = (range.max - range.min) / Math.max(1, ticks);
	return timeSteps.find(step => step >= wanted) ?? Math.ceil(wanted / day) * day;
}

/** A duration in the unit of the distance between ticks. */
export function durationTick(value: number, step: number): string {
	if (step >= day) {
		return `${value / day} d`;
	}
	if (step >= hour) {
		return `${value / hour} h`;
	}
	return step >= minute ? `${value / minute} min` : `${value} s`;
}
