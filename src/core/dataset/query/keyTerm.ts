import { err, ok, type Result } from '../../base/result';
import type { KeyTerm, Operator, QueryValue } from './query';
import { queryFault, type QueryFault } from './queryFault';
import { keyNamed, keyNames, queryKeys, type KeyName, type KeyValue } from './queryKeys';
import type { KeyToken, ValueToken } from './queryTokens';
import { suggestionFor } from './suggestion';

const numeric = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number that an unquoted word is. */
export function numberIn(value: QueryValue): number | undefined {
	return value.kind === 'word' && !value.isQuoted && numeric.test(value.text)
		? Number(value.text)
		: undefined;
}

/** Checks a term against what its key can be compared with. Known words are kept in one spelling. */
export function keyTerm(
	token: KeyToken,
	value: ValueToken | undefined,
): Result<KeyTerm, QueryFault> {
	const [name = '', ...steps] = token.steps;
	const key = keyNamed(name);
	if (!key || (steps.length > 0 && key !== 'field')) {
		return err(unknownKey(token));
	}
	if (key === 'field' && steps.length === 0) {
		return err(queryFault('missingPath', token.start, token.nameEnd, { key }));
	}
	if (!value) {
		return err(queryFault('missingValue', token.end, token.end, { key: token.steps.join('.') }));
	}
	const { value: kind } = queryKeys[key];
	if (!operatorsOf(kind).includes(token.operator)) {
		const facts = { key: token.steps.join('.'), word: token.operator };
		return err(queryFault('wrongOperator', token.nameEnd, token.end, facts));
	}
	const checked = checkValue(key, token, value);
	if (!checked.ok) {
		return checked;
	}
	const path = key === 'has' ? pathIn(value.value) : steps;
	return ok({ kind: 'key', key, path, operator: token.operator, value: checked.value });
}

function operatorsOf(kind: KeyValue): readonly Operator[] {
	switch (kind) {
		case 'nothing':
			return [':'];
		case 'choice':
		case 'text':
			return [':', '=', '!='];
		default:
			return [':', '=', '!=', '<', '<=', '>', '>='];
	}
}

function checkValue(
	key: KeyName,
	{ operator, steps }: KeyToken,
	{ value, start, end }: ValueToken,
): Result<QueryValue, QueryFault> {
	const facts = { key: steps.join('.'), word: value.kind === 'word' ? value.text : '/…/' };
	const kind = queryKeys[key].value;
	const isOrder = operator.startsWith('<') || operator.startsWith('>');
	if (kind === 'number' || (kind === 'anything' && isOrder)) {
		return numberIn(value) === undefined
			? err(queryFault('notANumber', start, end, facts))
			: ok(value);
	}
	if (kind === 'choice') {
		return checkChoice(key, { value, start, end });
	}
	return kind === 'nothing' && value.kind === 'regex'
		? err(queryFault('wrongOperator', start, end, { key, word: 'an expression' }))
		: ok(value);
}

function checkChoice(
	key: KeyName,
	{ value, start, end }: ValueToken,
): Result<QueryValue, QueryFault> {
	if (value.kind === 'regex') {
		return err(queryFault('wrongOperator', start, end, { key, word: 'an expression' }));
	}
	if (key === 'role' && value.isQuoted) {
		// A role of the row's own, as it is written there.
		return ok(value);
	}
	const { choices = [], resolve } = queryKeys[key];
	const word = value.text.toLowerCase();
	const meant = resolve ? resolve(word) : choices.find(choice => choice === word);
	if (meant !== undefined) {
		return ok({ kind: 'word', text: meant, isQuoted: false });
	}
	const suggestion = suggestionFor(word, choices);
	const facts = suggestion === undefined ? {} : { suggestion };
	return err(queryFault('unknownChoice', start, end, { key, word: value.text, ...facts }));
}

function unknownKey({ steps, start, nameEnd }: KeyToken): QueryFault {
	const [name = ''] = steps;
	const word = steps.join('.');
	const key = steps.length === 1 ? keyMeant(name) : undefined;
	return queryFault('unknownKey', start, nameEnd, { word, suggestion: key ?? `field.${word}` });
}

/** The key that a wrong name is likely to mean, by its names and those that people try. */
function keyMeant(word: string): KeyName | undefined {
	const named = new Map<string, KeyName>();
	for (const key of keyNames) {
		for (const name of [key, ...(queryKeys[key].otherNames ?? [])]) {
			named.set(name, key);
		}
	}
	const meant = suggestionFor(word, [...named.keys()]);
	return meant === undefined ? undefined : named.get(meant);
}

/** `has:meta.source` names a way; in quotes it is one step as a whole. */
function pathIn(value: QueryValue): string[] {
	if (value.kind === 'regex') {
		return [];
	}
	return value.isQuoted ? [value.text] : value.text.split('.');
}
