/** What may come next: a value, a key, or what follows either. */
type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'next';

const scalars = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const strings = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const wholePart = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const blank = /[ \t\r\n]*/y;

/**
 * Where text stops being JSON, in UTF-16 units; its length when it ends too early, `undefined` when
 * it is whole. `JSON.parse` names the place only in some of its messages.
 */
export function jsonFaultAt(text: string): number | undefined {
	const open: ('{' | '[')[] = [];
	let expected: Expected = 'value';
	let at = 0;
	for (;;) {
		at += matched(blank, text, at);
		const char = text[at];
		if (char === undefined) {
			return expected === 'next' && open.length === 0 ? undefined : at;
		}
		const step = stepOver(text, at, char, expected, open);
		if (typeof step === 'number') {
			return step;
		}
		at = step.at;
		expected = step.expected;
	}
}

/** One token further, or the place of the fault. */
function stepOver(
	text: string,
	at: number,
	char: string,
	expected: Expected,
	open: ('{' | '[')[],
): number | { readonly at: number; readonly expected: Expected } {
	switch (expected) {
		case 'key':
		case 'keyOrEnd': {
			if (char === '}' && expected === 'keyOrEnd') {
				open.pop();
				return { at: at + 1, expected: 'next' };
			}
			const length = matched(strings, text, at);
			return length > 0
				? { at: at + length, expected: 'colon' }
				: at + matched(wholePart, text, at);
		}
		case 'colon':
			return char === ':' ? { at: at + 1, expected: 'value' } : at;
		case 'next': {
			const inner = open.at(-1);
			if (inner !== undefined && char === ',') {
				return { at: at + 1, expected: inner === '{' ? 'key' : 'value' };
			}
			const closes = inner === '{' ? '}' : inner === '[' ? ']' : undefined;
			if (char !== closes) {
				return at;
			}
			open.pop();
			return { at: at + 1, expected: 'next' };
		}
		default:
			return stepIntoValue(text, at, char, expected, open);
	}
}

function stepIntoValue(
	text: string,
	at: number,
	char: string,
	expected: Expected,
	open: ('{' | '[')[],
): number | { readonly at: number; readonly expected: Expected } {
	if (char === ']' && expected === 'valueOrEnd') {
		open.pop();
		return { at: at + 1, expected: 'next' };
	}
	if (char === '{' || char === '[') {
		open.push(char);
		return { at: at + 1, expected: char === '{' ? 'keyOrEnd' : 'valueOrEnd' };
	}
	const pattern = char === '"' ? strings : scalars;
	const length = matched(pattern, text, at);
	return length > 0 ? { at: at + length, expected: 'next' } : at + matched(wholePart, text, at);
}

/** Units that a sticky pattern takes from a place on. */
function matched(pattern: RegExp, text: string, at: number): number {
	pattern.lastIndex = at;
	return pattern.exec(text)?.[0].length ?? 0;
}
