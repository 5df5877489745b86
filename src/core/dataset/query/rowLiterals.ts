import type { KeyTerm, Query, QueryNode, QueryValue } from './query';
import { plainLiteral } from './plainLiteral';
import { regexLiterals } from './regexLiterals';

/**
 * Texts of which every row that passes has one in its JSON, letter case aside; `undefined` where a
 * row may pass without. ASCII letters and single spaces only: whatever the JSON may write in another
 * way (digits of numbers, quotes, control characters, letters behind `\u`) is no part of them.
 * `hiddenLetters` finds the rows that may hold them unseen all the same.
 */
export function rowLiterals({ root }: Query): readonly string[] | undefined {
	return root && literalsOf(root);
}

function literalsOf(node: QueryNode): readonly string[] | undefined {
	switch (node.kind) {
		case 'text':
			return literalsOfValue(node.value);
		case 'key':
			return literalsOfTerm(node);
		case 'not':
			return undefined;
		case 'any': {
			const all = node.children.map(literalsOf);
			return all.every(found => found !== undefined) ? [...new Set(all.flat())] : undefined;
		}
		case 'all':
			return best(node.children.map(literalsOf));
	}
}

/** The choice that the fewest rows will hold by guess: the longest where it is shortest. */
function best(choices: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
	const worth = (choice: readonly string[]): number =>
		Math.min(...choice.map(({ length }) => length)) / choice.length;
	return choices
		.filter(choice => choice !== undefined)
		.toSorted((a, b) => worth(b) - worth(a))
		.at(0);
}

function literalsOfTerm({ key, path, operator, value }: KeyTerm): readonly string[] | undefined {
	switch (key) {
		case 'content':
		case 'reasoning':
		case 'tool':
			return operator === '!=' ? undefined : literalsOfValue(value);
		case 'field':
		case 'has': {
			// The field has to be there, whatever it is compared with.
			const ofPath = best(path.map(step => listOf(plainLiteral([step]))));
			const isText = operator === ':' || operator === '=';
			return best([ofPath, key === 'field' && isText ? literalsOfValue(value) : undefined]);
		}
		default:
			return undefined;
	}
}

function literalsOfValue(value: QueryValue): readonly string[] | undefined {
	return value.kind === 'regex' ? regexLiterals(value.source) : listOf(plainLiteral([value.text]));
}

function listOf(literal: string | undefined): readonly string[] | undefined {
	return literal === undefined ? undefined : [literal];
}
