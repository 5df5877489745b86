import type { Check } from './check';

export const scoresReversed: Check = {
	code: 'scoresReversed',
	severity: 'warning',
	shortName: 'scores reversed',
	otherNames: ['reversed'],
	sentence: detail => `The rejected reply has the higher score${detail ? `: ${detail}` : ''}.`,
	ofRow: ({ example }) =>
		example.kind === 'preference' &&
		example.scores &&
		example.scores.chosen < example.scores.rejected
			? [
					{
						code: 'scoresReversed',
						detail: `${example.scores.chosen} for chosen, ${example.scores.rejected} for rejected`,
					},
				]
			: [],
};
