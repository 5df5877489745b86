import { wilsonInterval, type Interval } from '../responses/wilson';
import { whyIncomparable, type MeasuredScore, type PublishedNumbers } from './publishedNumbers';
import type { Stage } from './graphStages';

/** What the run of a stage has come to so far. */
export interface StageResult {
	readonly method?: string;
	/** The last value of each metric. */
	readonly metrics: ReadonlyMap<string, number>;
	/** The last numbers of the user’s own evaluations, by “evaluation/number”. */
	readonly evaluations?: ReadonlyMap<string, number>;
	/** Names the examples it is evaluated on. */
	readonly evalSet?: string;
	readonly evalRows?: number;
	readonly beta?: number;
	/** Scores under the names of published metrics, with how they came to be. */
	readonly scores?: ReadonlyMap<string, MeasuredScore>;
	/** Prompts that its answers won against those beside them. */
	readonly votes?: { readonly share: number; readonly decided: number } & Interval;
}

export interface PublishedMark {
	readonly value: number;
	readonly plusMinus?: number;
	readonly source: string;
	/** Why it may not be held against a number of this graph; undefined where it may. */
	readonly reason?: string;
}

export interface ResultCell {
	readonly value?: number;
	/** 95%. */
	readonly interval?: Interval;
	readonly published?: PublishedMark;
}

export interface ResultColumn {
	readonly key: string;
	readonly title: string;
	/** What it is and which way is better. */
	readonly note: string;
	/** Why its numbers do not compare with each other. */
	readonly warning?: string;
	readonly isShare: boolean;
}

export interface ResultTable {
	readonly columns: readonly ResultColumn[];
	readonly rows: readonly {
		readonly stage: string;
		/** One a column; undefined where there is nothing. */
		readonly cells: readonly (ResultCell | undefined)[];
	}[];
}

interface ColumnRule {
	readonly key: string;
	readonly title: string;
	readonly note: string;
	readonly isShare?: boolean;
	/** It is measured on the eval set, so another set is another number. */
	readonly ofEvalSet?: boolean;
	readonly cell: (result: StageResult) => ResultCell | undefined;
	readonly warning?: (results: readonly StageResult[]) => string | undefined;
}

/** A metric of the runs of one method: those of another mean something else. */
function metricRule(
	method: string,
	metric: string,
	title: string,
	note: string,
): ColumnRule & { readonly ofEvalSet: boolean } {
	return {
		key: `${method}/${metric}`,
		title,
		note,
		ofEvalSet: metric.startsWith('eval_'),
		cell: result => {
			const value = result.method === method ? result.metrics.get(metric) : undefined;
			return value === undefined ? undefined : { value };
		},
	};
}

const accuracy = metricRule(
	'dpo',
	'eval_rewards/accuracies',
	'DPO accuracy',
	'Share of eval pairs whose chosen reply the model raised over the rejected; higher is better.',
);
const margins = metricRule(
	'dpo',
	'eval_rewards/margins',
	'DPO margin',
	'Mean reward of the chosen over the rejected reply. It grows with β.',
);

const rules: readonly ColumnRule[] = [
	metricRule('sft', 'eval_loss', 'SFT eval loss', 'Mean loss of a token; lower is better.'),
	{
		...metricRule(
			'sft',
			'eval_mean_token_accuracy',
			'SFT token accuracy',
			'Share of tokens guessed right; higher is better.',
		),
		isShare: true,
	},
	{
		...metricRule('sft', 'loss', 'SFT train loss', 'The last one that was logged.'),
		cell: result => onlyWithoutEval(result, 'sft', 'loss'),
	},
	metricRule(
		'dpo',
		'eval_loss',
		'DPO eval loss',
		'It may rise above 0.69 while answers still get better, so it alone decides nothing.',
	),
	{
		...accuracy,
		isShare: true,
		cell: result => {
			const cell = accuracy.cell(result);
			const { evalRows = 0 } = result;
			const interval =
				cell?.value === undefined ? undefined : wilsonInterval(cell.value * evalRows, evalRows);
			return cell && { ...cell, ...(interval === undefined ? {} : { interval }) };
		},
	},
	{
		...margins,
		warning: results =>
			differ(results.map(({ beta }) => String(beta)))
				? 'β differs between rows: compare margin ÷ β'
				: undefined,
	},
	{
		...margins,
		key: 'dpo/margin-in-nats',
		title: 'margin ÷ β',
		note: 'The margin in nats, which compares between values of β.',
		cell: result => {
			const value = margins.cell(result)?.value;
			const { beta } = result;
			return value === undefined || beta === undefined || beta === 0
				? undefined
				: { value: value / beta };
		},
	},
	{
		...metricRule('dpo', 'loss', 'DPO train loss', 'The last one that was logged.'),
		cell: result => onlyWithoutEval(result, 'dpo', 'loss'),
	},
	{
		key: 'votes',
		title: 'prompts won',
		note: 'Share of the prompts with a decided vote on which its answer was best.',
		isShare: true,
		cell: ({ votes }) =>
			votes && { value: votes.share, interval: { low: votes.low, high: votes.high } },
	},
];

