import fc from 'fast-check';

const letters = [
	'h',
	'e',
	'l',
	'o',
	'w',
	'W',
	'a',
	'x',
	' ',
	' ',
	'1',
	':',
	"'",
	'-',
	',',
	'é',
	'日',
];
const classes = [
	'.',
	'\\w',
	'\\d',
	'\\s',
	'\\S',
	'[a-z]',
	'[^x]',
	'[hw ]',
	'[A-Za-z]',
	'["\\\\]',
	'[\\w-]',
];
const escapes = ['\\n', '\\(', '\\/', '\\u0068', '\\x6c'];
const places = ['^', '$', '\\b', '(?=h)', '(?!x)', '(?<= )'];
const letter = fc.constantFrom(...letters);
const special = fc.constantFrom(...classes, ...escapes, ...places);

/** Groups are repeated in bounds only, so that no text takes long. */
const groupQuantifier = fc.constantFrom('', '', '?', '{2}', '{0,2}');
const quantifier = fc.constantFrom('', '', '', '', '+', '*', '?', '{2}', '{0,3}', '+?');
const isPlace = /^(?:[\^$]|\\b|\(\?<?[=!].*)$/;

const term = (depth: number): fc.Arbitrary<string> => {
	const atom = fc
		.oneof({ weight: 2, arbitrary: letter }, special)
		.chain(one =>
			isPlace.test(one) ? fc.constant(one) : quantifier.map(repeated => one + repeated),
		);
	if (depth === 0) {
		return atom;
	}
	const group = fc
		.tuple(fc.constantFrom('(', '(?:'), alternatives(depth - 1), groupQuantifier)
		.map(([open, inner, repeated]) => `${open}${inner})${repeated}`);
	return fc.oneof({ weight: 5, arbitrary: atom }, group);
};

function alternatives(depth: number): fc.Arbitrary<string> {
	return fc
		.array(fc.array(term(depth), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 2 })
		.map(branches => branches.map(terms => terms.join('')).join('|'));
}

/**
 * Regular expressions that are valid with and without the flag `u`, of letters that the rows of the
 * tests have.
 */
export const anyExpression: fc.Arbitrary<string> = alternatives(2);
