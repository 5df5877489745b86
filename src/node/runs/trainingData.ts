import { basename, dirname, join, resolve } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { TrainDataset } from '../../core/contract/runFiles.generated';
import { accountText } from '../../core/dataset/clean/accounting';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import type { Progress } from '../../core/training/launchRequest';
import type { Recipe, RecipeDataset } from '../../core/training/recipe';
import type { InputFile } from '../transfer/uploadInputs';
import { fileStamp } from '../dataset/fileStamp';
import { locationIn } from '../dataset/datasetLocation';
import { digestFile, hashFile } from './datasetStore';
import type { HostLayout } from './hostLayout';

/** Dropped rows that a run's record names; the others are counted. */
const droppedNamed = 100;

/** Brings a dataset into TRL's form as JSONL. */
export type DatasetConversion = (
	from: string,
	target: 'trl-sft' | 'trl-dpo',
	to: string,
	options: {
		readonly labels: 'apply' | 'ignore';
		readonly columns?: readonly string[];
		readonly share?: { readonly weight: number; readonly seed: number };
		readonly part?: RecipeDataset['part'];
		readonly signal?: AbortSignal;
	},
) => Promise<
	Result<{
		readonly rowsIn: number;
		readonly kept: number;
		readonly changed: number;
		readonly dropped: readonly LeftOutRow[];
	}>
>;

export interface DataRequest {
	readonly recipePath: string;
	readonly recipe: Recipe;
	readonly layout: HostLayout;
	readonly convert: DatasetConversion;
	readonly locateSplit: SplitLocation;
}

/** The location of a split of a dataset of the Hub, at the commit that its revision names now. */
export type SplitLocation = (
	location: string,
	split: string,
	config: string | undefined,
	signal?: AbortSignal,
) => Promise<Result<string>>;

/** A dataset that waits to be sent, and what the run's record says of it. */
export interface ReadyDataset {
	readonly input: InputFile;
	readonly record: TrainDataset;
	/** Of the source before it was read; see `fileStamp`. */
	readonly stamp: string | undefined;
	/** Rows of the source, from 1 and ascending, that are not in what is sent. */
	readonly leftOut: readonly LeftOutRow[];
}

export interface LeftOutRow {
	readonly row: number;
	readonly reason: string;
	/** Left out by a label or a weight, and not because it does not fit. */
	readonly isWanted?: true;
}

/** Brings the datasets of a recipe into the form that is trained on, in files of the scratch folder. */
export async function prepareDatasets(
	request: DataRequest,
	scratch: string,
	progress: Progress,
	signal?: AbortSignal,
): Promise<Result<ReadyDataset[]>> {
	const ready: ReadyDataset[] = [];
	for (const [index, dataset] of request.recipe.datasets.entries()) {
		const converted = join(scratch, `${index}.jsonl`);
		const one =
			request.recipe.method === 'script'
				? await asItIs(request, dataset)
				: await prepareDataset(request, dataset, converted, progress, signal);
		if (!one.ok) {
			return one;
		}
		ready.push(one.value);
	}
	return ok(ready);
}

/** A script of the user's own gets the file as it is: only the script knows what it wants. */
async function asItIs(
	{ recipePath, layout }: DataRequest,
	dataset: RecipeDataset,
): Promise<Result<ReadyDataset>> {
	if (isHubLocation(dataset.path)) {
		const reason = 'a script gets files as they are; it can load datasets of the Hub by itself';
		return err(new WindsockError('recipeInvalid', { path: recipePath, reason }));
	}
	const source = resolve(dirname(recipePath), dataset.path);
	const stamp = await fileStamp(source);
	const digest = await hashFile(source);
	if (!digest.ok) {
		return digest;
	}
	const { sha256, bytes } = digest.value;
	const suffix =
		/\.[a-z0-9]{1,8}(\.(gz|zst))?$/.exec(basename(source).toLowerCase())?.[0] ?? '.data';
	const name = `${sha256}${suffix}`;
	const path = `${layout.store}/${name}`;
	return ok({
		input: { path: source, name, size: bytes, label: basename(source) },
		record: { split: dataset.split, path, source, sha256, bytes },
		stamp,
		leftOut: [],
	});
}

async function prepareDataset(
	{ recipePath, recipe, layout, convert, locateSplit }: DataRequest,
	dataset: RecipeDataset,
	converted: string,
	progress: Progress,
	signal?: AbortSignal,
): Promise<Result<ReadyDataset>> {
	const { hubSplit, hubConfig, columns, weight, part } = dataset;
	const named = locationIn(dirname(recipePath), dataset.path);
	if (hubSplit !== undefined) {
		progress.report(`Looking for ${hubSplit} of ${dataset.path}`);
	}
	const found =
		hubSplit === undefined ? ok(named) : await locateSplit(named, hubSplit, hubConfig, signal);
	if (!found.ok) {
		return found;
	}
	const source = found.value;
	const whole = hubSplit === undefined ? basename(source) : `${dataset.path} ${hubSplit}`;
	const name = part === undefined ? whole : `${whole} (${part.side} side)`;
	progress.report(isHubLocation(source) ? `Reading ${name} from the Hub` : `Converting ${name}`);
	const seed = Number(recipe.arguments['seed'] ?? 42);
	const target = recipe.method === 'dpo' || recipe.method === 'kto' ? 'trl-dpo' : 'trl-sft';
	const labels = recipe.labels === 'ignore' ? 'ignore' : 'apply';
	const stamp = await fileStamp(source);
	const done = await convert(source, target, converted, {
		labels,
		...(columns === undefined ? {} : { columns }),
		...(part === undefined ? {} : { part }),
		...(weight === undefined || weight === 1 ? {} : { share: { weight, seed } }),
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
	const { sha256, bytes } = digest.value;
	const droppedRows = dropped.slice(0, droppedNamed).map(({ row, reason }) => ({ row, reason }));
	const conversion = { ...account, droppedRows };
	const stored = `${sha256}.jsonl`;
	return ok({
		input: { path: converted, name: stored, size: bytes, label: name },
		record: {
			split: dataset.split,
			path: `${layout.store}/${stored}`,
			source,
			...digest.value,
			conversion,
		},
		stamp,
		leftOut: dropped,
	});
}
