import { relative } from 'node:path';
import type { FileReport } from '../../core/responses/formats/comparisonFromFiles';
import { problemText } from '../../core/responses/formats/fileProblem';
import type { PublishedResult } from '../../core/responses/formats/readAnswerFile';
import type { FilesRead } from '../../node/responses/comparedFiles';
import { table } from '../output';

/** What stands in the document of `compare` for files. */
export function filesJson({ files, results, passedOver }: FilesRead): Record<string, unknown> {
	return {
		files,
		results: results.map(({ path, result }) => ({ path, ...result })),
		passedOver,
	};
}

export function filesText({ files, results, passedOver }: FilesRead): string {
	const blocks = [
		table([
			['FILE', 'FORMAT', 'ROWS', 'PROMPTS', 'MODELS'],
			...files.map(file => [
				shown(file.path),
				file.format,
				String(file.rows),
				String(file.prompts),
				file.models.join(', '),
			]),
		]),
		files.flatMap(problemLines).join(''),
		...results.map(({ result }) => resultText(result)),
		passedOver.length === 0
			? ''
			: `Passed over: ${passedOver.slice(0, 5).map(shown).join(', ')}${passedOver.length > 5 ? ` and ${passedOver.length - 5} more` : ''}\n`,
	];
	return blocks.filter(block => block !== '').join('\n');
}

function shown(path: string): string {
	const near = relative(process.cwd(), path);
	return near.startsWith('..') || near === '' ? path : near;
}

function problemLines({ path, problems }: FileReport): string[] {
	return problems.map(problem => `${shown(path)}: ${problemText(problem)}\n`);
}

export function resultText(result: PublishedResult): string {
	switch (result.protocol) {
		case 'alpaca-eval':
			return table([
				[
					'ALPACAEVAL',
					'AGAINST',
					'WIN RATE',
					'STANDARD ERROR',
					'WINS',
					'LOSSES',
					'DRAWS',
					'N',
					'ANNOTATOR',
				],
				...result.models.map(one => [
					one.model,
					one.baseline,
					one.winRate === undefined ? '' : `${one.winRate.toFixed(2)}%`,
					one.standardError === undefined ? '' : one.standardError.toFixed(2),
					String(one.wins),
					String(one.baselineWins),
					String(one.draws),
					`${one.total}${one.withoutPreference > 0 ? ` (${one.withoutPreference} without a preference)` : ''}`,
					one.annotator ?? '',
				]),
			]);
		case 'mt-bench-single':
			return table([
				[
					`MT-BENCH by ${result.judges.join(', ') || 'an unnamed judge'}`,
					'SCORE',
					'TURN 1',
					'TURN 2',
					'RATINGS',
					'UNPARSABLE',
				],
				...result.models.map(one => [
					one.model,
					...[one.score, one.turn1, one.turn2].map(score => score?.toFixed(3) ?? ''),
					String(one.ratings),
					String(one.unparsable),
				]),
			]);
		case 'mt-bench-pair':
			return (
				table([
					[
						`MT-BENCH PAIRS by ${result.judges.join(', ') || 'an unnamed judge'}`,
						'AGAINST',
						'WINS',
						'LOSSES',
						'TIES',
						'WIN RATE',
						'ADJUSTED',
					],
					...result.models.flatMap(({ model, against, ...all }) =>
						[{ model: 'all', ...all }, ...(against.length > 1 ? against : [])].map((one, i) => [
							i === 0 ? model : '',
							one.model === 'all' && against.length === 1 ? (against[0]?.model ?? '') : one.model,
							String(one.wins),
							String(one.losses),
							String(one.ties),
							percent(one.winRate),
							percent(one.winRateAdjusted),
						]),
					),
				]) +
				(result.errors > 0
					? `${result.errors} pairs have a game without a verdict and do not count\n`
					: '')
			);
		case 'arena-hard':
			return (
				table([
					[
						'ARENA-HARD',
						'AGAINST',
						'CATEGORY',
						'SCORE',
						'90 % INTERVAL',
						'JUDGMENTS',
						'WITHOUT VERDICT',
						'JUDGE',
					],
					...result.models.map(one => [
						one.model,
						one.baseline ?? '',
						one.category ?? '',
						one.score === undefined ? '' : percent(one.score),
						one.interval === undefined
							? ''
							: `${percent(one.interval.low)} to ${percent(one.interval.high)}`,
						String(one.judgments),
						String(one.withoutVerdict),
						one.judge ?? '',
					]),
				]) +
				'Strong verdicts count three times; the interval is the 5th to 95th percentile of 100 bootstraps\n'
			);
		case 'llm-comparator':
			return table([
				['LLM COMPARATOR', 'WINS', 'MEAN SCORE'],
				[result.models[0], String(result.winsA), result.meanScore?.toFixed(2) ?? ''],
				[result.models[1], String(result.winsB), ''],
				['ties', String(result.ties), ''],
				['unrated', String(result.unrated), ''],
			]);
	}
}

function percent(share: number): string {
	return `${(100 * share).toFixed(1)}%`;
}
