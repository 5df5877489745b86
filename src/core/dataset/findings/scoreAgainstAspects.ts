import type { Completion, RecognisedRow } from '../example';
import type { Check } from './check';
import type { Finding } from './finding';

export const scoreAgainstAspects: Check = {
	code: 'scoreAgainstAspects',
	severity: 'warning',
	shortName: 'score against aspects',
	otherNames: ['aspects'],
	sentence: detail => `An overall score does not fit the ratings of its aspects: ${detail ?? ''}.`,
	ofRow: badScores,
};

/** An answer as a judge rates it: 1 to 10 overall, 1 to 5 for each aspect. */
interface RatedAnswer {
	readonly name: string;
	readonly score: number;
	readonly aspects: readonly number[];
}

function badScores({ example }: RecognisedRow): Finding[] {
	const answers = example.kind === 'completions' ? ratedAnswers(example.completions) : [];
	const details = answers.filter(disagrees).map(({ name, score, aspects }) => {
		const mean = meanOf(aspects).toFixed(1);
		return `${name === '' ? '' : `${name}: `}${score} of 10, aspects ${mean} of 5`;
	});
	return details.length === 0
		? []
		: [{ code: 'scoreAgainstAspects', detail: details.slice(0, 4).join('; ') }];
}

/**
 * In raw UltraFeedback 2,628 answers have the overall score 10, many of which should be 1: the mean
 * of their aspects tells (a mean of 2 or less is surely a 1, one over 4 is right). Elsewhere a
 * score is doubted that lies four or more away from twice the mean.
 */
export function disagrees({ score, aspects }: Pick<RatedAnswer, 'score' | 'aspects'>): boolean {
	if (aspects.length === 0) {
		return false;
	}
	const mean = meanOf(aspects);
	return score >= 10 ? mean < 4 : Math.abs(score - 2 * mean) >= 4;
}

function meanOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The answers that have a score and aspects with numbers. */
function ratedAnswers(completions: readonly Completion[]): RatedAnswer[] {
	return completions.flatMap(({ name, score, ratings }): RatedAnswer[] => {
		const aspects = ratings
			.map(({ rating }) => (rating.trim() === '' ? Number.NaN : Number(rating)))
			.filter(value => Number.isFinite(value));
		return score === undefined || aspects.length === 0 ? [] : [{ name, score, aspects }];
	});
}
