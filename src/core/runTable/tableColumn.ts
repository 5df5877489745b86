import type { MeasuredMetric } from '../comparability/comparability';
import type { SeriesKind } from '../metrics/series';

/** Facts of a run that are no metric and no key of its recipe. */
export const facts = {
	state: { title: 'State', values: 'text' },
	method: { title: 'Method', values: 'text' },
	model: { title: 'Model', values: 'text' },
	host: { title: 'Host', values: 'text' },
	started: { title: 'Started', values: 'time' },
	duration: { title: 'Duration', values: 'duration' },
	step: { title: 'Step', values: 'number' },
	epoch: { title: 'Epoch', values: 'number' },
	gpus: { title: 'GPUs', values: 'text' },
	gpuHours: { title: 'GPU hours', values: 'number' },
	data: { title: 'Training data', values: 'text' },
	evalData: { title: 'Eval data', values: 'text' },
	author: { title: 'Author', values: 'text' },
	archived: { title: 'Archived', values: 'time' },
	id: { title: 'ID', values: 'text' },
} as const satisfies Record<string, { readonly title: string; readonly values: ColumnValues }>;

export type FactName = keyof typeof facts;
export type ColumnValues = 'text' | 'number' | 'time' | 'duration' | 'mixed';
/** Which of a metric's values. */
export const statistics = ['last', 'lowest', 'highest'] as const;
export type Statistic = (typeof statistics)[number];

export type TableColumn =
	| { readonly kind: 'fact'; readonly fact: FactName }
	| { readonly kind: 'recipe'; readonly key: string }
	| {
			readonly kind: 'metric';
			readonly statistic: Statistic;
			readonly measured: MeasuredMetric;
	  };

const seriesKinds: readonly SeriesKind[] = ['step', 'train', 'eval', 'system', 'evaluation'];

/** One text for one column, as it is kept between windows. */
export function columnId(column: TableColumn): string {
	switch (column.kind) {
		case 'fact':
			return column.fact;
		case 'recipe':
			return JSON.stringify(['recipe', column.key]);
		case 'metric': {
			const { metric, kind, dataset } = column.measured;
			const parts = ['metric', column.statistic, kind, metric];
			return JSON.stringify(dataset === undefined ? parts : [...parts, dataset]);
		}
	}
}

/** Undefined of what is no column, such as one that another version kept. */
export function columnFrom(id: unknown): TableColumn | undefined {
	if (typeof id !== 'string') {
		return undefined;
	}
	if (Object.hasOwn(facts, id)) {
		return { kind: 'fact', fact: id as FactName };
	}
	let parts: unknown;
	try {
		parts = JSON.parse(id);
	} catch {
		return undefined;
	}
	if (!Array.isArray(parts) || !parts.every(part => typeof part === 'string')) {
		return undefined;
	}
	const [what, first = '', kind = '', metric, dataset] = parts;
	if (what === 'recipe' && parts.length === 2) {
		return { kind: 'recipe', key: first };
	}
	const isMetric =
		what === 'metric' &&
		statistics.includes(first as Statistic) &&
		seriesKinds.includes(kind as SeriesKind) &&
		metric !== undefined;
	return isMetric
		? {
				kind: 'metric',
				statistic: first as Statistic,
				measured: {
					metric,
					kind: kind as SeriesKind,
					...(dataset === undefined ? {} : { dataset }),
				},
			}
		: undefined;
}

const kindWords: Readonly<Record<SeriesKind, string>> = {
	step: 'each step',
	train: 'train',
	eval: 'eval',
	system: 'machine',
	evaluation: '',
};

/** Over the column: “eval loss, lowest”, “learning_rate”, “Host”. */
export function columnTitle(column: TableColumn): string {
	switch (column.kind) {
		case 'fact':
			return facts[column.fact].title;
		case 'recipe':
			return column.key;
		case 'metric': {
			const { metric, kind, dataset } = column.measured;
			const of = dataset === undefined ? '' : ` (${dataset})`;
			const which = column.statistic === 'last' ? '' : `, ${column.statistic}`;
			return `${`${kindWords[kind]} ${metric}`.trim()}${of}${which}`;
		}
	}
}

export function columnValues(column: TableColumn): ColumnValues {
	return column.kind === 'fact'
		? facts[column.fact].values
		: column.kind === 'metric'
			? 'number'
			: 'mixed';
}

/** Columns of whoever has not chosen any; those that no run has a value for stay away. */
export const usualColumns: readonly TableColumn[] = [
	{ kind: 'fact', fact: 'state' },
	{ kind: 'fact', fact: 'method' },
	metricColumn('loss', 'train'),
	metricColumn('loss', 'eval'),
	metricColumn('mean_token_accuracy', 'eval'),
	metricColumn('rewards/accuracies', 'eval'),
	metricColumn('rewards/margins', 'eval'),
	{ kind: 'recipe', key: 'learning_rate' },
	{ kind: 'recipe', key: 'beta' },
	{ kind: 'fact', fact: 'step' },
	{ kind: 'fact', fact: 'duration' },
	{ kind: 'fact', fact: 'gpuHours' },
	{ kind: 'fact', fact: 'started' },
	{ kind: 'fact', fact: 'model' },
	{ kind: 'fact', fact: 'host' },
];

function metricColumn(metric: string, kind: SeriesKind): TableColumn {
	return { kind: 'metric', statistic: 'last', measured: { metric, kind } };
}
