import { plainLiteral } from './plainLiteral';

/**
 * Texts of which every match of an expression holds at least one, letter case aside; `undefined`
 * where no such texts are found. Only what stands plainly in the expression is taken: groups,
 * classes and what may be absent are passed over.
 */
export function regexLiterals(source: string): string[] | undefined {
	const found: string[] = [];
	for (const branch of branchesOf(source)) {
		const literal = plainLiteral(runsOf(branch));
		if (literal === undefined) {
			return undefined;
		}
		found.push(literal);
	}
	return found;
}

/** An atom of the expression: a letter that stands for itself, or anything else. */
type Atom = string | undefined;

/** The alternatives of the whole expression, each as its atoms outside of groups. */
function branchesOf(source: string): Atom[][] {
	let branch: Atom[] = [];
	const branches = [branch];
	for (let at = 0; at < source.length;) {
		const letter = source.charAt(at);
		switch (letter) {
			case '|':
				branch = [];
				branches.push(branch);
				at++;
				break;
			case '\\':
				at = escapeEnd(source, at);
				branch.push(undefined);
				break;
			case '[':
				at = classEnd(source, at);
				branch.push(undefined);
				break;
			case '(':
				at = groupEnd(source, at);
				branch.push(undefined);
				break;
			default: {
				const end = quantifierEnd(source, at);
				if (end !== undefined && letter !== '+') {
					branch.pop();
				}
				branch.push(end !== undefined || /[.^$)\]{}]/.test(letter) ? undefined : letter);
				at = end ?? at + 1;
			}
		}
	}
	return branches;
}

function runsOf(atoms: readonly Atom[]): string[] {
	return atoms
		.map(atom => atom ?? '\n')
		.join('')
		.split('\n');
}

/** Behind `\d`, `\.`, `\x41`, `\u0041`, `\u{41}`, `\cA`, `\k<name>`, `\p{L}`. */
function escapeEnd(source: string, at: number): number {
	const escape =
		/\\(?:x[0-9a-fA-F]{2}|u\{[^}]*\}|u[0-9a-fA-F]{4}|c[A-Za-z]|k<[^>]*>|[pP]\{[^}]*\}|\d+|[^])/y;
	escape.lastIndex = at;
	return escape.test(source) ? escape.lastIndex : at + 1;
}

function classEnd(source: string, start: number): number {
	for (let at = start + 1; at < source.length; at++) {
		if (source.charAt(at) === '\\') {
			at++;
		} else if (source.charAt(at) === ']') {
			return at + 1;
		}
	}
	return source.length;
}

function groupEnd(source: string, start: number): number {
	let depth = 0;
	for (let at = start; at < source.length; at++) {
		switch (source.charAt(at)) {
			case '\\':
				at++;
				break;
			case '[':
				at = classEnd(source, at) - 1;
				break;
			case '(':
				depth++;
				break;
			case ')':
				depth--;
				if (depth === 0) {
					return at + 1;
				}
				break;
		}
	}
	return source.length;
}

function quantifierEnd(source: string, at: number): number | undefined {
	// Without the flag u a brace that counts nothing stands for itself.
	const quantifier = /(?:[?*+]|\{\d+(?:,\d*)?\})\??/y;
	quantifier.lastIndex = at;
	return quantifier.test(source) ? quantifier.lastIndex : undefined;
}
