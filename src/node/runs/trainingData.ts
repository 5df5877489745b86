import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import type { TrainDataset } from '../../core/contract/runFiles.generated';
import { accountText } from '../../core/dataset/clean/accounting';
import type { Progress } from '../../core/training/launchRequest';
import type { Recipe, RecipeDataset } from '../../core/training/recipe';
import { digestFile, storeFile } from './datasetStore';
import type { PreparedHost } from './preparedHost';

/** Dropped rows that a run's record names; the others are counted. */
const droppedNamed = 100;

/** Brings a dataset into TRL's form as JSONL. */
export type DatasetConversion = (
	from: string,
	target: 'trl-sft' | 'trl-dpo',
	to: string,
	options: { readonly labels: 'apply' | 'ignore'; readonly signal?: AbortSignal },
) => Promise<
	Result<{
		readonly rowsIn: number;
		readonly kept: number;
		readonly changed: number;
		readonly dropped: readonly { readonly row: number; readonly reason: string }[];
	}>
>;

export interface DataRequest {
	readonly recipePath: string;
	readonly recipe: Recipe;
	readonly prepared: PreparedHost;
	readonly convert: DatasetConversion;
}

/** Converts the datasets of a recipe and puts them into the host's store. */
export async function prepareDatasets(
	request: DataRequest,
	progress: Progress,
	signal?: AbortSignal,
): Promise<Result<TrainDataset[]>> {
	const scratch = await mkdtemp(join(tmpdir(), 'windsock-data-'));
	try {
		const ready: TrainDataset[] = [];
		for (const [index, dataset] of request.recipe.datasets.entries()) {
			const converted = join(scratch, `${index}.jsonl`);
			const one = await prepareDataset(request, dataset, converted, progress, signal);
			if (!one.ok) {
				return one;
			}
			ready.push(one.value);
		}
		return ok(ready);
	} finally {
		await rm(scratch, { recursive: true, force: true });
	}
}

async function prepareDataset(
	{ recipePath, recipe, prepared, convert }: DataRequest,
	dataset: RecipeDataset,
	converted: string,
	progress: Progress,
	signal?: AbortSignal,
): Promise<Result<TrainDataset>> {
	const source = resolve(dirname(recipePath), dataset.path);
	const name = basename(source);
	progress.report(`Converting ${name}`);
	const target = recipe.method === 'dpo' ? 'trl-dpo' : 'trl-sft';
	const labels = recipe.labels === 'ignore' ? 'ignore' : 'apply';
	const done = await convert(source, target, converted, {
		labels,
		...(signal === undefined ? {} : { signal }),
	});
	if (!done.ok) {
		return done;
	}
	const { rowsIn, kept, changed, dropped } = done.value;
	const account = { rowsIn, kept, changed, dropped: dropped.length };
	const first = dropped[0] && `; the first: row ${dropped[0].row}, ${dropped[0].reason}`;
	progress.report(`${name}: ${accountText(account)}${first ?? ''}`);
	const digest = await digestFile(converted);
	if (!digest.ok) {
		return digest;
	}
	progress.report(`Sending ${name}`);
	const stored = await storeFile(prepared, converted, digest.value, {
		...(signal === undefined ? {} : { signal }),
		onProgress: (moved, total) =>
			progress.report(`Sending ${name}`, total === 0 ? 1 : moved / total),
	});
	if (!stored.ok) {
		return stored;
	}
	const conversion = { ...account, droppedRows: dropped.slice(0, droppedNamed) };
	return ok({ split: dataset.split, path: stored.value, source, ...digest.value, conversion });
}
