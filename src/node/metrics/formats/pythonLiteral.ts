/** A literal that Python prints of a dict, a list, a text or a number; undefined for anything else. */
export interface ParsedLiteral {
	readonly value: unknown;
	/** Where the text goes on behind it. */
	readonly end: number;
}

class Unreadable extends Error {}

/**
 * Reads what `print(dict)` writes: quotes of both kinds, bare nan and inf, None, True, and values
 * within one call, such as `tensor(0.5, device='cuda:0')` or `np.float64(0.5)`, as that value.
 */
export function parsePythonLiteral(text: string, start: number): ParsedLiteral | undefined {
	const parser = new LiteralParser(text, start);
	try {
		return { value: parser.value(0), end: parser.at };
	} catch (error) {
		if (error instanceof Unreadable) {
			return undefined;
		}
		throw error;
	}
}

const number = /[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy;
const word = /[+-]?[A-Za-z_][\w.]*/y;
const space = /\s*/y;
const deepest = 20;
/** Characters of a call behind its value: more is no call that anybody prints of a number. */
const longestRest = 200;

const words = new Map<string, unknown>([
	['None', null],
	['True', true],
	['False', false],
	['nan', Number.NaN],
	['NaN', Number.NaN],
	['inf', Infinity],
	['+inf', Infinity],
	['-inf', -Infinity],
	['Infinity', Infinity],
	['-Infinity', -Infinity],
	['null', null],
	['true', true],
	['false', false],
]);

class LiteralParser {
	constructor(
		private readonly text: string,
		public at: number,
	) {}

	value(depth: number): unknown {
		if (depth > deepest) {
			throw new Unreadable();
		}
		this.#match(space);
		const first = this.text[this.at];
		if (first === '{') {
			return this.#dict(depth);
		}
		if (first === '[' || first === '(') {
			return this.#list(first === '[' ? ']' : ')', depth);
		}
		if (first === "'" || first === '"') {
			return this.#string(first);
		}
		const digits = this.#match(number);
		if (digits !== '') {
			return Number(digits.replaceAll('_', ''));
		}
		return this.#word(depth);
	}

	#word(depth: number): unknown {
		const name = this.#match(word);
		if (words.has(name)) {
			return words.get(name);
		}
		if (name === '' || this.text[this.at] !== '(') {
			throw new Unreadable();
		}
		this.at++;
		const value = this.value(depth + 1);
		// The rest of the call says where and as what the value is kept.
		const rest = this.text.slice(this.at, this.at + longestRest);
		const end = rest.indexOf(')');
		if (end < 0 || rest.slice(0, end).includes('{')) {
			throw new Unreadable();
		}
		this.at += end + 1;
		return value;
	}

	#dict(depth: number): Record<string, unknown> {
		const entries: [string, unknown][] = [];
		this.at++;
		for (;;) {
			this.#match(space);
			if (this.text[this.at] === '}') {
				this.at++;
				return Object.fromEntries(entries);
			}
			const key = this.value(depth + 1);
			this.#expect(':');
			entries.push([String(key), this.value(depth + 1)]);
			this.#separate('}');
		}
	}

	#list(close: string, depth: number): unknown[] {
		const values: unknown[] = [];
		this.at++;
		for (;;) {
			this.#match(space);
			if (this.text[this.at] === close) {
				this.at++;
				return values;
			}
			values.push(this.value(depth + 1));
			this.#separate(close);
		}
	}

	#string(quote: string): string {
		let value = '';
		for (let at = this.at + 1; at < this.text.length; at++) {
			const char = this.text[at] ?? '';
			if (char === quote) {
				this.at = at + 1;
				return value;
			}
			if (char === '\\') {
				at++;
				value += this.text[at] ?? '';
			} else {
				value += char;
			}
		}
		throw new Unreadable();
	}

	#separate(close: string): void {
		this.#match(space);
		if (this.text[this.at] === ',') {
			this.at++;
		} else if (this.text[this.at] !== close) {
			throw new Unreadable();
		}
	}

	#expect(char: string): void {
		this.#match(space);
		if (this.text[this.at] !== char) {
			throw new Unreadable();
		}
		this.at++;
	}

	#match(pattern: RegExp): string {
		pattern.lastIndex = this.at;
		const found = pattern.exec(this.text)?.[0] ?? '';
		this.at += found.length;
		return found;
	}
}
