import { parseQuery } from './parseQuery';
import { printQuery } from './printQuery';
import type { Query, QueryNode } from './query';

/** Whether the query asks for the term by itself: all that pass it pass the term. */
export function hasTerm(text: string, term: string): boolean {
	const parsed = parseQuery(text);
	return parsed.ok && childrenOf(parsed.value).some(child => sameAs(term)(child));
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
	const parsed = parseQuery(text);
	if (!parsed.ok) {
		return text;
	}
	const children = childrenOf(parsed.value);
	const kept = children.filter(child => !terms.some(term => sameAs(term)(child)));
	if (kept.length === children.length) {
		return text;
	}
	const [only] = kept;
	return printQuery({ root: kept.length > 1 ? { kind: 'all', children: kept } : only });
}

function sameAs(term: string): (node: QueryNode) => boolean {
	const parsed = parseQuery(term);
	const printed = parsed.ok ? printQuery(parsed.value) : undefined;
	return node => printQuery({ root: node }) === printed;
}

function childrenOf({ root }: Query): readonly QueryNode[] {
	return root?.kind === 'all' ? root.children : root ? [root] : [];
}
