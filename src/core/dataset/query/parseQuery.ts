import { err, ok, type Result } from '../../base/result';
import { everyRow, type KeyTerm, type Query, type QueryNode } from './query';
import { queryFault, type QueryFault } from './queryFault';
import { keyTerm } from './keyTerm';
import { queryTokens, type QueryToken } from './queryTokens';

const longest = 10_000;
const deepest = 50;

/**
 * Reads a filter expression. Terms side by side must all hold, `OR` binds weaker, `-` and `NOT` turn
 * one term or group round. An empty text is the query that passes every row.
 */
export function parseQuery(text: string): Result<Query, QueryFault> {
	if (text.length > longest) {
		return err(queryFault('tooLong', longest, text.length));
	}
	const tokens = queryTokens(text);
	if (!tokens.ok) {
		return tokens;
	}
	if (tokens.value.length === 0) {
		return ok(everyRow);
	}
	const parser = new Parser(tokens.value, text.length);
	const root = parser.parse();
	return root.ok ? ok({ root: root.value }) : root;
}

type Parsed = Result<QueryNode, QueryFault>;

class Parser {
	#at = 0;
	#depth = 0;

	constructor(
		private readonly tokens: readonly QueryToken[],
		private readonly end: number,
	) {}

	parse(): Parsed {
		const root = this.#alternatives();
		const rest = this.#next;
		if (root.ok && rest) {
			// Only a closing parenthesis ends the outermost alternatives.
			return err(queryFault('unopenedGroup', rest.start, rest.end));
		}
		return root;
	}

	get #next(): QueryToken | undefined {
		return this.tokens[this.#at];
	}

	#alternatives(): Parsed {
		const children: QueryNode[] = [];
		for (;;) {
			const part = this.#sequence();
			if (!part.ok) {
				return part;
			}
			children.push(part.value);
			if (this.#next?.kind !== 'or') {
				return ok(joined('any', children));
			}
			this.#at++;
		}
	}

	#sequence(): Parsed {
		const children: QueryNode[] = [];
		const roles: { role: string; token: QueryToken }[] = [];
		for (;;) {
			const token = this.#next;
			if (!token || token.kind === 'or' || token.kind === 'close') {
				return children.length === 0
					? this.#missing(token?.kind === 'or' ? token : (this.tokens[this.#at - 1] ?? token))
					: ok(joined('all', children));
			}
			if (token.kind === 'and') {
				const after = this.tokens[this.#at + 1];
				if (children.length === 0 || !after || after.kind === 'or' || after.kind === 'close') {
					return this.#missing(token);
				}
				this.#at++;
				continue;
			}
			const child = this.#negated();
			if (!child.ok) {
				return child;
			}
			const role = roleAskedFor(child.value);
			const other = roles.find(known => known.role !== role);
			if (role !== undefined && other) {
				return err(queryFault('twoRoles', other.token.start, token.end));
			}
			if (role !== undefined) {
				roles.push({ role, token });
			}
			children.push(child.value);
		}
	}

	#negated(): Parsed {
		const token = this.#next;
		if (token?.kind !== 'minus' && token?.kind !== 'not') {
			return this.#primary();
		}
		this.#at++;
		return this.#deeper(token, () => {
			const after = this.#next;
			if (!after || after.kind === 'or' || after.kind === 'and' || after.kind === 'close') {
				return this.#missing(token);
			}
			const child = this.#negated();
			return child.ok ? ok({ kind: 'not', child: child.value }) : child;
		});
	}

	#primary(): Parsed {
		const token = this.#next;
		if (token?.kind === 'open') {
			return this.#group(token);
		}
		if (token?.kind !== 'term') {
			return this.#missing(token);
		}
		this.#at++;
		if (token.key) {
			return keyTerm(token.key, token.value);
		}
		return token.value ? ok({ kind: 'text', value: token.value.value }) : this.#missing(token);
	}

	#group(open: QueryToken): Parsed {
		this.#at++;
		if (this.#next?.kind === 'close') {
			return err(queryFault('emptyGroup', open.start, this.#next.end));
		}
		return this.#deeper(open, () => {
			const inner = this.#next ? this.#alternatives() : undefined;
			if (inner && !inner.ok) {
				return inner;
			}
			if (!inner || this.#next?.kind !== 'close') {
				return err(queryFault('unclosedGroup', open.start, open.end));
			}
			this.#at++;
			// A message of its own: `(role:user) (role:assistant)`.
			return inner.value.kind === 'key' ? ok({ kind: 'all', children: [inner.value] }) : inner;
		});
	}

	#deeper(token: QueryToken, read: () => Parsed): Parsed {
		if (++this.#depth > deepest) {
			return err(queryFault('tooLong', token.start, token.end));
		}
		const parsed = read();
		this.#depth--;
		return parsed;
	}

	#missing(beside: QueryToken | undefined): Parsed {
		if (beside?.kind === 'close') {
			return err(queryFault('unopenedGroup', beside.start, beside.end));
		}
		const start = beside?.start ?? this.end;
		const names = {
			open: '(',
			close: ')',
			minus: '-',
			or: 'OR',
			and: 'AND',
			not: 'NOT',
			term: 'it',
		};
		const word = beside ? names[beside.kind] : undefined;
		const facts = word === undefined ? {} : { word };
		return err(queryFault('missingOperand', start, beside?.end ?? this.end, facts));
	}
}

function joined(kind: 'all' | 'any', children: readonly QueryNode[]): QueryNode {
	const [only] = children;
	return children.length === 1 && only ? only : { kind, children };
}

function roleAskedFor(node: QueryNode): string | undefined {
	const isRole = (term: QueryNode): term is KeyTerm => term.kind === 'key' && term.key === 'role';
	return isRole(node) && node.operator !== '!=' && node.value.kind === 'word'
		? node.value.text
		: undefined;
}
