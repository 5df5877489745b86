import type { SeriesKind } from './series';

export type Method = 'sft' | 'dpo' | 'kto' | 'script';

/** One line of a panel. `role` counts a panel's metrics, so that chosen and rejected differ. */
export interface PanelLine {
	readonly metric: string;
	readonly kind: SeriesKind;
	readonly label: string;
	readonly role: number;
	/** The held-out file, where a run has several. */
	readonly dataset?: string;
}

export interface Panel {
	/** Its first metric with `/` as `_`; stable, for tests and view state. */
	readonly id: string;
	readonly title: string;
	readonly unit?: string;
	/** What a healthy curve looks like, in one sentence; empty for metrics Windsock does not know. */
	readonly healthy: string;
	/** A share between 0 and 1, so that no axis has to go beyond. */
	readonly isShare?: boolean;
	/** Set by the trainer rather than measured, so that there is no noise to smooth. */
	readonly isExact?: boolean;
	/** Empty for the panels that open at once, else the heading that they stand under. */
	readonly group: string;
	readonly lines: readonly PanelLine[];
}

/** A metric that some visible run has logged. */
export interface PresentMetric {
	readonly metric: string;
	readonly kind: SeriesKind;
	readonly dataset?: string;
}

interface KnownPanel {
	readonly title: string;
	readonly unit?: string;
	readonly healthy: string;
	readonly isShare?: boolean;
	readonly isExact?: boolean;
	/** Metric → the word for its line; without one it is train or held-out. */
	readonly metrics: Readonly<Record<string, string>>;
}

// The sentences follow TRL's descriptions of what it logs and the reports they rest on: dpo#46
// (first loss), trl#1236 (collapse), arXiv 2410.08847 (displacement), Zephyr (held-out loss).
const tokenAccuracy: KnownPanel = {
	title: 'Token accuracy',
	healthy:
		'Share of next tokens guessed right: rises as the loss falls; close to 1 means the data is known by heart.',
	isShare: true,
	metrics: { mean_token_accuracy: '' },
};
const entropy: KnownPanel = {
	title: 'Entropy',
	unit: 'nats',
	healthy:
		'Falls slowly while the model grows sure; close to 0 together with accuracy close to 1 is memorising.',
	metrics: { entropy: '' },
};
const learningRate: KnownPanel = {
	title: 'Learning rate',
	healthy:
		'Follows the recipe: warm-up, then decay; a jump at a restart means the schedule was not resumed.',
	isExact: true,
	metrics: { learning_rate: '' },
};
const gradientNorm: KnownPanel = {
	title: 'Gradient norm',
	healthy:
		'Even after warm-up; taken before clipping. A run of an older version has it for logged steps only, so that a spike between two points can be missing.',
	metrics: { grad_norm: '' },
};
const tokens: KnownPanel = {
	title: 'Tokens seen',
	healthy: 'A straight line; over time, a bend means that the speed changed.',
	isExact: true,
	metrics: { num_tokens: '' },
};

const throughput: KnownPanel = {
	title: 'Throughput',
	unit: 'tokens/s',
	healthy:
		'Even once warmed up; a lasting drop means another job on the host, throttling or slow data.',
	metrics: { tokens_per_second: 'tokens/s' },
};
const memory: KnownPanel = {
	title: 'Memory, highest so far',
	unit: 'GB',
	healthy:
		'Flat after the first steps and the first evaluation; a later rise comes from longer examples and can end in a failure.',
	isExact: true,
	metrics: { gpu_memory_gb: 'GPU', memory_gb: 'process' },
};

const gpu: readonly KnownPanel[] = [
	{
		title: 'GPU utilisation',
		unit: '%',
		healthy:
			'High and even; low means that the GPU waits for data. A hung run can show 100 % at idle power, so look at the power as well.',
		metrics: { gpu_utilization_percent: 'GPU' },
	},
	{
		title: 'GPU power',
		unit: 'W',
		healthy: 'Near the limit of the card while it works; idle power at full utilisation is a hang.',
		metrics: { gpu_power_watts: 'GPU' },
	},
];
const stepTime: KnownPanel = {
	title: 'Time of a step',
	unit: 's',
	healthy: 'Even; without evaluations and saves. A few long steps come from long examples.',
	metrics: { step_seconds: '' },
};
const stepTokens: KnownPanel = {
	title: 'Tokens of a step',
	healthy: 'Without padding; varies with the length of the examples, hardly at all when packed.',
	metrics: { batch_tokens: '' },
};

const sft: readonly KnownPanel[] = [
	{
		title: 'Loss',
		healthy:
			'Falls fast, then slowly; a held-out loss that rises for several evaluations while the training loss falls is overfitting.',
		metrics: { loss: '' },
	},
	tokenAccuracy,
	entropy,
	gradientNorm,
	learningRate,
	throughput,
	stepTime,
	memory,
	...gpu,
	tokens,
	stepTokens,
];

const dpo: readonly KnownPanel[] = [
	{
		title: 'DPO loss',
		healthy:
			'With the sigmoid loss alone it begins at 0.693 (policy and reference agree), higher where other losses are added; it falls. Judge a rising held-out loss by the answers too, not alone.',
		metrics: { loss: '' },
	},
	{
		title: 'Reward margin',
		healthy:
			'Grows from 0 and flattens; it scales with β, so compare it only between runs of one β.',
		metrics: { 'rewards/margins': '' },
	},
	{
		title: 'Reward accuracy',
		healthy:
			'Share of pairs in which chosen beats rejected: climbs from about 0.5; held-out values of 0.65 to 0.8 are usual.',
		isShare: true,
		metrics: { 'rewards/accuracies': '' },
	},
	{
		title: 'Rewards',
		healthy:
			'Chosen lies above rejected and the gap widens, mostly because rejected falls; both below 0 is common.',
		metrics: { 'rewards/chosen': 'chosen', 'rewards/rejected': 'rejected' },
	},
	{
		title: 'Log-probabilities',
		unit: 'nats',
		healthy:
			'A mild fall of both is normal; chosen falling steadily while the margin grows is displacement: look for near-identical pairs.',
		metrics: { 'logps/chosen': 'chosen', 'logps/rejected': 'rejected' },
	},
	gradientNorm,
	learningRate,
	entropy,
	tokenAccuracy,
	{
		title: 'Logits',
		healthy: 'Drifts slowly; a sudden jump comes with a spike of the gradient norm.',
		metrics: { 'logits/chosen': 'chosen', 'logits/rejected': 'rejected' },
	},
	throughput,
	stepTime,
	memory,
	...gpu,
	tokens,
	stepTokens,
];

