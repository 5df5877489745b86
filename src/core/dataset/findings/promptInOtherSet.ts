import type { Check } from './check';

/** Known only where the prompts were compared with those of an evaluation. */
export const promptInOtherSet: Check = {
	code: 'promptInOtherSet',
	severity: 'warning',
	shortName: 'contaminated',
	otherNames: ['contaminated', 'contamination'],
	sentence: detail =>
		`Its prompt also stands in ${detail === undefined ? 'an evaluation' : detail}.`,
};
