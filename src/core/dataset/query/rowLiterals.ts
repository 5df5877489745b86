import type { KeyTerm, Query, QueryNode, QueryValue } from './query';
import { plainLiteral } from './plainLiteral';
import { regexLiterals } from './regexLiterals';

export interface RowLiterals {
	readonly texts: readonly string[];
	/** Letter case counts. */
	readonly isExact: boolean;
}

/**
 * Texts of which every row that passes has one in its JSON; `undefined` where a row may pass
 * without. ASCII letters and single spaces only: whatever the JSON may write in another
 * way (digits of numbers, quotes, control characters, letters behind `\u`) is no part of them.
 * `hiddenLetters` finds the rows that may hold them unseen all the same.
 */
export function rowLiterals({ root }: Query): RowLiterals | undefined {
	return root && literalsOf(root);
}

function literalsOf(node: QueryNode): RowLiterals | undefined {
	switch (node.kind) {
		case 'text':
			return literalsOfValue(node.value);
		case 'key':
			return literalsOfTerm(node);
		case 'not':
			return undefined;
		case 'any': {
			const all = node.children.map(literalsOf);
			return all.every(found => found !== undefined)
				? {
						texts: [...new Set(all.flatMap(({ texts }) => texts))],
						isExact: all.every(({ isExact }) => isExact),
					}
				: undefined;
		}
		case 'all':
			return best(node.children.map(literalsOf));
	}
}

/** The choice that the fewest rows will hold by guess: the longest where it is shortest. */
function best(choices: readonly (RowLiterals | undefined)[]): RowLiterals | undefined {
	const worth = ({ texts }: RowLiterals): number =>
		Math.min(...texts.map(({ length }) => length)) / texts.length;
	return choices
		.filter(choice => choice !== undefined)
		.toSorted((a, b) => worth(b) - worth(a))
		.at(0);
}

function literalsOfTerm({ key, path, operator, value }: KeyTerm): RowLiterals | undefined {
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

function literalsOfValue(value: QueryValue): RowLiterals | undefined {
	if (value.kind === 'word') {
		return listOf(plainLiteral([value.text]));
	}
	const texts = regexLiterals(value.source);
	return texts && { texts, isExact: !value.flags.includes('i') };
}

function listOf(literal: string | undefined): RowLiterals | undefined {
	return literal === undefined ? undefined : { texts: [literal], isExact: false };
}
