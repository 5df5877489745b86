/** A value that Python's `ast.literal_eval` reads; a tuple is an array, a dict is a map. */
export type PythonLiteral =
	| string
	| number
	| boolean
	| null
	| readonly PythonLiteral[]
	| ReadonlyMap<PythonLiteral, PythonLiteral>;

const token =
	/\s+|#.*|('''|""")(?:\\[^]|(?!\1)[^\\])*\1|'(?:\\[^]|[^'\\\n])*'|"(?:\\[^]|[^"\\\n])*"|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|True\b|False\b|None\b|[[\](){},:]/y;

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\n': '' };

/** Literals of lists, tuples, dicts, texts, numbers and constants. Undefined: it is none. */
export function pythonLiteral(text: string): PythonLiteral | undefined {
	const tokens = tokensOf(text);
	if (!tokens) {
		return undefined;
	}
	const reader = new LiteralReader(tokens);
	try {
		return reader.whole();
	} catch (error) {
		if (error instanceof NotALiteral || error instanceof RangeError) {
			return undefined;
		}
		throw error;
	}
}

class NotALiteral extends Error {}

function tokensOf(text: string): string[] | undefined {
	const tokens: string[] = [];
	token.lastIndex = 0;
	while (token.lastIndex < text.length) {
		const found = token.exec(text)?.[0];
		if (found === undefined) {
			return undefined;
		}
		if (!/^[\s#]/.test(found)) {
			tokens.push(found);
		}
	}
	return tokens;
}

class LiteralReader {
	#at = 0;

	constructor(private readonly tokens: readonly string[]) {}

	/** A tuple needs no brackets here. */
	whole(): PythonLiteral {
		const first = this.#value();
		if (this.#at === this.tokens.length) {
			return first;
		}
		this.#expect(',');
		const rest = this.#items(undefined);
		return [first, ...rest.values];
	}

	#value(): PythonLiteral {
		const next = this.tokens[this.#at++];
		switch (next) {
			case '[':
				return this.#items(']').values;
			case '(': {
				const { values, hasComma } = this.#items(')');
				return values.length === 1 && !hasComma ? (values[0] ?? null) : values;
			}
			case '{':
				return this.#dict();
			case 'True':
			case 'False':
				return next === 'True';
			case 'None':
				return null;
			default:
				return next === undefined ? fail() : plainValue(next);
		}
	}

	#items(end: string | undefined): {
		readonly values: PythonLiteral[];
		readonly hasComma: boolean;
	} {
		const values: PythonLiteral[] = [];
		let hasComma = false;
		while (!this.#ends(end)) {
			values.push(this.#value());
			if (!this.#ends(end, false)) {
				this.#expect(',');
				hasComma = true;
			}
		}
		return { values, hasComma };
	}

	#dict(): PythonLiteral {
		const entries = new Map<PythonLiteral, PythonLiteral>();
		while (!this.#ends('}')) {
			const key = this.#value();
			this.#expect(':');
			entries.set(key, this.#value());
			if (!this.#ends('}', false)) {
				this.#expect(',');
			}
		}
		return entries;
	}

	#ends(end: string | undefined, take = true): boolean {
		const isEnd = this.tokens[this.#at] === end;
		this.#at += isEnd && take && end !== undefined ? 1 : 0;
		return isEnd;
	}

	#expect(sign: string): void {
		if (this.tokens[this.#at++] !== sign) {
			fail();
		}
	}
}

function plainValue(text: string): PythonLiteral {
	const quote = /^(?:'''|"""|'|")/.exec(text)?.[0];
	if (quote !== undefined) {
		return text
			.slice(quote.length, -quote.length)
			.replaceAll(
				/\\([^])/g,
				(whole, sign: string) => escapes[sign] ?? (/[\\'"]/.test(sign) ? sign : whole),
			);
	}
	return /^[\d.+-]/.test(text) ? Number(text) : fail();
}

function fail(): never {
	throw new NotALiteral();
}
