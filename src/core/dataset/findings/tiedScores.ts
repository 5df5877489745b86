import type { RecognisedRow } from '../example';
import type { Check } from './check';
import type { Finding } from './finding';

export const tiedScores: Check = {
	code: 'tiedScores',
	severity: 'warning',
	shortName: 'tied scores',
	otherNames: ['tie'],
	sentence: detail => `Chosen and rejected have the same score${detail ? `, ${detail}` : ''}.`,
	ofRow: tie,
};

function tie({ example }: RecognisedRow): Finding[] {
	return example.kind === 'preference' && example.scores?.chosen === example.scores?.rejected
		? tied(example.scores?.chosen)
		: [];
}

function tied(score: number | undefined): Finding[] {
	return score === undefined ? [] : [{ code: 'tiedScores', detail: String(score) }];
}
