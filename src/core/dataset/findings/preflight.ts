import type { Check } from './check';

/** Known only where a recipe with this dataset was checked on a host; the detail says what it found. */
export const preflight: Check = {
	code: 'preflight',
	severity: 'warning',
	shortName: 'preflight',
	sentence: detail => detail ?? 'The check of a recipe on its host found something here.',
};
