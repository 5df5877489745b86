/**
 * What a row's JSON may write in another way than the text that it stands for: quotes, backslashes,
 * slashes, control characters, and all that is not ASCII.
 */
const plain = /[ !#-.0-[\]-~]/;

/**
 * Letters that are written anew where JSON within a row is shown: numbers and keywords can come out
 * otherwise than they stand, and it is indented. A text with none but these may be such a place.
 */
const rewritten = /[ {}[\],:0-9+\-.etrufalsn]/i;

/** A stretch of an expression that reads the same in a row's JSON. */
interface Stretch {
	readonly source: string;
	/** Letters that it needs at least. */
	readonly length: number;
	/** Needs a letter that stands only within strings. */
	readonly isInString: boolean;
	/** Is a space, which JSON shown anew may have where the row has none. */
	readonly isSpace: boolean;
	/** Ends with a letter behind which JSON shown anew has no space, other than within strings. */
	readonly isBeforeNoIndent: boolean;
}

const nothing: Stretch = {
	source: '',
	length: 0,
	isInString: false,
	isSpace: false,
	isBeforeNoIndent: false,
};

/**
 * The source of an expression that matches the JSON of a row, read as Latin-1, wherever the given
 * one matches a text in it; `undefined` where there is none that says anything. It is a part of the
 * given one, so that it takes no longer: of each alternative the longest stretch of letters, classes
 * and groups that JSON writes as they stand. Letters behind `\u` are not met.
 */
export function rawExpression(source: string, flags: string): string | undefined {
	if (flags.includes('v')) {
		return undefined;
	}
	const reader = new Reader(source);
	const found = reader.branches().map(longest);
	return reader.isAtEnd && found.every(part => part !== undefined)
		? found.map(part => part.source).join('|')
		: undefined;
}

function longest(stretches: readonly Stretch[]): Stretch | undefined {
	return stretches
		.filter(({ length, isInString }) => length >= 3 && isInString)
		.toSorted((a, b) => b.length - a.length)
		.at(0);
}

/** A term of the expression: a stretch, a place without letters, or what JSON may write otherwise. */
type Term = Stretch | 'place' | 'other';

class Reader {
	#at = 0;

	constructor(private readonly source: string) {}

	get isAtEnd(): boolean {
		return this.#at >= this.source.length;
	}

	/** The stretches of each alternative, up to the end or the end of the group. */
	branches(): Stretch[][] {
		const branches: Stretch[][] = [];
		do {
			branches.push(this.#stretches());
		} while (this.#take('|'));
		return branches;
	}

	#stretches(): Stretch[] {
		const stretches: Stretch[] = [];
		let current = nothing;
		while (!this.isAtEnd && !/[|)]/.test(this.#peek())) {
			const term = this.#term();
			if (term === 'place') {
				continue;
			}
			if (term === 'other') {
				stretches.push(current);
				current = nothing;
				continue;
			}
			current = {
				source: current.source + term.source,
				length: current.length + term.length,
				isInString:
					current.isInString || term.isInString || (term.isSpace && current.isBeforeNoIndent),
				isSpace: false,
				isBeforeNoIndent: term.isBeforeNoIndent,
			};
		}
		return [...stretches, current];
	}

	#term(): Term {
		const atom = this.#atom();
		const quantifier = this.#match(/(?:[?*+]|\{\d+(?:,\d*)?\})\??/y);
		if (quantifier === undefined || typeof atom === 'string') {
			// A place that is quantified needs nothing of the text either.
			return atom;
		}
		const isNeeded = !/^(?:[?*]|\{0)/.test(quantifier);
		return {
			source: atom.source + quantifier,
			length: isNeeded ? atom.length : 0,
			isInString: isNeeded && atom.isInString,
			isSpace: isNeeded && atom.isSpace,
			isBeforeNoIndent: isNeeded && atom.isBeforeNoIndent,
		};
	}

	#atom(): Term {
		if (this.#match(/\(\?<?[=!]/y) !== undefined) {
			this.branches();
			return this.#take(')') ? 'place' : this.#giveUp();
		}
		if (this.#match(/\((?!\?)|\(\?:|\(\?<[^>=!]+>/y) !== undefined) {
			return this.#group();
		}
		if (this.#match(/\[\^/y) !== undefined) {
			this.#match(/(?:\\[^]|[^\]\\])*\]/y);
			return 'other';
		}
		const inClass = this.#match(/\[(?:\\[^]|[^\]\\])*\]/y);
		if (inClass !== undefined) {
			return classOf(inClass);
		}
		if (this.#match(/\\[bB]|[\^$]/y) !== undefined) {
			return 'place';
		}
		const escaped = this.#match(/\\[dw.?*+|()[\]{}^$\-!#%&,:;<=>@`~ ']/y);
		if (escaped !== undefined) {
			return /\\[dw]/.test(escaped)
				? { ...nothing, source: escaped, length: 1, isBeforeNoIndent: true }
				: letterOf(escaped, escaped.slice(1));
		}
		const other = this.#match(
			/\\(?:x[0-9a-fA-F]{2}|u\{[^}]*\}|u[0-9a-fA-F]{4}|c[A-Za-z]|k<[^>]*>|[pP]\{[^}]*\}|\d+|[^])/y,
		);
		if (other !== undefined) {
			return 'other';
		}
		const letter = this.#peek();
		this.#at++;
		// Without the flag u a brace may stand for itself; it is not worth telling.
		return letter === '.' || /[[\](){}*+?\\]/.test(letter) || !plain.test(letter)
			? 'other'
			: letterOf(letter, letter);
	}

	/** Behind its opening parenthesis. */
	#group(): Term {
		const branches = this.branches();
		if (!this.#take(')')) {
			return this.#giveUp();
		}
		const whole = branches.map(stretches => (stretches.length === 1 ? stretches[0] : undefined));
		const known = whole.filter(stretch => stretch !== undefined);
		if (known.length < whole.length) {
			return 'other';
		}
		return {
			...nothing,
			source: `(?:${known.map(({ source }) => source).join('|')})`,
			length: Math.min(...known.map(({ length }) => length)),
			isInString: known.every(({ isInString }) => isInString),
		};
	}

	/** What follows is not understood: nothing of it is used. */
	#giveUp(): Term {
		this.#at = this.source.length + 1;
		return 'other';
	}

	#peek(): string {
		return this.source.charAt(this.#at);
	}

	#take(letter: string): boolean {
		const isThere = !this.isAtEnd && this.#peek() === letter;
		this.#at += isThere ? 1 : 0;
		return isThere;
	}

	#match(expression: RegExp): string | undefined {
		expression.lastIndex = this.#at;
		const found = expression.exec(this.source)?.[0];
		this.#at += found?.length ?? 0;
		return found;
	}
}

