import { numberIn } from './keyTerm';
import type { Operator, QueryValue } from './query';

export type TextTest = (text: string) => boolean;

/** Told which expression is about to be tried: one that does not end can be named then. */
export type RegexProbe = (expression: QueryValue) => void;

const untold: RegexProbe = () => {};

/** `:` looks for the words anywhere, case aside; `=` wants the whole text; an expression is tried. */
export function textTest(operator: Operator, value: QueryValue, probe = untold): TextTest {
	if (value.kind === 'regex') {
		const regex = new RegExp(value.source, value.flags);
		const isNot = operator === '!=';
		return text => {
			probe(value);
			return regex.test(text) !== isNot;
		};
	}
	const { text: wanted } = value;
	switch (operator) {
		case '=':
			return text => text === wanted;
		case '!=':
			return text => text !== wanted;
		default: {
			const needle = wanted.toLowerCase();
			return text => text.toLowerCase().includes(needle);
		}
	}
}

/** Compares a number that may be missing; what is missing passes nothing. */
export function numberTest(
	operator: Operator,
	value: QueryValue,
): (number: number | undefined) => boolean {
	const wanted = numberIn(value) ?? Number.NaN;
	const test = orderTest(operator, wanted);
	return number => number !== undefined && !Number.isNaN(number) && test(number);
}

function orderTest(operator: Operator, wanted: number): (number: number) => boolean {
	switch (operator) {
		case '<':
			return number => number < wanted;
		case '<=':
			return number => number <= wanted;
		case '>':
			return number => number > wanted;
		case '>=':
			return number => number >= wanted;
		case '!=':
			return number => number !== wanted;
		default:
			return number => number === wanted;
	}
}

/**
 * Tests one value of the row's JSON. Text that is a number is compared as one, since CSV has only
 * text; `!=` is the opposite of `=`.
 */
export function jsonTest(
	operator: Operator,
	value: QueryValue,
	probe?: RegexProbe,
): (found: unknown) => boolean {
	if (operator.startsWith('<') || operator.startsWith('>')) {
		const test = numberTest(operator, value);
		return found => test(numberOf(found));
	}
	if (operator === '!=') {
		const test = jsonTest('=', value, probe);
		return found => !test(found);
	}
	const ofText = textTest(operator, value, probe);
	const plain = value.kind === 'word' && !value.isQuoted ? value.text : undefined;
	const number = numberIn(value);
	return found => {
		switch (typeof found) {
			case 'string':
				return ofText(found) || (number !== undefined && numberOf(found) === number);
			case 'number':
				return number === undefined
					? value.kind === 'regex' && ofText(String(found))
					: found === number;
			case 'boolean':
				return plain === String(found);
			default:
				return found === null && plain === 'null';
		}
	};
}

export function numberOf(found: unknown): number | undefined {
	if (typeof found === 'number') {
		return found;
	}
	return typeof found === 'string' && found.trim() !== '' && !Number.isNaN(Number(found))
		? Number(found)
		: undefined;
}
