import type { MeasuredMetric } from './comparability';

export type GoodDirection = 'up' | 'down';

export interface MetricDelta {
	/** The value less that of the baseline. */
	readonly difference: number;
	/** Undefined where neither direction is good by itself. */
	readonly verdict?: 'better' | 'worse' | 'same';
}

const down = /(^|[/_])(loss|perplexity|ppl|word_perplexity|bits_per_byte|error|wer|cer|toxicity)$/;
const up =
	/(^|[/_])(acc|accuracy|accuracies|acc_norm|mean_token_accuracy|exact_match|f1|bleu|rouge[12l]?|score|pass_?at_?\d+|win_?rate|length_controlled_winrate)([,/]\w+)?$/;

/**
 * Which way a metric is better. Margins, rewards, log-probabilities, entropy and norms have no good
 * direction: they grow in good runs and in runs that went wrong.
 */
export function goodDirection({ metric }: MeasuredMetric): GoodDirection | undefined {
	const name = metric.toLowerCase();
	return down.test(name) ? 'down' : up.test(name) ? 'up' : undefined;
}

/** Undefined where one of both is no number. */
export function metricDelta(
	value: number,
	baseline: number,
	direction: GoodDirection | undefined,
): MetricDelta | undefined {
	const difference = value - baseline;
	if (!Number.isFinite(difference)) {
		return undefined;
	}
	if (direction === undefined) {
		return { difference };
	}
	const isBetter = direction === 'up' ? difference > 0 : difference < 0;
	return { difference, verdict: difference === 0 ? 'same' : isBetter ? 'better' : 'worse' };
}
