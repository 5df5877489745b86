import type { KeyTerm, Query, QueryNode, QueryValue } from './query';
import { rawExpression } from './rawExpression';

/** An expression to be, before it has its flags. */
interface Source {
	readonly source: string;
	readonly isExact: boolean;
}

/**
 * An expression that the JSON of every row that passes matches, read as Latin-1; `undefined` where
 * there is none. It is made of those in the query and is cheaper than reading the JSON. Rows in
 * which `hiddenLetters` are found may pass without it.
 */
export function rowExpression({ root }: Query): RegExp | undefined {
	const found = root && sourceOf(root);
	return found && new RegExp(found.source, found.isExact ? '' : 'i');
}

function sourceOf(node: QueryNode): Source | undefined {
	switch (node.kind) {
		case 'text':
			return sourceOfValue(node.value);
		case 'key':
			return sourceOfTerm(node);
		case 'not':
			return undefined;
		case 'any': {
			const all = node.children.map(sourceOf);
			return all.every(found => found !== undefined)
				? {
						source: all.map(({ source }) => `(?:${source})`).join('|'),
						isExact: all.every(({ isExact }) => isExact),
					}
				: undefined;
		}
		case 'all':
			return node.children
				.map(sourceOf)
				.filter(found => found !== undefined)
				.toSorted((a, b) => b.source.length - a.source.length)
				.at(0);
	}
}

function sourceOfTerm({ key, operator, value }: KeyTerm): Source | undefined {
	const isText = operator === ':' || operator === '=';
	return isText && ['content', 'reasoning', 'tool', 'field'].includes(key)
		? sourceOfValue(value)
		: undefined;
}

function sourceOfValue(value: QueryValue): Source | undefined {
	if (value.kind === 'word') {
		return undefined;
	}
	const source = rawExpression(value.source, value.flags);
	return source === undefined ? undefined : { source, isExact: !value.flags.includes('i') };
}
