import { isObject, type JsonObject } from '../messageShapes';
import { findValue, type JsonPath } from '../jsonScanner';
import { recogniseMapped, type RowMapping } from '../rowMapping';
import { patchRange } from '../rowPatch';
import { swapValues } from './memberPatch';

const replyKeys = ['chosen', 'chosen_messages', 'chosen_response', 'preferred_output'];

/**
 * Pairs of fields that speak of the two replies: `chosen` and `rejected` in any form, and all that
 * carry the same in their names, such as `score_chosen` and `score_rejected`.
 */
export function replyPairs(
	row: JsonObject,
	mapping?: RowMapping,
): (readonly [chosen: JsonPath, rejected: JsonPath])[] {
	if (mapping?.as === 'preference' && recogniseMapped(row, mapping)) {
		return mappedPairs(row, mapping.chosen, mapping.rejected);
	}
	if (!replyKeys.some(key => row[key] !== undefined)) {
		return [];
	}
	return Object.keys(row).flatMap(key => {
		const other = key === 'preferred_output' ? 'non_preferred_output' : otherSide(key);
		return other !== key && Object.hasOwn(row, other) ? [[[key], [other]] as const] : [];
	});
}

/** The two fields that a person named, and those that have the same words in their names. */
function mappedPairs(row: JsonObject, chosen: string, rejected: string) {
	const word = chosen.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
	const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`, 'u');
	return Object.keys(row).flatMap(key => {
		const other = key === chosen ? rejected : key.replace(pattern, () => rejected);
		return other !== key && Object.hasOwn(row, other) ? [[[key], [other]] as const] : [];
	});
}

function otherSide(key: string): string {
	return key.replace(/chosen/, 'rejected');
}

/** Chosen becomes rejected, with the scores and everything else that names either. */
export function swapReplies(
	bytes: Uint8Array,
	row: unknown,
	mapping?: RowMapping,
): Uint8Array | undefined {
	const pairs = isObject(row) ? replyPairs(row, mapping) : [];
	if (!isObject(row) || pairs.length === 0) {
		return undefined;
	}
	let result: Uint8Array | undefined = bytes;
	for (const [chosen, rejected] of pairs) {
		result = result && swapValues(result, chosen, rejected);
	}
	const isCopied =
		row['messages'] !== undefined &&
		JSON.stringify(row['messages']) === JSON.stringify(row['chosen']);
	const now = result && isCopied ? findValue(result, ['chosen']) : undefined;
	const copy = result && isCopied ? findValue(result, ['messages']) : undefined;
	return result && now && copy
		? patchRange(result, copy, result.subarray(now.start, now.end))
		: result;
}
