import type { KeyName } from './queryKeys';

export type Operator = ':' | '=' | '!=' | '<' | '<=' | '>' | '>=';

/** What a term compares with. A word that is quoted is never a number, a boolean or `null`. */
export type QueryValue =
	| { readonly kind: 'word'; readonly text: string; readonly isQuoted: boolean }
	| { readonly kind: 'regex'; readonly source: string; readonly flags: string };

/** Words or a pattern that any text of the row may hold. */
export interface TextTerm {
	readonly kind: 'text';
	readonly value: QueryValue;
}

/** One condition on something named: `len>2000`, `field.meta.source:wiki`. */
export interface KeyTerm {
	readonly kind: 'key';
	readonly key: KeyName;
	/** Of `field` and `has`: the way into the row's JSON. Empty for other keys. */
	readonly path: readonly string[];
	readonly operator: Operator;
	readonly value: QueryValue;
}

/**
 * A filter expression. In an `all` the terms about messages, and alternatives of such terms, speak
 * of one and the same message; an `all` directly in another speaks of a message of its own. `not`
 * is about the row: it passes rows that do not match.
 */
export type QueryNode =
	| TextTerm
	| KeyTerm
	| { readonly kind: 'all'; readonly children: readonly QueryNode[] }
	| { readonly kind: 'any'; readonly children: readonly QueryNode[] }
	| { readonly kind: 'not'; readonly child: QueryNode };

export interface Query {
	/** `undefined` passes every row. */
	readonly root: QueryNode | undefined;
}

/** The query that passes every row. */
export const everyRow: Query = { root: undefined };

/** All terms of a query, in the order in which they are written. */
export function termsOf(node: QueryNode | undefined): (TextTerm | KeyTerm)[] {
	if (!node) {
		return [];
	}
	switch (node.kind) {
		case 'all':
		case 'any':
			return node.children.flatMap(termsOf);
		case 'not':
			return termsOf(node.child);
		default:
			return [node];
	}
}
