import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { CodeInput, TrainDataset, TrainSpec } from '../../core/contract/runFiles.generated';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import { withSignal } from '../../core/hosts/host';
import type { Progress } from '../../core/training/launchRequest';
import type { Recipe } from '../../core/training/recipe';
import type { RerunRemark } from '../../core/training/rerunRemark';
import type { CodeTree } from '../transfer/codeTree';
import type { InputFile } from '../transfer/uploadInputs';
import { hashFile } from './datasetStore';
import type { PreparedHost } from './preparedHost';
import { findCode } from './rerunCode';
import { prepareDatasets, type DatasetConversion, type SplitLocation } from './trainingData';

/** Where the inputs of a run may be found again. */
export interface InputPlaces {
	/** Host that they are for. */
	readonly to: PreparedHost;
	/** Host that the run was on, where that is another and answers. */
	readonly from: PreparedHost | undefined;
	/** Recipe of the run, as it was. */
	readonly recipe: Recipe;
	readonly recipePath: string;
	readonly workspace: string;
	/** Empty folder of this machine that lives as long as the launch. */
	readonly scratch: string;
	readonly convert: DatasetConversion;
	readonly locateSplit: SplitLocation;
}

/** Inputs that were found, on the host or on this machine. */
export interface FoundInputs {
	readonly datasets: readonly TrainDataset[];
	readonly files: readonly InputFile[];
	/** Names of the host's store that are there already. */
	readonly there: readonly string[];
	readonly code?: CodeInput;
	/** To be sent; absent where the host has it. */
	readonly tree?: CodeTree;
	readonly remarks: readonly RerunRemark[];
}

const storedName = /^[0-9a-f]{64}(\.[a-z0-9]{1,8}){0,2}$/;

/**
 * Looks for what a run was trained on, by content: in the store of the host, in that of the run's
 * own host, then at its source. Where only another content is found, that is taken and remarked on.
 */
export async function findInputs(
	train: TrainSpec,
	places: InputPlaces,
	progress: Progress,
	signal?: AbortSignal,
): Promise<Result<FoundInputs>> {
	const found: {
		datasets: TrainDataset[];
		files: InputFile[];
		there: string[];
		remarks: RerunRemark[];
	} = { datasets: [], files: [], there: [], remarks: [] };
	for (const [index, dataset] of train.datasets.entries()) {
		const label = labelOf(dataset);
		progress.report(`Looking for ${label}`);
		const name = nameInStore(dataset);
		const stored =
			name === undefined
				? ok(undefined)
				: await fromStores(name, dataset.bytes, { ...places, label }, signal);
		if (!stored.ok) {
			return stored;
		}
		if (stored.value !== undefined && name !== undefined) {
			found.datasets.push({ ...dataset, path: `${places.to.layout.store}/${name}` });
			if (stored.value === 'there') {
				found.there.push(name);
			} else {
				found.files.push(stored.value);
			}
			continue;
		}
		const again = await fromSource(dataset, index, places, progress, signal);
		if (!again.ok) {
			return again;
		}
		const { record, input } = again.value;
		found.datasets.push(record);
		found.files.push(input);
		if (record.sha256 !== dataset.sha256) {
			found.remarks.push({
				what: 'dataset',
				level: 'changed',
				message: `${label} is not what it was: ${contentText(dataset)} → ${contentText(record)}, and its former content is not on ${places.to.host.name} any more.`,
			});
		}
	}
	const code = await findCode(train.code, places, progress, signal);
	return code.ok
		? ok({
				...found,
				...code.value,
				there: [...found.there, ...code.value.there],
				remarks: [...found.remarks, ...code.value.remarks],
			})
		: code;
}

function labelOf({ source, path }: TrainDataset): string {
	return (source ?? path).split(/[\\/]/).at(-1) ?? path;
}

/** “1,200 rows (a1b2c3d4)” */
function contentText({ rows, sha256 }: TrainDataset): string {
	const hash = sha256?.slice(0, 8) ?? 'of unknown content';
	return rows === undefined ? hash : `${rows.toLocaleString('en-US')} rows (${hash})`;
}

/** A spec may come from elsewhere: only a name that its own hash begins is one of the store. */
function nameInStore({ path, sha256 }: TrainDataset): string | undefined {
	const name = path.split('/').at(-1) ?? '';
	return sha256 !== undefined && storedName.test(name) && name.startsWith(sha256)
		? name
		: undefined;
}

async function fromStores(
	name: string,
	bytes: number | undefined,
	{ to, from, scratch, label }: InputPlaces & { readonly label: string },
	signal: AbortSignal | undefined,
): Promise<Result<InputFile | 'there' | undefined>> {
	const options = withSignal(signal);
	const here = await to.host.stat(`${to.layout.store}/${name}`, options);
	if (!here.ok) {
		return here;
	}
	if (here.value?.kind === 'file' && (bytes === undefined || here.value.size === bytes)) {
		return ok('there');
	}
	if (from === undefined) {
		return ok(undefined);
	}
	const far = await from.host.stat(`${from.layout.store}/${name}`, options);
	if (!far.ok || far.value?.kind !== 'file') {
		return far.ok ? ok(undefined) : far;
	}
	const path = join(scratch, name);
	const fetched = await from.host.download(`${from.layout.store}/${name}`, path, options);
	if (!fetched.ok) {
		return fetched;
	}
	const hashed = await hashFile(path);
	return hashed.ok && name.startsWith(hashed.value.sha256)
		? ok({ path, name, size: hashed.value.bytes, label })
		: hashed.ok
			? ok(undefined)
			: hashed;
}

/** Makes a dataset anew of the file or the commit of the Hub that it was made of. */
async function fromSource(
	dataset: TrainDataset,
	index: number,
	{ to, recipe, recipePath, scratch, convert, locateSplit }: InputPlaces,
	progress: Progress,
	signal: AbortSignal | undefined,
): Promise<Result<{ readonly record: TrainDataset; readonly input: InputFile }>> {
	const asked = recipe.datasets[index];
	if (asked === undefined) {
		const reason = `${labelOf(dataset)} is not on ${to.host.name} any more and its recipe does not name it`;
		return err(new WindsockError('rerunImpossible', { reason }));
	}
	const { hubSplit: _split, hubConfig: _config, ...named } = asked;
	// The record has the commit that was read; a branch may have moved.
	const { source } = dataset;
	const one = source !== undefined && isHubLocation(source) ? { ...named, path: source } : asked;
	const folder = join(scratch, `${index}`);
	await mkdir(folder);
	const made = await prepareDatasets(
		{
			recipePath,
			recipe: { ...recipe, datasets: [one] },
			layout: to.layout,
			convert,
			locateSplit,
		},
		folder,
		progress,
		signal,
	);
	if (!made.ok) {
		const { code, details } = made.error;
		const isGone = code === 'fileMissing' || code === 'hubMissing';
		const reason = `${labelOf(dataset)} is gone: its content ${contentText(dataset)} is not on ${to.host.name} any more, and ${String(details['path'] ?? dataset.source)} is not there`;
		return isGone ? err(new WindsockError('rerunImpossible', { reason })) : made;
	}
	const [ready] = made.value;
	if (ready === undefined) {
		throw new Error('one dataset was asked for');
	}
	return ok(ready);
}
