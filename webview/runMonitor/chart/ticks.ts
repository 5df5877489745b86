import { formatDuration, formatNumber, formatTick } from '../../../src/core/metrics/format';
import type { XRange } from '../../../src/core/metrics/reduction';
import type { Axis } from '../../../src/core/metrics/series';
import { day, durationTick, minute } from '../../../src/core/metrics/timeTicks';

export function multiplesWithin(range: XRange, step: number): readonly number[] {
	const first = Math.ceil(range.min / step);
	const count = Math.floor(range.max / step) - first + 1;
	return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step);
}

/** How many ticks of the horizontal axis have room for their words in so many pixels. */
export function ticksWithin(axis: Axis, width: number, most: number): number {
	return Math.max(1, Math.min(most, Math.floor(width / (axis === 'wall' ? 64 : 44))));
}

/**
 * Round places of a logarithmic axis: powers of ten where there are enough of them, else halves and
 * fifths too. Undefined where it is so short that places of a linear one say more.
 */
export function logTicks({ min, max }: XRange, most: number): readonly number[] | undefined {
	const [first, last] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
	if (!Number.isFinite(first) || !Number.isFinite(last)) {
		return undefined;
	}
	const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
	for (const [leading, least] of [
		[[1], 3],
		[[1, 3], 3],
		[[1, 2, 5], 2],
	] as const) {
		const found = powers
			.flatMap(power => leading.map(digit => Number(`${digit}e${power}`)))
			.filter(value => value >= min && value <= max);
		if (found.length >= least) {
			const every = Math.ceil(found.length / most);
			return found.filter((_, i) => i % every === 0);
		}
	}
	return undefined;
}

/** A value beside its axis, with as many digits as tell it from the others there. */
export function valueTick(value: number, all: readonly number[]): string {
	const texts = new Set(all.map(formatTick));
	const step = Math.min(...all.slice(1).map((other, i) => Math.abs(other - (all[i] ?? other))));
	if (texts.size === all.length || !(step > 0)) {
		return formatTick(value);
	}
	const digits = Math.min(12, Math.max(0, Math.ceil(-Math.log10(step) - 1e-6)));
	return value.toFixed(digits).replace('-', '−');
}

export function tickText(axis: Axis, value: number, step: number): string {
	if (axis === 'wall') {
		return clockTick(value, step);
	}
	if (axis !== 'time') {
		return axis === 'tokens' || axis === 'samples' ? formatTick(value) : formatNumber(value);
	}
	return durationTick(value, step);
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
				// With AM and PM neighbours would run into each other.
				hourCycle: 'h23',
				hour: '2-digit',
				minute: '2-digit',
				...(step < minute ? { second: '2-digit' as const } : {}),
			});
}
