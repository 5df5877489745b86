import type { Check } from './check';

/** Known only where near-duplicates were looked for. */
export const nearDuplicate: Check = {
	code: 'nearDuplicate',
	severity: 'warning',
	shortName: 'near-duplicate',
	otherNames: ['near', 'near-duplicate'],
	sentence: detail =>
		`It says nearly the same as ${detail === undefined ? 'another example' : detail}.`,
};
