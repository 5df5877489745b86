/**
 * JSON text with sorted keys and no insignificant space; numbers stay as they were written, so
 * that 1.0 and 1 are two rows. Text that is not JSON, or deeper than the stack bears, stays as it
 * is. This is what an example's content hash is taken of.
 */
export function canonicalJson(text: string): string {
	try {
		JSON.parse(text);
	} catch (error) {
		if (error instanceof SyntaxError) {
			return text;
		}
		throw error;
	}
	return canonicalOfValid(text);
}

/** The same of text that is known to be JSON. */
export function canonicalOfValid(text: string): string {
	try {
		return new Canonical(text).value(0);
	} catch (error) {
		if (error instanceof RangeError) {
			return text;
		}
		throw error;
	}
}

const deepest = 500;
/** Numbers and words. */
const barePattern = /[^\s,\]}]+/y;

/**
 * Reads text that is known to be valid. What stands there in canonical form already is taken as one
 * piece: most of a row is, and to join it from its members would take longer than to read it.
 */
class Canonical {
	#at = 0;
	/** Places where the canonical form differs from the text, so far. */
	#differences = 0;

	constructor(private readonly text: string) {}

	value(depth: number): string {
		if (depth > deepest) {
			throw new RangeError('too deep');
		}
		this.#skipBlank();
		const result = this.#inner(depth);
		this.#skipBlank();
		return result;
	}

	#inner(depth: number): string {
		switch (this.text.charCodeAt(this.#at)) {
			case 0x7b:
				return this.#object(depth);
			case 0x5b:
				return this.#array(depth);
			case 0x22:
				return this.#string();
			default:
				return this.#bare();
		}
	}

	#object(depth: number): string {
		const start = this.#at;
		const before = this.#differences;
		const keys: string[] = [];
		const values: string[] = [];
		this.#at++;
		this.#skipBlank();
		while (this.text.charCodeAt(this.#at) !== 0x7d) {
			this.#skipBlank();
			const key = this.#string();
			if (keys.length > 0 && (keys.at(-1) as string) >= key) {
				this.#differences++;
			}
			keys.push(key);
			this.#skipBlank();
			this.#at++;
			values.push(this.value(depth + 1));
			this.#skipComma();
		}
		this.#at++;
		return this.#differences === before
			? this.text.slice(start, this.#at)
			: sortedObject(keys, values);
	}

	#array(depth: number): string {
		const start = this.#at;
		const before = this.#differences;
		const items: string[] = [];
		this.#at++;
		this.#skipBlank();
		while (this.text.charCodeAt(this.#at) !== 0x5d) {
			items.push(this.value(depth + 1));
			this.#skipComma();
		}
		this.#at++;
		return this.#differences === before ? this.text.slice(start, this.#at) : `[${items.join(',')}]`;
	}

	#string(): string {
		const token = this.text.slice(this.#at, this.#stringEnd());
		this.#at += token.length;
		if (hasShortEscapesOnly(token)) {
			return token;
		}
		this.#differences++;
		return JSON.stringify(JSON.parse(token));
	}

	/** Looks from quote to quote: one is the end unless an odd number of backslashes stands before. */
	#stringEnd(): number {
		let end = this.#at;
		let backslashes: number;
		do {
			end = this.text.indexOf('"', end + 1);
			backslashes = 0;
			while (this.text.charCodeAt(end - 1 - backslashes) === 0x5c) {
				backslashes++;
			}
		} while (backslashes % 2 === 1);
		return end + 1;
	}

	#skipComma(): void {
		if (this.text.charCodeAt(this.#at) === 0x2c) {
			this.#at++;
		}
	}

	#skipBlank(): void {
		const start = this.#at;
		for (let code = this.text.charCodeAt(start); isBlank(code);) {
			code = this.text.charCodeAt(++this.#at);
		}
		this.#differences += this.#at - start;
	}

	#bare(): string {
		barePattern.lastIndex = this.#at;
		const token = barePattern.exec(this.text)?.[0] ?? '';
		this.#at += token.length;
		return token;
	}
}

function isBlank(code: number): boolean {
	return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** Of a repeated key the last value counts, as for JSON.parse; its place is that of the first. */
function sortedObject(keys: readonly string[], values: readonly string[]): string {
	const members = new Map(keys.map((key, i) => [key, values[i]]));
	const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
	return `{${sorted.map(([key, value]) => `${key}:${value}`).join(',')}}`;
}

/**
 * Whether a string's token has no escapes but those that JSON.stringify writes too: `\"`, `\\\\` and
 * the letters. The others, such as `\/` and `\u00e9`, have another canonical form, or may have.
 */
function hasShortEscapesOnly(token: string): boolean {
	let at = token.indexOf('\\');
	// JSON.stringify would also write halves of surrogate pairs as escapes.
	if (at >= 0 && !token.isWellFormed()) {
		return false;
	}
	for (; at >= 0; at = token.indexOf('\\', at + 2)) {
		if (!isShortEscape(token.charCodeAt(at + 1))) {
			return false;
		}
	}
	return true;
}

/** `"`, `\\`, `b`, `f`, `n`, `r`, `t` */
function isShortEscape(code: number): boolean {
	return (
		code === 0x22 ||
		code === 0x5c ||
		code === 0x62 ||
		code === 0x66 ||
		code === 0x6e ||
		code === 0x72 ||
		code === 0x74
	);
}
