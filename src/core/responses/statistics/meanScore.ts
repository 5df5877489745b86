export interface MeanScore {
	readonly mean: number;
	/** Of the mean: sample deviation (n − 1) by √n, as AlpacaEval publishes it. Absent for one score. */
	readonly standardError?: number;
	readonly prompts: number;
}

/** Mean of one score per prompt; undefined without scores. */
export function meanScore(scores: readonly number[]): MeanScore | undefined {
	if (scores.length === 0) {
		return undefined;
	}
	const prompts = scores.length;
	const mean = scores.reduce((sum, score) => sum + score, 0) / prompts;
	const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
	return prompts < 2
		? { mean, prompts }
		: { mean, prompts, standardError: Math.sqrt(squares / (prompts - 1) / prompts) };
}
