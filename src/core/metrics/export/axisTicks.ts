import { formatTick } from '../format';
import type { XRange } from '../reduction';
import type { Axis } from '../series';
import { day, durationTick, minute, timeStep } from '../timeTicks';

export interface Tick {
	readonly value: number;
	readonly text: string;
}

/** About `most` round numbers within the range, 1, 2 or 5 of a power of ten apart. */
export function roundTicks({ min, max }: XRange, most: number): readonly Tick[] {
	const span = max - min;
	// Below that a step between ticks is no number that can be divided by.
	if (!(span > 1e-300) || !Number.isFinite(span)) {
		return [];
	}
	const rough = span / Math.max(1, most);
	const power = 10 ** Math.floor(Math.log10(rough));
	const factor = [1, 2, 5, 10].find(step => step * power >= rough * (1 - 1e-9)) ?? 10;
	return multiples({ min, max }, factor * power).map(value => ({
		value,
		text: formatTick(value),
	}));
}

/** Ticks of a horizontal axis; times fall on whole minutes, hours or days. */
export function axisTicks(axis: Axis, range: XRange, most: number): readonly Tick[] {
	if (axis === 'step' && range.max - range.min < most) {
		return multiples(range, 1).map(value => ({ value, text: formatTick(value) }));
	}
	if (!timeAxes.has(axis)) {
		return roundTicks(range, most);
	}
	const step = timeStep(range, most);
	return multiples(range, step).map(value => ({
		value,
		text: axis === 'time' ? durationTick(value, step) : clockTick(value, step),
	}));
}

/** What the axis counts, to stand beside it. */
export function axisWord(axis: Axis): string {
	return words[axis] ?? axis;
}

const timeAxes: ReadonlySet<string> = new Set(['time', 'wall']);
const words: Readonly<Record<string, string>> = {
	step: 'step',
	epoch: 'epoch',
	tokens: 'tokens',
	samples: 'samples',
	time: 'active time',
	wall: 'UTC',
};

function multiples(range: XRange, step: number): readonly number[] {
	const first = Math.ceil(range.min / step - 1e-9);
	const count = Math.floor(range.max / step + 1e-9) - first + 1;
	// Divided rather than multiplied where the step is a fraction, so that 0.3 is 0.3.
	const at = (n: number): number => (step < 1 ? n / Math.round(1 / step) : n * step);
	const isWhole = step >= 1 || Math.abs(1 / step - Math.round(1 / step)) < 1e-6;
	return Array.from({ length: Math.max(0, Math.min(count, 100)) }, (_, i) =>
		isWhole ? at(first + i) : (first + i) * step,
	);
}

/** By UTC, so that a report reads the same wherever it is made. */
function clockTick(value: number, step: number): string {
	const date = new Date(value * 1000);
	if (Number.isNaN(date.getTime())) {
		return '';
	}
	const text = date.toISOString();
	return step >= day ? text.slice(5, 10) : text.slice(11, step >= minute ? 16 : 19);
}