function letterOf(source: string, letter: string): Term {
	return {
		source,
		length: 1,
		isInString: !rewritten.test(letter),
		isSpace: letter === ' ',
		isBeforeNoIndent: !/[ :]/.test(letter),
	};
}

/** A class of plain letters only. */
function classOf(source: string): Term {
	const part = /\\([dw])|\\([.?*+|()[\]{}^$\-!#%&,:;<=>@`~ '])|([^\\])/y;
	const letters: string[] = [];
	const inside = source.slice(1, -1);
	for (let at = 0; at < inside.length; at = part.lastIndex) {
		part.lastIndex = at;
		const found = part.exec(inside);
		if (!found) {
			return 'other';
		}
		const [, shorthand, escaped, letter] = found;
		letters.push(shorthand === undefined ? (escaped ?? letter ?? '') : '0');
	}
	// A range may begin or end with an escaped letter.
	const ranges = inside.matchAll(/(\\?[^\\])-(\\?[^\\])/g);
	const isPlain =
		letters.length > 0 &&
		letters.every(letter => plain.test(letter)) &&
		[...ranges].every(([, from = '', to = '']) =>
			/^(?:[a-z]{2}|[A-Z]{2}|[0-9]{2})$/.test(from + to),
		);
	return isPlain
		? {
				source,
				length: 1,
				isInString: !inside.includes('-') && !letters.some(letter => rewritten.test(letter)),
				isSpace: false,
				isBeforeNoIndent: !letters.some(letter => /[ :]/.test(letter)),
			}
		: 'other';
}
