/**
 * The shortest text that reads back as the same float64, as JavaScript, Python and the shortest
 * round-trip printers write it; `NaN`, `Infinity`, `-Infinity` and `-0` by these words.
 */
export function exactNumber(value: number): string {
	return Object.is(value, -0) ? '-0' : String(value);
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Undefined for a text that is no number. */
export function parseExactNumber(text: string): number | undefined {
	if (decimal.test(text)) {
		return Number(text);
	}
	const isWord = text === 'NaN' || text === 'Infinity' || text === '-Infinity';
	return isWord ? Number(text) : undefined;
}
