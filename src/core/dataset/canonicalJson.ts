/**
 * JSON text with sorted keys and no insignificant space; numbers stay as they were written, so
 * that 1.0 and 1 are two rows. Text that is not JSON, or deeper than the stack bears, stays as it
 * is. This is what an example's content hash is taken of.
 */
export function canonicalJson(text: string): string {
	try {
		JSON.parse(text);
		return new Canonical(text).value(0);
	} catch (error) {
		if (error instanceof SyntaxError || error instanceof RangeError) {
			return text;
		}
		throw error;
	}
}

const deepest = 500;
/** Numbers and words. */
const barePattern = /[^\s,\]}]+/y;

/** Reads text that is known to be valid. */
class Canonical {
	#at = 0;

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
		switch (this.text[this.#at]) {
			case '{':
				return this.#object(depth);
			case '[':
				return this.#array(depth);
			case '"':
				return this.#string();
			default:
				return this.#bare();
		}
	}

	#object(depth: number): string {
		const members = new Map<string, string>();
		this.#at++;
		this.#skipBlank();
		while (this.text[this.#at] !== '}') {
			this.#skipBlank();
			const key = this.#string();
			this.#skipBlank();
			this.#at++;
			// Of a repeated key the last one counts, as for JSON.parse.
			members.set(key, this.value(depth + 1));
			this.#skipComma();
		}
		this.#at++;
		const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
		return `{${sorted.map(([key, value]) => `${key}:${value}`).join(',')}}`;
	}

	#array(depth: number): string {
		const items: string[] = [];
		this.#at++;
		this.#skipBlank();
		while (this.text[this.#at] !== ']') {
			items.push(this.value(depth + 1));
			this.#skipComma();
		}
		this.#at++;
		return `[${items.join(',')}]`;
	}

	#string(): string {
		const token = this.text.slice(this.#at, this.#stringEnd());
		this.#at += token.length;
		return token.includes('\\') ? JSON.stringify(JSON.parse(token)) : token;
	}

	/** Looks from quote to quote: one is the end unless an odd number of backslashes stands before. */
	#stringEnd(): number {
		let end = this.#at;
		let backslashes: number;
		do {
			end = this.text.indexOf('"', end + 1);
			backslashes = 0;
			while (this.text[end - 1 - backslashes] === '\\') {
				backslashes++;
			}
		} while (backslashes % 2 === 1);
		return end + 1;
	}

	#skipComma(): void {
		if (this.text[this.#at] === ',') {
			this.#at++;
		}
	}

	#skipBlank(): void {
		while (' \t\n\r'.includes(this.text[this.#at] ?? '?')) {
			this.#at++;
		}
	}

	#bare(): string {
		barePattern.lastIndex = this.#at;
		const token = barePattern.exec(this.text)?.[0] ?? '';
		this.#at += token.length;
		return token;
	}
}
