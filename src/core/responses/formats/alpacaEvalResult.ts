import type { AlpacaEvalAnnotation } from './alpacaEvalAnnotation';

/** A line of AlpacaEval's leaderboard, from the annotations of one model against one baseline. */
export interface AlpacaEvalResult {
	readonly model: string;
	readonly baseline: string;
	readonly annotator?: string;
	/** Percent: 100 × mean(preference − 1), as their `win_rate`. */
	readonly winRate?: number;
	/** Percent: sample standard deviation / √n of the same, as their `standard_error`. */
	readonly standardError?: number;
	/** Percent, with every preference rounded to a win or a loss, a draw half of each. */
	readonly discreteWinRate?: number;
	readonly wins: number;
	readonly baselineWins: number;
	readonly draws: number;
	/** Annotations with a preference. */
	readonly total: number;
	/** Annotations without one, which the rates leave out. */
	readonly withoutPreference: number;
}

/** As `describe_head2head` of AlpacaEval counts; one result per model, baseline and annotator. */
export function alpacaEvalResults(
	annotations: readonly AlpacaEvalAnnotation[],
): AlpacaEvalResult[] {
	const groups = Map.groupBy(annotations, ({ generators, annotator }) =>
		JSON.stringify([generators, annotator]),
	);
	return [...groups.values()].flatMap(group => {
		const first = group[0];
		return first ? [resultOf(first, group)] : [];
	});
}

function resultOf(
	{ generators: [baseline, model], annotator }: AlpacaEvalAnnotation,
	group: readonly AlpacaEvalAnnotation[],
): AlpacaEvalResult {
	// A draw was written as 0 before it was 1.5.
	const shares = group
		.flatMap(({ preference }) => preference ?? [])
		.map(preference => (preference === 0 ? 1.5 : preference))
		.filter(preference => preference >= 1 && preference <= 2)
		.map(preference => preference - 1);
	const mean = meanOf(shares);
	const discrete = meanOf(shares.map(share => (share === 0.5 ? share : Math.round(share))));
	return {
		model,
		baseline,
		...(annotator === undefined ? {} : { annotator }),
		...(mean === undefined ? {} : { winRate: 100 * mean, discreteWinRate: 100 * (discrete ?? 0) }),
		...(mean === undefined || shares.length < 2
			? {}
			: { standardError: 100 * standardError(shares, mean) }),
		wins: shares.filter(share => share > 0.5).length,
		baselineWins: shares.filter(share => share < 0.5).length,
		draws: shares.filter(share => share === 0.5).length,
		total: shares.length,
		withoutPreference: group.length - shares.length,
	};
}

function meanOf(values: readonly number[]): number | undefined {
	return values.length === 0
		? undefined
		: values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardError(values: readonly number[], mean: number): number {
	const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
	return Math.sqrt(squares / (values.length - 1) / values.length);
}
