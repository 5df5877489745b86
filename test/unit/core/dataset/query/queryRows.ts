import fc from 'fast-check';
import { findingBits, findingCodes } from '../../../../../src/core/dataset/findings/finding';
import { queryRowOf, type QueryRow } from '../../../../../src/core/dataset/query/queryRow';

/** Texts that the words and expressions of `queryArbitrary` hit now and then. */
const text = fc.oneof(
	fc.constantFrom(
		'',
		'Hello world',
		'hello',
		'say "hi"',
		'x(y) /x',
		'two words',
		'naïve é',
		'日本',
	),
	fc.constantFrom('back\\slash', 'new\nline', 'World', 'a', 'oder: OR: 12', "don't", '👍 hello'),
	fc.string({ maxLength: 8, unit: 'binary' }),
);
const role = fc.constantFrom('system', 'user', 'assistant', 'tool', 'gpt', 'critic');
const message = fc.oneof(
	fc.record({ role, content: text }),
	fc.record({
		role: fc.constant('assistant'),
		content: fc.oneof(text, fc.constant(null)),
		reasoning_content: text,
		tool_calls: fc.array(
			fc.record({
				function: fc.record({
					name: fc.constantFrom('hello', 'World'),
					arguments: fc.oneof(text, fc.dictionary(text, fc.oneof(text, fc.double()))),
				}),
			}),
			{ maxLength: 2 },
		),
	}),
	fc.record({
		role: fc.constant('user'),
		content: fc.array(fc.record({ type: fc.constant('text'), text }), { maxLength: 2 }),
	}),
);
const fields = fc.record(
	{
		score: fc.oneof(fc.integer({ min: -2, max: 6 }), fc.constantFrom('1', '1.50', 'x', null, true)),
		meta: fc.oneof(
			fc.record({ source: text }),
			fc.array(fc.record({ source: text }), { maxLength: 2 }),
		),
		tags: fc.oneof(fc.array(fc.oneof(text, fc.integer({ max: 3 })), { maxLength: 3 }), text),
		'odd key': fc.oneof(text, fc.boolean()),
		'a"b': fc.integer({ min: 0, max: 2 }),
		score_chosen: fc.integer({ min: 0, max: 3 }),
		score_rejected: fc.integer({ min: 0, max: 3 }),
	},
	{ requiredKeys: [] },
);
const list = fc.array(message, { minLength: 1, maxLength: 4 });
const body: fc.Arbitrary<object> = fc.oneof(
	{ weight: 4, arbitrary: fc.record({ messages: list }) },
	{ weight: 2, arbitrary: fc.record({ prompt: list, chosen: list, rejected: list }) },
	fc.record({
		conversations: fc.array(fc.record({ from: role, value: text }), { minLength: 1, maxLength: 3 }),
	}),
	fc.record({ instruction: text, output: text }),
	fc.record({ text }),
	fc.record({ data: fc.array(text, { minLength: 1, maxLength: 3 }) }),
	fc.record({ anything: fc.oneof(text, fc.array(text)) }),
);
/** The JSON of a row. */
export const rowValue: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 9, arbitrary: fc.tuple(body, fields).map(([own, more]) => ({ ...more, ...own })) },
	fc.jsonValue({ maxDepth: 2 }),
);

const escapeAll = (json: string): string =>
	json.replaceAll(/[a-z\u0080-\uffff]/g, letter =>
		letter >= '\u0080' ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter,
	);
/** Letters of strings only, since a keyword or a number must stay what it is. */
const escapeLetters = (json: string): string =>
	json.replaceAll(/"(?:[^"\\]|\\.)*"/g, string =>
		string.replaceAll(/\\u[0-9a-f]{4}|\\.|[a-eA-E/]/g, part =>
			part.length > 1 ? part : part === '/' ? '\\/' : `\\u00${part.charCodeAt(0).toString(16)}`,
		),
	);

/** A row as some program or other may have written it: spaced, escaped, broken. */
export const rowText: fc.Arbitrary<string> = fc.oneof(
	{ weight: 4, arbitrary: rowValue.map(value => JSON.stringify(value)) },
	rowValue.map(value => JSON.stringify(value, null, 1)),
	rowValue.map(value => escapeAll(JSON.stringify(value))),
	rowValue.map(value => escapeLetters(JSON.stringify(value))),
	rowValue.map(value => `${JSON.stringify(value)}}`),
);

export const anyRow: fc.Arbitrary<QueryRow> = fc
	.record({
		text: rowText,
		number: fc.integer({ min: 1, max: 6 }),
		codes: fc.subarray([...findingCodes]),
		label: fc.constantFrom('keep' as const, 'drop' as const, undefined),
		isEdited: fc.boolean(),
		remarks: fc.option(
			fc.record({
				rating: fc.constantFrom(undefined, 1, 2, 2.5, 5),
				tags: fc.array(text, { maxLength: 2 }),
				notes: fc.array(text, { maxLength: 2 }),
				isSkipped: fc.boolean(),
			}),
			{ nil: undefined },
		),
	})
	.map(({ text: written, number, codes, label, isEdited, remarks }) => {
		const findings = findingBits(codes.map(code => ({ code })));
		const marks = { number, findings, label, remarks, isEdited, format: undefined };
		return queryRowOf(new TextEncoder().encode(written), marks);
	});
