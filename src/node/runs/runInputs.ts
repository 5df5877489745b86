import { dirname, resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import { canonicalOfValid } from '../../core/dataset/canonicalJson';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import { findRunId, type ModelRef } from '../../core/training/modelRef';
import type { Recipe } from '../../core/training/recipe';
import type { RunSummary } from '../../core/training/runLibrary';
import { locationIn } from '../dataset/datasetLocation';
import { sha256 } from '../dataset/hash';
import { locateDataset } from '../dataset/locateDataset';
import { mappingFor } from '../dataset/mappingFile';
import { readLabels } from '../dataset/readLabels';
import type { FileHashes } from './fileHashes';
import type { WorkspaceRunLibrary } from './runLibrary';

/** Changes when the same parts would come to another result than with an earlier Windsock. */
const version = 1;

/** A run that a model may come from. */
export type ModelRun = Pick<RunSummary, 'id' | 'name' | 'state' | 'step'> & {
	readonly inputs?: string;
};

export function modelRuns(library: WorkspaceRunLibrary): readonly ModelRun[] {
	return library.list().map(run => {
		const inputs = library.mirrored(run.id)?.folder.spec.inputs;
		return { ...run, ...(typeof inputs === 'string' ? { inputs } : {}) };
	});
}

/**
 * What a model is, in words that mean the same in another folder and on another machine: that of a
 * run by what the run was made of. A name of no known run stays what it is.
 *
 * @param ref never `base`
 * @param step that a reference without one means now; absent: the last of a finished run
 */
export function modelInputs(ref: ModelRef, runs: readonly ModelRun[], step?: number): unknown {
	if (ref.kind !== 'run') {
		return ref;
	}
	const id = findRunId(ref.run, runs);
	const run = runs.find(one => id.ok && one.id === id.value);
	const named = ref.step ?? step;
	const isLast = named === undefined || (run?.state === 'finished' && named === run.step);
	return {
		kind: 'run',
		run: run?.inputs ?? run?.id ?? ref.run,
		...(isLast ? {} : { step: named }),
	};
}

export interface TrainingInputs {
	readonly recipe: Recipe;
	/** Absolute; its datasets are relative to its folder. */
	readonly recipePath: string;
	/** As `modelInputs` says it; undefined where a script loads what it likes. */
	readonly model: unknown;
	/** Text of the chat template that the recipe names as a file. */
	readonly template: string | undefined;
	/** Hash of the code tree of a script. */
	readonly code: string | undefined;
	/** Folder that has the labels of datasets that are not on this machine. */
	readonly workspace: string;
}

/** One hash of everything that decides what a training comes to. */
export async function trainingInputs(
	{ recipe, recipePath, model, template, code, workspace }: TrainingInputs,
	hashes: FileHashes,
): Promise<Result<string>> {
	const { method, labels, accelerate } = recipe;
	const datasets: unknown[] = [];
	for (const dataset of recipe.datasets) {
		const { path, key: _key, line: _line, ...how } = dataset;
		const content =
			method === 'script'
				? await hashes.of(resolve(dirname(recipePath), path))
				: await datasetInputs(
						locationIn(dirname(recipePath), path),
						{ workspace, said: labels === 'ignore' ? 'nothing' : 'labels' },
						hashes,
					);
		if (!content.ok) {
			return content;
		}
		datasets.push({ ...how, content: content.value });
	}
	// The template is known by its text, wherever it stands.
	const { chat_template_path: _, ...others } = recipe.arguments;
	const rest = template === undefined ? recipe.arguments : others;
	return ok(
		hashOf({ kind: 'train', method, arguments: rest, accelerate, datasets, model, template, code }),
	);
}

/** What of that which people said about examples counts. */
export interface SaidOfExamples {
	/** Folder that has it for datasets that are not on this machine. */
	readonly workspace: string;
	readonly said: 'nothing' | 'labels' | 'all';
}

/**
 * What a dataset holds: its files, how its rows are read, and what was said about them. One of the
 * Hub is known by its location alone.
 */
export async function datasetInputs(
	location: string,
	{ workspace, said }: SaidOfExamples,
	hashes: FileHashes,
): Promise<Result<unknown>> {
	const read = said === 'nothing' ? ok(undefined) : await readLabels(location, workspace);
	if (!read.ok) {
		return read;
	}
	const labels = [...(read.value?.labels ?? [])].toSorted(byFirst);
	const all = said === 'all' ? [...(read.value?.annotations ?? [])].toSorted(byFirst) : [];
	if (isHubLocation(location)) {
		return ok({ location, labels, all });
	}
	const files = await locateDataset(location);
	const content = files.ok ? await hashes.ofAll(files.value) : files;
	return content.ok
		? ok({ files: content.value, labels, all, mapping: await mappingFor(location) })
		: content;
}

function byFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** Of anything that can be written as JSON; the order of keys makes no difference. */
export function hashOf(parts: object): string {
	return sha256(canonicalOfValid(JSON.stringify({ version, ...parts })));
}
