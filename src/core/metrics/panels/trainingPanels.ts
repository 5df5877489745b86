import type { KnownPanel } from './knownPanel';

// What all methods log. The sentences follow TRL's descriptions of its metrics.
export const tokenAccuracy: KnownPanel = {
	title: 'Token accuracy',
	healthy:
		'Share of next tokens guessed right: rises as the loss falls; close to 1 means the data is known by heart.',
	isShare: true,
	metrics: { mean_token_accuracy: '' },
};

export const entropy: KnownPanel = {
	title: 'Entropy',
	unit: 'nats',
	healthy:
		'Falls slowly while the model grows sure; close to 0 together with accuracy close to 1 is memorising.',
	metrics: { entropy: '' },
};

export const learningRate: KnownPanel = {
	title: 'Learning rate',
	healthy:
		'Follows the recipe: warm-up, then decay; a jump at a restart means the schedule was not resumed.',
	isExact: true,
	metrics: { learning_rate: '' },
};

export const gradientNorm: KnownPanel = {
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

const examples: KnownPanel = {
	title: 'Examples seen',
	healthy: 'A straight line, the last batch of an epoch perhaps smaller; pairs count once.',
	isExact: true,
	metrics: { num_samples: '' },
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

/** How fast a training goes and what it takes, in the order to show them. */
export const speedPanels: readonly KnownPanel[] = [
	throughput,
	memory,
	stepTime,
	tokens,
	examples,
	stepTokens,
];
