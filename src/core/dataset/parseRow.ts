/** Levels. Real rows have about ten; what goes through a value level by level needs a bound. */
const deepest = 1000;

/**
 * The value of JSON text. Throws a SyntaxError for what is no JSON, and for what is nested so
 * deeply that showing or writing it again would overflow the stack.
 */
export function parseRow(text: string): unknown {
	const value: unknown = JSON.parse(text);
	if (isDeeper(value, deepest)) {
		throw new SyntaxError(`nested deeper than ${deepest} levels`);
	}
	return value;
}

function isDeeper(value: unknown, levels: number): boolean {
	if (typeof value !== 'object' || value === null) {
		return false;
	}
	if (levels === 0) {
		return true;
	}
	for (const child of Array.isArray(value) ? value : Object.values(value)) {
		if (isDeeper(child, levels - 1)) {
			return true;
		}
	}
	return false;
}
