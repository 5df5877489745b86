/** What a column or key says of its row; undefined for a metric. */
export type Role = 'step' | 'epoch' | 'wall' | 'time' | 'rank' | 'position';

/**
 * Names of what stands on the horizontal axis, the most telling first: W&B's and Trackio's own
 * counters count calls of log(), and step aside for the trainer's.
 */
const stepNames = [
	'train/global_step',
	'trainer/global_step',
	'global_step',
	'step',
	'current_steps',
	'current_step',
	'training_step',
	'train_step',
	'steps',
	'iteration',
	'iter',
	'_step',
];
const epochNames = ['epoch', 'train/epoch'];
const wallNames = ['_timestamp', 'timestamp', 'wall', 'wall_time', 'wall time', 'walltime'];
const timeNames = ['_runtime', 'elapsed_time', 'elapsed_seconds', 'time_elapsed'];
/** Says how far a run is, which the step says as well. */
const positionNames = ['percentage', 'remaining_time', 'total_steps', 'max_steps', '_wandb'];

/** Which of several processes logged a row. */
const rankNames = ['rank', 'global_rank', 'process_index'];

const roles = new Map<string, Role>([
	...stepNames.map(name => [name, 'step'] as const),
	...epochNames.map(name => [name, 'epoch'] as const),
	...wallNames.map(name => [name, 'wall'] as const),
	...timeNames.map(name => [name, 'time'] as const),
	...rankNames.map(name => [name, 'rank'] as const),
	...positionNames.map(name => [name, 'position'] as const),
]);

export function roleOf(name: string): Role | undefined {
	return roles.get(name) ?? roles.get(name.trim().toLowerCase());
}

/** Smaller is more telling; among names of one role. */
export function stepRank(name: string): number {
	return stepNames.indexOf(name.trim().toLowerCase());
}

export interface NamedMetric {
	/** As transformers logs it: `loss`, `eval_loss`. */
	readonly name: string;
	readonly kind: 'train' | 'eval';
}

/**
 * `train/loss` → loss, `eval/loss`, `eval_loss` and what other tools call `val/loss` or `val_loss`
 * → eval_loss of kind eval; `train_loss`, which Lightning logs beside `val_loss`, → loss. All other
 * names stay as they are.
 */
export function nameMetric(name: string): NamedMetric {
	const held = /^(?:eval|val|valid|validation)[/_](.+)$/s.exec(name);
	if (held) {
		return { name: `eval_${held[1] ?? ''}`, kind: 'eval' };
	}
	const isLoss = name === 'train_loss';
	return { name: isLoss ? 'loss' : name.replace(/^train\/(?=.)/, ''), kind: 'train' };
}
