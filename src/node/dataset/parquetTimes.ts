/** Ticks in a second of each unit that Parquet and Arrow count times in. */
export const ticksPerSecond = {
	SECONDS: 1n,
	MILLIS: 1000n,
	MICROS: 1_000_000n,
	NANOS: 1_000_000_000n,
};
export type TimeUnit = keyof typeof ticksPerSecond;

/** Digits after the point that hold every tick. */
const digits = { SECONDS: 0, MILLIS: 3, MICROS: 6, NANOS: 9 } as const;

/** A point in time as ISO 8601 with every digit of its unit; `Z` when it is in UTC. */
export function timestampText(ticks: bigint, unit: TimeUnit, isUtc: boolean): string {
	const [seconds, rest] = split(ticks, ticksPerSecond[unit]);
	const date = new Date(Number(seconds) * 1000);
	if (Number.isNaN(date.getTime())) {
		return String(ticks);
	}
	const text = date.toISOString().slice(0, -5);
	return `${text}${fraction(rest, unit)}${isUtc ? 'Z' : ''}`;
}

/** Throws an error for text that is no such time, or says more than the unit holds. */
export function timestampTicks(text: string, unit: TimeUnit, isUtc: boolean): bigint {
	const found = /^([+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z?)$/.exec(text);
	const millis = found ? Date.parse(`${found[1]}Z`) : NaN;
	if (!found || Number.isNaN(millis) || (found[3] === 'Z') !== isUtc) {
		if (/^-?\d+$/.test(text)) {
			return BigInt(text);
		}
		throw new Error(`“${text}” is no time like ${timestampText(0n, unit, isUtc)}`);
	}
	return BigInt(millis / 1000) * ticksPerSecond[unit] + fractionTicks(found[2] ?? '', unit);
}

/** A time of day. */
export function timeText(ticks: bigint, unit: TimeUnit): string {
	const [seconds, rest] = split(ticks, ticksPerSecond[unit]);
	const two = (value: bigint): string => String(value).padStart(2, '0');
	return `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${fraction(rest, unit)}`;
}

export function timeTicks(text: string, unit: TimeUnit): bigint {
	const found = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/.exec(text);
	if (!found) {
		throw new Error(`“${text}” is no time like ${timeText(0n, unit)}`);
	}
	const seconds =
		BigInt(found[1] ?? 0) * 3600n + BigInt(found[2] ?? 0) * 60n + BigInt(found[3] ?? 0);
	return seconds * ticksPerSecond[unit] + fractionTicks(found[4] ?? '', unit);
}

export function dateText(days: number): string {
	const date = new Date(days * 86_400_000);
	return Number.isNaN(date.getTime()) ? String(days) : date.toISOString().slice(0, -14);
}

export function dateDays(text: string): number {
	const millis = /^[+-]?\d{4,6}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
	if (Number.isNaN(millis)) {
		throw new Error(`“${text}” is no date like 2026-01-31`);
	}
	return millis / 86_400_000;
}

/** A decimal with `scale` digits after the point. */
export function decimalText(unscaled: bigint, scale: number): string {
	const sign = unscaled < 0n ? '-' : '';
	const all = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
	return scale === 0 ? sign + all : `${sign}${all.slice(0, -scale)}.${all.slice(-scale)}`;
}

export function decimalUnscaled(text: string, scale: number): bigint {
	const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
	const after = (found?.[3] ?? '').replace(/0+$/, '');
	if (!found || after.length > scale) {
		throw new Error(`“${text}” is no decimal with ${scale} digits after the point`);
	}
	return BigInt(`${found[1]}${found[2]}${after.padEnd(scale, '0')}`);
}

function split(ticks: bigint, per: bigint): readonly [bigint, bigint] {
	const rest = ((ticks % per) + per) % per;
	return [(ticks - rest) / per, rest];
}

function fraction(rest: bigint, unit: TimeUnit): string {
	return unit === 'SECONDS' ? '' : `.${String(rest).padStart(digits[unit], '0')}`;
}

function fractionTicks(text: string, unit: TimeUnit): bigint {
	const kept = text.padEnd(9, '0');
	if (/[1-9]/.test(kept.slice(digits[unit]))) {
		throw new Error(`“.${text}” is finer than the column’s unit`);
	}
	return BigInt(kept.slice(0, digits[unit]) || '0');
}
