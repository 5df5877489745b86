import type { ScoreLine } from '../../contract/runFiles.generated';
import { parseModelRef } from '../../training/modelRef';
import type { Comparison } from '../comparison';
import { meanScore } from '../statistics/meanScore';
import { normalQuantile } from '../statistics/normal';
import type { JudgeReport } from './judgeReport';
import type { JudgeProtocol } from './published/judgeProtocol';
import type { ProtocolReport } from './published/protocolReport';
import type { JudgedRow } from './published/protocolVerdicts';

/** What one model comes to by one judge. */
export interface JudgedFigure {
	readonly model: string;
	readonly against?: string;
	/** Where a protocol keeps categories apart. */
	readonly category?: string;
	/** A grade from 1 to 10, or a share from 0 to 1. */
	readonly unit: 'grade' | 'share';
	readonly value: number;
	/** Of prompts; 0.9 is what Arena-Hard publishes. */
	readonly interval?: { readonly low: number; readonly high: number; readonly level: 0.95 | 0.9 };
	/** Prompts behind it. */
	readonly n: number;
	readonly wins: number;
	readonly ties: number;
	readonly losses: number;
}

export function windsockFigures({ models, reference }: JudgeReport): readonly JudgedFigure[] {
	return models.flatMap(({ label, prompts, wins, ties, losses, share }) =>
		share === undefined
			? []
			: [
					{
						model: label,
						against: reference,
						unit: 'share' as const,
						value: share.value,
						interval: { low: share.low, high: share.high, level: 0.95 as const },
						n: prompts,
						wins,
						ties,
						losses,
					},
				],
	);
}

/** The protocol's own figure, with an interval over prompts, since turns of one prompt go together. */
export function protocolFigures({
	protocol,
	rows,
	results,
}: {
	readonly protocol: JudgeProtocol;
	readonly rows: readonly JudgedRow[];
	readonly results: ProtocolReport['results'];
}): readonly JudgedFigure[] {
	if (protocol === 'arena-hard' || protocol === 'arena-hard-v0.1') {
		return arenaHardFigures(rows, results);
	}
	const known = rows.flatMap(row =>
		row.value === undefined ? [] : [{ ...row, value: row.value }],
	);
	const groups = Map.groupBy(known, ({ model, against }) => JSON.stringify([model, against]));
	return [...groups.values()].flatMap((group): JudgedFigure[] => {
		const [first] = group;
		if (!first) {
			return [];
		}
		const { model, against } = first;
		const [unit, low, high] =
			against === undefined ? (['grade', 1, 10] as const) : (['share', 0, 1] as const);
		const shareOf = (value: number): number =>
			unit === 'grade' ? value : protocol === 'mt-bench-pair' ? (value + 1) / 2 : value + 0.5;
		const value = group.reduce((sum, row) => sum + shareOf(row.value), 0) / group.length;
		const perPrompt = [...Map.groupBy(group, ({ promptId }) => promptId).values()].map(
			own => own.reduce((sum, row) => sum + shareOf(row.value), 0) / own.length,
		);
		const error = meanScore(perPrompt)?.standardError;
		const half = error === undefined ? undefined : normalQuantile(0.975) * error;
		const counts = unit === 'grade' ? { wins: 0, ties: 0, losses: 0 } : countsOf(group);
		return [
			{
				model,
				...(against === undefined ? {} : { against }),
				unit,
				value,
				...(half === undefined
					? {}
					: {
							interval: {
								low: Math.max(low, value - half),
								high: Math.min(high, value + half),
								level: 0.95 as const,
							},
						}),
				n: perPrompt.length,
				...counts,
			},
		];
	});
}

function arenaHardFigures(
	rows: readonly JudgedRow[],
	results: ProtocolReport['results'],
): readonly JudgedFigure[] {
	const models = results.flatMap(result => (result.protocol === 'arena-hard' ? result.models : []));
	const hasCategories = new Set(models.map(({ category }) => category)).size > 1;
	return models.flatMap(({ model, baseline, category, score, interval, judgments }) =>
		score === undefined
			? []
			: [
					{
						model,
						...(baseline === undefined ? {} : { against: baseline }),
						...(hasCategories && category !== undefined ? { category } : {}),
						unit: 'share' as const,
						value: score,
						...(interval ? { interval } : {}),
						n: judgments,
						...(hasCategories
							? { wins: 0, ties: 0, losses: 0 }
							: countsOf(rows.filter(row => row.model === model))),
					},
				],
	);
}

function countsOf(rows: readonly JudgedRow[]): Pick<JudgedFigure, 'wins' | 'ties' | 'losses'> {
	const count = (sign: number): number =>
		rows.filter(({ value }) => value !== undefined && Math.sign(value) === sign).length;
	return { wins: count(1), ties: count(0), losses: count(-1) };
}

/** A score before its step is known. */
type StepScore = Pick<
	ScoreLine,
	'name' | 'value' | 'low' | 'high' | 'n' | 'source' | 'author' | 'at' | 'about'
>;

/** Scores for the checkpoints among the models; without a step it is the run's last one. */
export function judgedScores(
	comparison: Comparison,
	{
		judge,
		protocol,
		figures,
	}: {
		readonly judge: string;
		readonly protocol?: JudgeProtocol;
		readonly figures: readonly JudgedFigure[];
	},
	by: { readonly author: string; readonly at: string },
): readonly {
	readonly run: string;
	readonly step?: number;
	readonly score: StepScore;
}[] {
	const prompts = comparison.header.promptsPath?.split(/[\\/]/).at(-1) ?? comparison.header.name;
	return figures.flatMap(({ model, against, category, value, interval, n }) => {
		const ref = comparison.header.models.find(({ label }) => label === model)?.ref;
		const parsed = ref === undefined ? undefined : parseModelRef(ref);
		if (parsed?.ok !== true || parsed.value.kind !== 'run') {
			return [];
		}
		const name = [protocol ?? 'judge', ...(category === undefined ? [] : [category])].join('/');
		// The score's interval is meant as 95%; Arena-Hard's own is narrower and stays with the comparison.
		const isUsual = interval?.level === 0.95;
		const score: StepScore = {
			name,
			value,
			...(isUsual ? { low: interval.low, high: interval.high } : {}),
			n,
			source: 'judge',
			author: by.author,
			at: by.at,
			about: `${judge} on ${prompts}${against === undefined ? '' : ` against ${against}`}`,
		};
		const { run, step } = parsed.value;
		return [{ run, ...(step === undefined ? {} : { step }), score }];
	});
}
