import { err, ok, type Result } from '../../base/result';
import type { Operator, QueryValue } from './query';
import { queryFault, type QueryFault } from './queryFault';

export interface ValueToken {
	readonly value: QueryValue;
	readonly start: number;
	readonly end: number;
}

/** The name of a term with its operator: `field.a.b<`. */
export interface KeyToken {
	/** As written, without quotes: the name and the steps behind its dots. */
	readonly steps: readonly string[];
	readonly operator: Operator;
	readonly start: number;
	/** Behind the last step. */
	readonly nameEnd: number;
	/** Behind the operator. */
	readonly end: number;
}

export type QueryToken =
	| {
			readonly kind: 'open' | 'close' | 'minus' | 'or' | 'and' | 'not';
			readonly start: number;
			readonly end: number;
	  }
	| {
			readonly kind: 'term';
			readonly key: KeyToken | undefined;
			/** `undefined` only behind a key. */
			readonly value: ValueToken | undefined;
			readonly start: number;
			readonly end: number;
	  };

const words = { OR: 'or', AND: 'and', NOT: 'not' } as const;
const space = /\s/;
/** A step that needs no quotes. Also for writing queries. */
export const plainStep = /^[\p{L}_$][\p{L}\p{N}_$-]*$|^\d+$/u;
const firstStep = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const nextStep = /\.(?:([\p{L}\p{N}_$-]+)|"((?:[^"\\]|\\["\\])*)")/uy;
const operator = /!=|<=|>=|[:=<>]/y;

/** Cuts a query into its tokens. White space only parts them. */
export function queryTokens(text: string): Result<QueryToken[], QueryFault> {
	const tokens: QueryToken[] = [];
	for (let at = 0; at < text.length;) {
		const letter = text.charAt(at);
		if (space.test(letter)) {
			at++;
			continue;
		}
		const mark = markAt(text, at);
		if (mark) {
			tokens.push({ kind: mark, start: at, end: at + 1 });
			at++;
			continue;
		}
		const read = readTerm(text, at);
		if (!read.ok) {
			return read;
		}
		tokens.push(read.value);
		at = read.value.end;
		if (at < text.length && !space.test(text.charAt(at)) && text.charAt(at) !== ')') {
			return err(queryFault('runOn', at, at + 1));
		}
	}
	return ok(tokens);
}

function markAt(text: string, at: number): 'open' | 'close' | 'minus' | undefined {
	switch (text.charAt(at)) {
		case '(':
			return 'open';
		case ')':
			return 'close';
		case '-': {
			const next = text.charAt(at + 1);
			return next === '' || space.test(next) || next === ')' ? undefined : 'minus';
		}
		default:
			return undefined;
	}
}

function readTerm(text: string, start: number): Result<QueryToken, QueryFault> {
	const key = keyAt(text, start);
	const valueStart = key?.end ?? start;
	const next = text.charAt(valueStart);
	if (key && (next === '' || space.test(next) || next === ')')) {
		return ok({ kind: 'term', key, value: undefined, start, end: key.end });
	}
	const value = readValue(text, valueStart);
	if (!value.ok) {
		return value;
	}
	const { end } = value.value;
	const word = text.slice(start, end);
	if (!key && Object.hasOwn(words, word)) {
		return ok({ kind: words[word as keyof typeof words], start, end });
	}
	return ok({ kind: 'term', key, value: value.value, start, end });
}

/** A name, steps and an operator; `undefined` where there is only a word. */
function keyAt(text: string, start: number): KeyToken | undefined {
	firstStep.lastIndex = start;
	const first = firstStep.exec(text);
	if (!first) {
		return undefined;
	}
	const steps = [first[0]];
	let nameEnd = firstStep.lastIndex;
	for (;;) {
		nextStep.lastIndex = nameEnd;
		const next = nextStep.exec(text);
		if (!next) {
			break;
		}
		steps.push(next[1] ?? unescaped(next[2] ?? ''));
		nameEnd = nextStep.lastIndex;
	}
	operator.lastIndex = nameEnd;
	const sign = operator.exec(text);
	return sign
		? { steps, operator: sign[0] as Operator, start, nameEnd, end: operator.lastIndex }
		: undefined;
}

