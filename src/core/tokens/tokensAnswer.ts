import type { TokensAnswer, TokensSide } from '../contract/runFiles.generated';

/** An answer of a host that has the form of one; undefined for anything else. */
export function tokensAnswerFrom(value: unknown): TokensAnswer | undefined {
	if (!isObject(value)) {
		return undefined;
	}
	const { refused, sides } = value;
	if (refused !== undefined) {
		return isObject(refused) && isRefuser(refused['by']) && typeof refused['reason'] === 'string'
			? { refused: { by: refused['by'], reason: refused['reason'] } }
			: undefined;
	}
	return Array.isArray(sides) && sides.length > 0 && sides.every(isSide)
		? (value as TokensAnswer)
		: undefined;
}

function isRefuser(value: unknown): value is 'row' | 'template' | 'trainer' {
	return value === 'row' || value === 'template' || value === 'trainer';
}

function isSide(value: unknown): value is TokensSide {
	if (!isObject(value)) {
		return false;
	}
	const { name, text, ids, pieces, special, loss, start, stop, messages } = value;
	if (!isListOf(ids, 'number') || !isListOf(pieces, 'string') || ids.length !== pieces.length) {
		return false;
	}
	const isRange = (from: unknown, to: unknown): boolean =>
		typeof from === 'number' &&
		typeof to === 'number' &&
		0 <= from &&
		from <= to &&
		to <= ids.length;
	return (
		(name === 'text' || name === 'chosen' || name === 'rejected') &&
		pieces.join('') === text &&
		isRange(start, stop) &&
		listEvery(loss, one => Array.isArray(one) && isRange(one[0], one[1])) &&
		listEvery(special, one => isObject(one) && typeof one['name'] === 'string') &&
		listEvery(
			messages,
			one => isObject(one) && typeof one['role'] === 'string' && isRange(one['start'], one['stop']),
		)
	);
}

function listEvery(value: unknown, test: (one: unknown) => boolean): boolean {
	return Array.isArray(value) && value.every(test);
}

function isListOf(value: unknown, type: 'number'): value is number[];
function isListOf(value: unknown, type: 'string'): value is string[];
function isListOf(value: unknown, type: 'number' | 'string'): boolean {
	return listEvery(value, one => typeof one === type);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null;
}
