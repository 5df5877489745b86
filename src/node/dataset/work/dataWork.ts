import type { Progress } from '../../../core/training/launchRequest';
import type { ContaminationReport, ContaminationTask } from '../contamination/findContamination';
import type { BinarizeOptions, BinarizeReport } from '../clean/binarizeDataset';
import type { CleanOptions, CleanReport } from '../clean/cleanDataset';
import type { SplitDatasetOptions } from '../clean/splitDataset';
import type { ConversionReport, ConvertOptions } from '../convertDataset';
import type { Result } from '../../../core/base/result';
import type { DatasetDiff, DiffTask } from '../diff/diffDatasets';
import type { PhraseIndexTask } from '../../responses/source/indexPhrases';
import type { NearDuplicatesReport, NearDuplicatesTask } from '../near/findNearDuplicates';

/** What of the options another thread can be given. */
type Posted<T> = Omit<T, 'signal' | 'progress'>;

/** Long work on whole datasets, by its name: what it takes and what it answers. Both can be posted. */
export interface DataWork {
	nearDuplicates: { readonly task: NearDuplicatesTask; readonly answer: NearDuplicatesReport };
	clean: { readonly task: Posted<CleanOptions>; readonly answer: CleanReport };
	split: { readonly task: Posted<SplitDatasetOptions>; readonly answer: CleanReport };
	binarize: { readonly task: Posted<BinarizeOptions>; readonly answer: BinarizeReport };
	convert: { readonly task: Posted<ConvertOptions>; readonly answer: ConversionReport };
	diff: { readonly task: DiffTask; readonly answer: DatasetDiff };
	/** Answers with the number of rows. */
	indexPhrases: { readonly task: PhraseIndexTask; readonly answer: number };
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

/** Work that answers a result, as the other work does that throws what is expected to fail. */
function answering<T, A>(work: (options: T & WorkContext) => Promise<Result<A>>) {
	return async (task: T, context: WorkContext): Promise<A> => {
		const done = await work({ ...task, ...context });
		if (!done.ok) {
			throw done.error;
		}
		return done.value;
	};
}

const kinds: { readonly [K in WorkKind]: () => Promise<Perform<K>> } = {
	clean: async () => answering((await import('../clean/cleanDataset')).cleanDataset),
	split: async () => answering((await import('../clean/splitDataset')).splitDataset),
	binarize: async () => answering((await import('../clean/binarizeDataset')).binarizeDataset),
	convert: async () => answering((await import('../convertDataset')).convertDataset),
	diff: async () => (await import('../diff/diffDatasets')).diffDatasets,
	nearDuplicates: async () => (await import('../near/findNearDuplicates')).findNearDuplicates,
	indexPhrases: async () => (await import('../../responses/source/indexPhrases')).indexPhrases,
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
