import fc from 'fast-check';
import type {
	Operator,
	Query,
	QueryNode,
	QueryValue,
} from '../../../../../src/core/dataset/query/query';

const orders = ['<', '<=', '>', '>='] as const;
const equals = [':', '=', '!='] as const;

/** Words that occur in the rows of the tests, with letters that are special to the language. */
const plainWords = [
	'hello',
	'World',
	'casing',
	'a',
	'naïve',
	'12',
	"don't",
	'x(y)',
	'…',
	'OR:',
	'日本',
];

const quotedWord = fc.oneof(
	fc.constantFrom('two words', 'say "hi"', 'back\\slash', 'OR', '-x', '(', 'a:b', 'new\nline', ''),
	fc.string({ maxLength: 6 }),
);
const bareWord = fc.constantFrom(...plainWords.filter(word => !word.includes(':')));
const wordValue: fc.Arbitrary<QueryValue> = fc.oneof(
	bareWord.map(text => ({ kind: 'word' as const, text, isQuoted: false })),
	quotedWord.map(text => ({ kind: 'word' as const, text, isQuoted: true })),
);
const regexValue: fc.Arbitrary<QueryValue> = fc.record({
	kind: fc.constant('regex' as const),
	source: fc.constantFrom(
		'hello',
		'he(l+)o',
		'[/)]',
		'^w',
		'o w',
		'a|world',
		'\\/x',
		'l{2}',
		'é?lo',
	),
	flags: fc.constantFrom('', 'i', 'iu', 's'),
});
const textValue = fc.oneof(wordValue, regexValue);
const numberValue: fc.Arbitrary<QueryValue> = fc
	.constantFrom('0', '1', '2', '5', '-1', '1.5', '1e1')
	.map(text => ({ kind: 'word', text, isQuoted: false }));
const choice = (...words: string[]): fc.Arbitrary<QueryValue> =>
	fc.constantFrom(...words).map(text => ({ kind: 'word', text, isQuoted: false }));

const keyed = (
	keys: readonly string[],
	operators: readonly Operator[],
	value: fc.Arbitrary<QueryValue>,
): fc.Arbitrary<QueryNode> =>
	fc.record({
		kind: fc.constant('key' as const),
		key: fc.constantFrom(...keys) as fc.Arbitrary<never>,
		path: fc.constant([]),
		operator: fc.constantFrom(...operators),
		value,
	});

const fieldPath = fc.constantFrom(
	['score'],
	['meta', 'source'],
	['tags'],
	['tags', '0'],
	['messages', 'role'],
	['odd key'],
	['a"b'],
	['__proto__'],
);

const field: fc.Arbitrary<QueryNode> = fc.oneof(
	fc.record({
		kind: fc.constant('key' as const),
		key: fc.constant('field' as const),
		path: fieldPath,
		operator: fc.constantFrom(...orders),
		value: numberValue,
	}),
	fc.record({
		kind: fc.constant('key' as const),
		key: fc.constant('field' as const),
		path: fieldPath,
		operator: fc.constantFrom(...equals),
		value: fc.oneof(textValue, numberValue, choice('true', 'false', 'null')),
	}),
	fieldPath.chain(path =>
		fc.record({
			kind: fc.constant('key' as const),
			key: fc.constant('has' as const),
			path: fc.constant(path.length === 1 ? path : path),
			operator: fc.constant(':' as const),
			value: fc.constant({
				kind: 'word' as const,
				text: path.join('.'),
				isQuoted: path.length === 1,
			}),
		}),
	),
);

export const leaf: fc.Arbitrary<QueryNode> = fc.oneof(
	{ weight: 3, arbitrary: textValue.map(value => ({ kind: 'text' as const, value })) },
	{ weight: 3, arbitrary: keyed(['content', 'reasoning', 'tool'], equals, textValue) },
	{ weight: 2, arbitrary: keyed(['role'], equals, choice('user', 'assistant', 'system')) },
	keyed(['side'], equals, choice('prompt', 'chosen', 'rejected')),
	keyed(
		['len', 'turns', 'chars', 'margin', 'findings', 'row'],
		[...equals, ...orders],
		numberValue,
	),
	keyed(['format'], equals, choice('messages', 'text', 'trl-preference')),
	keyed(['label'], equals, choice('keep', 'drop', 'any', 'none')),
	keyed(['finding'], equals, choice('any', 'none', 'emptyReply', 'brokenRow')),
	keyed(
		['is'],
		equals,
		choice('edited', 'saved', 'reviewed', 'skipped', 'rated', 'tagged', 'noted'),
	),
	keyed(['rating'], [...equals, ...orders], numberValue),
	keyed(['tag', 'note'], equals, textValue),
	{ weight: 3, arbitrary: field },
);

const { node } = fc.letrec<{ node: QueryNode }>(tie => ({
	node: fc.oneof(
		{ depthSize: 'small', withCrossShrink: true },
		leaf,
		fc.record({ kind: fc.constant('not' as const), child: tie('node') }),
		fc.record({
			kind: fc.constantFrom('all' as const, 'any' as const),
			children: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
		}),
		// A message of its own.
		fc.record({
			kind: fc.constant('all' as const),
			children: fc.tuple(keyed(['role'], equals, choice('user', 'assistant'))),
		}),
	),
}));

/** Queries that `parseQuery` can give: neighbours never ask one message for two roles. */
export const anyQuery: fc.Arbitrary<Query> = node
	.filter(root => !asksForTwoRoles(root))
	.map(root => ({ root }));

function asksForTwoRoles(root: QueryNode): boolean {
	if (root.kind === 'not') {
		return asksForTwoRoles(root.child);
	}
	if (root.kind !== 'all' && root.kind !== 'any') {
		return false;
	}
	const roles = root.children.flatMap(child =>
		child.kind === 'key' &&
		child.key === 'role' &&
		child.operator !== '!=' &&
		child.value.kind === 'word'
			? [child.value.text]
			: [],
	);
	return (root.kind === 'all' && new Set(roles).size > 1) || root.children.some(asksForTwoRoles);
}
