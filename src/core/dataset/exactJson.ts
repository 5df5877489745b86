/** A number as it is written: `1.0`, `12345678901234567890`. */
export class NumberText {
	constructor(readonly text: string) {}

	toString(): string {
		return this.text;
	}
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** The value of JSON text with every number as it is written. Throws a SyntaxError as JSON.parse does. */
export function parseExactly(text: string): unknown {
	const keepNumbers: Reviver = (_key, value, { source }) =>
		typeof value === 'number' ? new NumberText(source ?? String(value)) : value;
	// The third argument stands in the language, but not yet in TypeScript's library.
	return JSON.parse(text, keepNumbers as (key: string, value: unknown) => unknown) as unknown;
}
