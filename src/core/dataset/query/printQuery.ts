import type { KeyTerm, Query, QueryNode, QueryValue } from './query';
import { isBareWord, plainStep } from './queryTokens';

/** Writes a query so that `parseQuery` reads the same again. */
export function printQuery({ root }: Query): string {
	return root ? printNode(root, 'top') : '';
}

/** `inAll` and `inNot` say what stands around, for the parentheses that are needed. */
function printNode(node: QueryNode, place: 'top' | 'inAll' | 'inAny' | 'inNot'): string {
	switch (node.kind) {
		case 'text':
			return printValue(node.value);
		case 'key':
			return printTerm(node);
		case 'not':
			return `-${printNode(node.child, 'inNot')}`;
		case 'any': {
			const text = node.children.map(child => printNode(child, 'inAny')).join(' OR ');
			return place === 'top' ? text : `(${text})`;
		}
		case 'all': {
			const text = node.children.map(child => printNode(child, 'inAll')).join(' ');
			const isBare = node.children.length > 1 && (place === 'top' || place === 'inAny');
			return isBare ? text : `(${text})`;
		}
	}
}

function printTerm({ key, path, operator, value }: KeyTerm): string {
	if (key === 'has') {
		return `has${operator}${printValue(value)}`;
	}
	const steps = path.map(step => (plainStep.test(step) ? step : quoted(step)));
	return [key, ...steps].join('.') + operator + printValue(value);
}

export function printValue(value: QueryValue): string {
	if (value.kind === 'regex') {
		return `/${value.source}/${value.flags}`;
	}
	return value.isQuoted || !isBareWord(value.text) ? quoted(value.text) : value.text;
}

/** The text in quotes, as a query takes it word for word. */
export function quoted(text: string): string {
	const inner = text
		.replaceAll('\\', '\\\\')
		.replaceAll('"', '\\"')
		.replaceAll('\n', '\\n')
		.replaceAll('\t', '\\t');
	return `"${inner}"`;
}
