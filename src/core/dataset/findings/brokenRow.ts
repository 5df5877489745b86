import type { Check } from './check';

export const brokenRow: Check = {
	code: 'brokenRow',
	severity: 'error',
	shortName: 'broken row',
	otherNames: ['broken'],
	sentence: detail => `The row is not valid JSON${detail === undefined ? '' : `: ${detail}`}.`,
	ofRow: ({ example }) =>
		example.kind === 'broken' ? [{ code: 'brokenRow', detail: example.reason }] : [],
};