const kto: readonly KnownPanel[] = [
	{
		title: 'KTO loss',
		healthy:
			'Begins at 0.5 (policy and reference agree) and falls; good and bad answers are judged one by one, so it is no figure to compare with DPO.',
		metrics: { loss: '' },
	},
	{
		title: 'KL estimate',
		unit: 'nats',
		healthy:
			'How far the policy has gone from the reference, on answers to other prompts; grows slowly from 0.',
		metrics: { kl: '' },
	},
	...dpo.slice(1).filter(panel => !('rewards/accuracies' in panel.metrics)),
];

const known: Record<Method, readonly KnownPanel[]> = { sft, dpo, kto, script: sft };
const kindOrder: readonly SeriesKind[] = ['step', 'train', 'eval', 'evaluation', 'system'];

/** The lines of one metric: its kinds, and for each the held-out files of runs that have several. */
type Present = Map<string, Map<SeriesKind, Set<string | undefined>>>;

/**
 * The panels for the metrics at hand, in the order to show them: first those known for the
 * methods of the runs (the first run's first), then the rest by prefix.
 */
export function panelsFor(
	methods: readonly (Method | undefined)[],
	present: Iterable<PresentMetric>,
): readonly Panel[] {
	const kinds: Present = new Map();
	for (const { metric, kind, dataset } of present) {
		const all = kinds.get(metric) ?? new Map<SeriesKind, Set<string | undefined>>();
		kinds.set(metric, all.set(kind, (all.get(kind) ?? new Set()).add(dataset)));
	}
	const panels: Panel[] = [];
	for (const definition of methods.flatMap(method => known[method ?? 'script'])) {
		const metrics = Object.entries(definition.metrics).filter(([metric]) => kinds.has(metric));
		if (metrics.length > 0) {
			panels.push({
				id: panelId(metrics[0]?.[0] ?? ''),
				title: definition.title,
				unit: definition.unit,
				healthy: definition.healthy,
				isShare: definition.isShare,
				isExact: definition.isExact,
				group: '',
				lines: linesOf(metrics, kinds),
			});
		}
		for (const [metric] of metrics) {
			kinds.delete(metric);
		}
	}
	return [...panels, ...genericPanels(kinds)];
}

function genericPanels(kinds: Present): readonly Panel[] {
	const generic = Array.from(kinds.keys(), metric => ({
		id: panelId(metric),
		title: metric,
		healthy: '',
		group: groupOf(metric, [...(kinds.get(metric)?.keys() ?? [])]),
		lines: linesOf([[metric, '']], kinds),
	}));
	return generic.sort(
		(a, b) =>
			lastGroups.indexOf(a.group) - lastGroups.indexOf(b.group) ||
			a.group.localeCompare(b.group) ||
			a.title.localeCompare(b.title, 'en', { numeric: true }),
	);
}

const otherGroup = 'Other metrics';
const machineGroup = 'Machine';
/** How long evaluations took: logged with each, looked at rarely. */
export const speedGroup = 'Evaluation speed';
const speedMetrics = /(^|_)(runtime|samples_per_second|steps_per_second|preparation_time)$/;
/** Groups that stand after those of prefixes, in this order. */
const lastGroups: readonly string[] = [otherGroup, machineGroup, speedGroup];

function groupOf(metric: string, kinds: readonly SeriesKind[]): string {
	const slash = metric.indexOf('/');
	if (slash > 0) {
		return metric.slice(0, slash);
	}
	if (kinds.every(kind => kind === 'system')) {
		return machineGroup;
	}
	return speedMetrics.test(metric) ? speedGroup : otherGroup;
}

function linesOf(
	metrics: readonly (readonly [string, string])[],
	kinds: Present,
): readonly PanelLine[] {
	return kindOrder.flatMap(kind =>
		metrics.flatMap(([metric, word], role) => {
			const hasSteps = kinds.get(metric)?.has('step') === true;
			return [...(kinds.get(metric)?.get(kind) ?? [])].map(dataset => ({
				metric,
				kind,
				role,
				label: lineLabel(word, kind, hasSteps, dataset),
				...(dataset === undefined ? {} : { dataset }),
			}));
		}),
	);
}

function lineLabel(
	word: string,
	kind: SeriesKind,
	hasSteps: boolean,
	dataset: string | undefined,
): string {
	if (kind === 'step') {
		return 'each step';
	}
	if (kind === 'evaluation') {
		return 'checkpoints';
	}
	if (kind === 'eval') {
		const heldOut = dataset === undefined ? 'held-out' : `held-out ${dataset}`;
		return word === '' ? heldOut : `${word}, ${heldOut}`;
	}
	if (word !== '') {
		return word;
	}
	return kind === 'train' && hasSteps ? 'train, mean' : kind;
}

/** A metric name as part of a test id: `rewards/margins` → `rewards_margins`. */
export function panelId(metric: string): string {
	return metric.replaceAll('/', '_');
}