function readValue(text: string, start: number): Result<ValueToken, QueryFault> {
	switch (text.charAt(start)) {
		case '"':
			return readQuoted(text, start);
		case '/':
			return readRegex(text, start);
		default:
			return ok(readWord(text, start));
	}
}

/** Whether the text is read as it stands where a value is expected. */
export function isBareWord(text: string): boolean {
	return text !== '' && !/^["/]/.test(text) && readWord(text, 0).end === text.length;
}

/** Up to white space, or to a parenthesis that the word does not open itself. */
function readWord(text: string, start: number): ValueToken {
	let end = start;
	let depth = 0;
	while (end < text.length && !space.test(text.charAt(end))) {
		const letter = text.charAt(end);
		if (letter === ')' && depth === 0) {
			break;
		}
		depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
		end++;
	}
	return { value: { kind: 'word', text: text.slice(start, end), isQuoted: false }, start, end };
}

function readQuoted(text: string, start: number): Result<ValueToken, QueryFault> {
	for (let at = start + 1; at < text.length; at++) {
		const letter = text.charAt(at);
		if (letter === '\\') {
			at++;
		} else if (letter === '"') {
			const inner = unescaped(text.slice(start + 1, at));
			const value: QueryValue = { kind: 'word', text: inner, isQuoted: true };
			return ok({ value, start, end: at + 1 });
		}
	}
	return err(queryFault('unclosedQuote', start, text.length));
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };

/** `\"`, `\\`, `\n` and `\t`; a backslash before anything else stands for itself. */
function unescaped(text: string): string {
	return text.replaceAll(/\\([nt"\\])/g, (_, letter: string) => escapes[letter] ?? letter);
}

function readRegex(text: string, start: number): Result<ValueToken, QueryFault> {
	const close = regexEnd(text, start);
	if (close === undefined) {
		return err(queryFault('unclosedRegex', start, text.length));
	}
	let end = close + 1;
	while (/[A-Za-z]/.test(text.charAt(end))) {
		end++;
	}
	const source = text.slice(start + 1, close);
	const flags = text.slice(close + 1, end);
	const wrong = [...flags].findIndex((flag, i) => !/[imsu]/.test(flag) || flags.indexOf(flag) < i);
	if (wrong >= 0) {
		const at = close + 1 + wrong;
		return err(queryFault('unknownFlag', at, at + 1, { word: flags.charAt(wrong) }));
	}
	const reason = regexFault(source, flags);
	return reason === undefined
		? ok({ value: { kind: 'regex', source, flags }, start, end })
		: err(queryFault('invalidRegex', start, end, { reason }));
}

/** Place of the slash that ends an expression; one in a class `[/]` or behind a backslash does not. */
function regexEnd(text: string, start: number): number | undefined {
	let isInClass = false;
	for (let at = start + 1; at < text.length; at++) {
		switch (text.charAt(at)) {
			case '\\':
				at++;
				break;
			case '[':
				isInClass = true;
				break;
			case ']':
				isInClass = false;
				break;
			case '/':
				if (!isInClass) {
					return at;
				}
				break;
		}
	}
	return undefined;
}

function regexFault(source: string, flags: string): string | undefined {
	if (source === '') {
		return 'it is empty';
	}
	try {
		return new RegExp(source, flags).global ? 'it must not be global' : undefined;
	} catch (error) {
		// “Invalid regular expression: /(/: Unterminated group”
		const words = error instanceof Error ? error.message : String(error);
		const reason = words.slice(words.lastIndexOf(': ') + 2);
		return reason.charAt(0).toLowerCase() + reason.slice(1);
	}
}
