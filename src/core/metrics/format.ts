import { lazy } from '../base/lazy';

const grouped = lazy(() => new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 }));

/** A logged value for people: four significant digits, exponents only where zeros would mislead. */
export function formatNumber(value: number): string {
	if (Number.isNaN(value)) {
		return 'NaN';
	}
	if (!Number.isFinite(value)) {
		return value > 0 ? 'Infinity' : '−Infinity';
	}
	const size = Math.abs(value);
	const sign = value < 0 ? '−' : '';
	if (size === 0) {
		return '0';
	}
	if (Number.isInteger(size) && size < 1e12) {
		return sign + grouped().format(size);
	}
	if (size >= 1e6 || size < 1e-3) {
		return sign + trimZeros(size.toExponential(3));
	}
	if (size >= 10_000) {
		return sign + grouped().format(size);
	}
	return sign + trimZeros(size.toPrecision(4));
}

/** A value with every digit that tells it from its neighbours; small ones as 1.5e-7. */
export function formatExact(value: number): string {
	if (!Number.isFinite(value)) {
		return formatNumber(value);
	}
	const isSmall = value !== 0 && Math.abs(value) < 1e-3;
	const text = isSmall ? value.toExponential() : String(value);
	return value < 0 ? `−${text.slice(1)}` : text;
}

function trimZeros(text: string): string {
	const [digits = '', exponent] = text.split('e');
	const short = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
	return exponent === undefined ? short : `${short}e${exponent.replace('+', '')}`;
}

const compact = lazy(
	() => new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 }),
);

/** A value beside an axis: as `formatNumber`, but large ones as 300K and 1.2M. */
export function formatTick(value: number): string {
	const size = Math.abs(value);
	return size >= 10_000 && size < 1e15
		? compact().format(value).replace('-', '−')
		: formatNumber(value);
}

/** Whole counts with thousands marks: 12,345. */
export function formatCount(count: number): string {
	return grouped().format(count);
}

/** Seconds as the two largest units that matter: 8 s, 2 min 10 s, 3 h 05 min, 2 d 4 h. */
export function formatDuration(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	if (whole < 60) {
		return `${whole} s`;
	}
	const minutes = Math.floor(whole / 60);
	if (minutes < 60) {
		return `${minutes} min ${pad(whole % 60)} s`;
	}
	const hours = Math.floor(minutes / 60);
	if (hours < 24) {
		return `${hours} h ${pad(minutes % 60)} min`;
	}
	return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function pad(value: number): string {
	return String(value).padStart(2, '0');
}
