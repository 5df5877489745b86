import type { Progress } from '../../../core/training/launchRequest';
import type { ContaminationReport, ContaminationTask } from '../contamination/findContamination';
import type { DatasetDiff, DiffTask } from '../diff/diffDatasets';
import type { NearDuplicatesReport, NearDuplicatesTask } from '../near/findNearDuplicates';

/** Long work on whole datasets, by its name: what it takes and what it answers. Both can be posted. */
export interface DataWork {
	nearDuplicates: { readonly task: NearDuplicatesTask; readonly answer: NearDuplicatesReport };
	diff: { readonly task: DiffTask; readonly answer: DatasetDiff };
	contamination: { readonly task: ContaminationTask; readonly answer: ContaminationReport };
}

export type WorkKind = keyof DataWork;

export interface WorkContext {
	readonly progress: Progress;
	readonly signal: AbortSignal;
}

type Perform<K extends WorkKind> = (
	task: DataWork[K]['task'],
	context: WorkContext,
) => Promise<DataWork[K]['answer']>;

const kinds: { readonly [K in WorkKind]: () => Promise<Perform<K>> } = {
	diff: async () => (await import('../diff/diffDatasets')).diffDatasets,
	nearDuplicates: async () => (await import('../near/findNearDuplicates')).findNearDuplicates,
	contamination: async () => (await import('../contamination/findContamination')).findContamination,
};

/** Does the work in this thread. Throws a WindsockError for what is expected to fail. */
export async function performWork<K extends WorkKind>(
	kind: K,
	task: DataWork[K]['task'],
	context: WorkContext,
): Promise<DataWork[K]['answer']> {
	const perform = await kinds[kind]();
	return perform(task, context);
}
