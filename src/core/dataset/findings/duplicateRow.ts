import type { Check } from './check';

/** Known to the scan of the whole file only. */
export const duplicateRow: Check = {
	code: 'duplicateRow',
	severity: 'warning',
	shortName: 'duplicate',
	otherNames: ['duplicate'],
	sentence: detail =>
		`The same example stands earlier in the file${detail === undefined ? '' : `, in ${detail}`}.`,
};