function onlyWithoutEval(
	result: StageResult,
	method: string,
	metric: string,
): ResultCell | undefined {
	const value =
		result.method === method && !result.metrics.has('eval_loss')
			? result.metrics.get(metric)
			: undefined;
	return value === undefined ? undefined : { value };
}

/**
 * One row for each stage that trains, in order, and a column for everything that at least one of
 * them has or that was published for one.
 */
export function resultTable(
	stages: readonly Stage[],
	published: readonly PublishedNumbers[],
	results: ReadonlyMap<string, StageResult>,
): ResultTable {
	const rows = stages.filter(({ node }) => node.kind === 'train');
	const found = rows.flatMap(({ name }) => results.get(name) ?? []);
	const measured = [...rules, ...evaluationRules(found)].filter(({ cell }) =>
		found.some(result => cell(result) !== undefined),
	);
	const columns = [
		...measured.map(rule => measuredColumn(rule, found)),
		...published.map(numbers => publishedColumn(numbers)),
	];
	return {
		columns,
		rows: rows.map(stage => {
			const result = results.get(stage.name);
			const cells = [
				...measured.map(({ cell }) => (result === undefined ? undefined : cell(result))),
				...published.map(numbers => publishedCell(numbers, stage, result)),
			];
			return { stage: stage.name, cells };
		}),
	};
}

/** A column for each number of the user’s own evaluations. */
function evaluationRules(results: readonly StageResult[]): ColumnRule[] {
	const names = new Set(results.flatMap(({ evaluations }) => [...(evaluations?.keys() ?? [])]));
	return [...names].sort().map(name => ({
		key: `evaluation/${name}`,
		title: name,
		note: 'Of an evaluation that the recipe names, after the last checkpoint it looked at.',
		cell: ({ evaluations }) => {
			const value = evaluations?.get(name);
			return value === undefined ? undefined : { value };
		},
	}));
}

function measuredColumn(rule: ColumnRule, results: readonly StageResult[]): ResultColumn {
	const having = results.filter(result => rule.cell(result) !== undefined);
	const otherSets =
		rule.ofEvalSet === true && differ(having.map(({ evalSet }) => String(evalSet)))
			? 'The eval sets differ between rows: these numbers do not compare'
			: undefined;
	const warning = otherSets ?? rule.warning?.(having);
	const { key, title, note, isShare = false } = rule;
	return { key, title, note, isShare, ...(warning === undefined ? {} : { warning }) };
}

function publishedColumn({ metric, source, ...by }: PublishedNumbers): ResultColumn {
	const how = [by.judge, by.protocol, by.prompts].filter(part => part !== undefined).join(', ');
	const note = `Grey: published in ${source}${how === '' ? '' : ` (${how})`}.`;
	return { key: `published/${metric}`, title: metric, note, isShare: false };
}

function publishedCell(
	numbers: PublishedNumbers,
	{ name, node }: Stage,
	result: StageResult | undefined,
): ResultCell | undefined {
	const mark = numbers.values.get(name) ?? numbers.values.get(node.name);
	const score = result?.scores?.get(numbers.metric);
	if (mark === undefined && score === undefined) {
		return undefined;
	}
	const reason = whyIncomparable(numbers, score);
	const { source } = numbers;
	return {
		...(score === undefined ? {} : { value: score.value }),
		...(score?.interval === undefined ? {} : { interval: score.interval }),
		...(mark === undefined
			? {}
			: { published: { ...mark, source, ...(reason === undefined ? {} : { reason }) } }),
	};
}

function differ(values: readonly string[]): boolean {
	return new Set(values).size > 1;
}
