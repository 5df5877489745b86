import { parseQuery } from './parseQuery';
import { printQuery } from './printQuery';
import type { QueryNode } from './query';

/** Whether the query asks for the term, or for all of several: all rows that pass it pass those. */
export function hasTerm(text: string, term: string): boolean {
	const children = childrenOf(text);
	return children !== undefined && partsAt(children, term).length > 0;
}

/** The query that also asks for the term. What is typed stays as it is typed. */
export function withTerm(text: string, term: string): string {
	const parsed = parseQuery(text);
	const before = text.trim();
	if (!parsed.ok || before === '') {
		return term;
	}
	if (hasTerm(text, term)) {
		return text;
	}
	return parsed.value.root?.kind === 'any' ? `(${before}) ${term}` : `${before} ${term}`;
}

/** The query that does not ask for these terms any more. */
export function withoutTerms(text: string, terms: readonly string[]): string {
	let children = childrenOf(text);
	if (!children) {
		return text;
	}
	let isChanged = false;
	for (const term of terms) {
		const gone = partsAt(children, term);
		isChanged ||= gone.length > 0;
		children = children.filter((_, i) => !gone.includes(i));
	}
	const [only] = children;
	return isChanged
		? printQuery({ root: children.length > 1 ? { kind: 'all', children } : only })
		: text;
}

/** Places of what a term asks for: a group as one child, or its parts as several. */
function partsAt(children: readonly QueryNode[], term: string): number[] {
	const parsed = parseQuery(term);
	const root = parsed.ok ? parsed.value.root : undefined;
	if (!root) {
		return [];
	}
	const printed = children.map(wordsOf);
	const whole = printed.indexOf(wordsOf(root));
	if (whole >= 0) {
		return [whole];
	}
	const parts = root.kind === 'all' ? root.children : [root];
	const places = parts.map(part => printed.indexOf(wordsOf(part)));
	return places.includes(-1) ? [] : places;
}

function wordsOf(node: QueryNode): string {
	return printQuery({ root: node });
}

function childrenOf(text: string): readonly QueryNode[] | undefined {
	const parsed = parseQuery(text);
	if (!parsed.ok) {
		return undefined;
	}
	const { root } = parsed.value;
	return root?.kind === 'all' ? root.children : root ? [root] : [];
}
