import { resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import { summariseComparison } from '../../core/responses/comparison';
import { comparisonStatistics } from '../../core/responses/statistics/comparisonStatistics';
import { readComparison } from '../../node/responses/comparisonStore';
import { table, type Answer } from '../output';
import { behaviourOf, behaviourText } from './compareBehaviour';
import { statisticsText } from './compareStatistics';

export async function compare(directory: string): Promise<Result<Answer>> {
	const comparison = await readComparison(resolve(directory));
	if (!comparison.ok) {
		return comparison;
	}
	const summary = summariseComparison(comparison.value);
	const behaviour = behaviourOf(comparison.value);
	const statistics = comparisonStatistics(comparison.value);
	const { models, prompts, votes, reference } = summary;
	const rows = models.map(model => [
		model.label,
		`${model.answers}/${prompts}`,
		String(model.cut),
		String(model.empty),
		model.meanCharacters.toFixed(0),
		model.sharedWithReference === undefined ? '' : model.sharedWithReference.toFixed(2),
		model.winRate === undefined
			? ''
			: `${(100 * model.winRate.share).toFixed(0)}% of ${model.decided}`,
	]);
	const like = reference === undefined ? 'SHARED' : `SHARED WITH ${reference}`;
	const text =
		table([['MODEL', 'ANSWERS', 'CUT', 'EMPTY', 'CHARACTERS', like, 'WINS'], ...rows]) +
		`${votes.prompts} of ${prompts} prompts have votes\n` +
		statisticsText(statistics) +
		behaviourText(behaviour);
	return ok({ json: { comparison: summary, statistics, behaviour }, text });
}
