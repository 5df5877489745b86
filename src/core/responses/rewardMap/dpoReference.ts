import type { ModelSource, RunSpec } from '../../contract/runFiles.generated';
import { betaOf } from '../../training/preferenceBeta';

/** The model that a run of DPO holds its policy against; undefined for other runs. */
export function referenceOf({ model, train }: RunSpec): ModelSource | undefined {
	const named = train?.['reference'];
	const source = isSource(named) ? named : model;
	return train?.method === 'dpo' ? source : undefined;
}

/**
 * β where TRL's own reward is β times the log-ratio of these two, else undefined: the reference has
 * to be the one of the run, unchanged, and every token has to count alike.
 */
export function rewardBeta(
	run: RunSpec,
	policy: ModelSource,
	reference: ModelSource,
): number | undefined {
	const own = referenceOf(run);
	const { sync_ref_model: synced, ld_alpha: weighted } = run.train?.arguments ?? {};
	const isOwn =
		policy.runId === run.id &&
		own !== undefined &&
		isSame(own, reference) &&
		synced !== true &&
		typeof weighted !== 'number';
	return isOwn ? betaOf(run) : undefined;
}

function isSource(value: unknown): value is ModelSource {
	return typeof value === 'object' && value !== null && 'kind' in value && 'ref' in value;
}

function isSame(one: ModelSource, other: ModelSource): boolean {
	if (one.kind !== other.kind) {
		// A checkpoint may be named by its folder.
		return one.path !== undefined && one.path === other.path;
	}
	switch (one.kind) {
		case 'tiny':
			return true;
		case 'hub':
			return one.hubId === other.hubId && one.revision === other.revision;
		case 'checkpoint':
		case 'path':
			return one.path !== undefined && one.path === other.path;
		default:
			return false;
	}
}
