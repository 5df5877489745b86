import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type {
	AfterCheckpointSpec,
	CodeInput,
	TrainDataset,
	TrainSpec,
} from '../../core/contract/runFiles.generated';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import type { Progress } from '../../core/training/launchRequest';
import type { RerunRemark } from '../../core/training/rerunRemark';
import type { CodeTree } from '../transfer/codeTree';
import type { InputFile } from '../transfer/uploadInputs';
import { findCheckpointInputs } from './rerunCheckpointInputs';
import { findCode } from './rerunCode';
import { fromStores, nameInStore, type InputPlaces } from './rerunStores';
import { prepareDatasets } from './trainingData';

/** Inputs that were found, on the host or on this machine. */
export interface FoundInputs {
	readonly datasets: readonly TrainDataset[];
	readonly files: readonly InputFile[];
	/** Names of the host's store that are there already. */
	readonly there: readonly string[];
	readonly code?: CodeInput;
	readonly afterCheckpoint?: AfterCheckpointSpec;
	/** To be sent; absent where the host has it. */
	readonly tree?: CodeTree;
	readonly remarks: readonly RerunRemark[];
}

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
	const after = await findCheckpointInputs(train.afterCheckpoint, places, signal);
	if (!after.ok) {
		return after;
	}
	const code = await findCode(train.code, places, progress, signal);
	return code.ok
		? ok({
				...found,
				...code.value,
				...(after.value.spec === undefined ? {} : { afterCheckpoint: after.value.spec }),
				files: [...found.files, ...after.value.files],
				there: [...found.there, ...after.value.there, ...code.value.there],
				remarks: [...found.remarks, ...after.value.remarks, ...code.value.remarks],
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
