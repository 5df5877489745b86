import type { Check } from './check';

/** Known only where near-duplicates were looked for. */
export const nearDuplicateRow: Check = {
	code: 'nearDuplicateRow',
	severity: 'warning',
	shortName: 'near-duplicate',
	otherNames: ['near-duplicate', 'nearduplicate'],
	sentence: detail =>
		`It says nearly the same as ${detail === undefined ? 'another example' : detail}.`,
};
