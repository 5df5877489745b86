import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import { drawFor } from '../../../core/dataset/clean/seededDraw';
import {
	ExactDuplicates,
	NearDuplicateRows,
	Sample,
	type GlobalStep,
} from '../../../core/dataset/clean/globalSteps';
import {
	decontaminateStep,
	editStep,
	filterStep,
	fixStep,
	labelStep,
	overlapStep,
	type LocalStep,
} from '../../../core/dataset/clean/localSteps';
import {
	stepText,
	type HandEdit,
	type Pipeline,
	type PipelineStep,
} from '../../../core/dataset/clean/pipeline';
import { readEdit } from '../../../core/dataset/clean/pipelineFile';
import { parseFilter } from '../../../core/dataset/clean/rowFilter';
import { dropped, kept } from '../../../core/dataset/clean/workRow';
import { locationIn } from '../datasetLocation';
import { sha256 } from '../hash';
import { findRows } from '../rowNames';
import type { CleanSource } from './cleanSource';
import { placeText, PromptSets } from '../contamination/promptSets';
import { readPrompts } from './readPrompts';

/** Something that a pipeline says and that no longer is so. */
export interface NotApplied {
	readonly step: string;
	/** Example id. */
	readonly id: string;
	readonly reason: string;
}

export type CompiledStep =
	| { readonly text: string; readonly local: LocalStep }
	| { readonly text: string; readonly global: GlobalStep };

export interface CompileContext {
	readonly pipeline: Pipeline;
	readonly pipelinePath: string;
	/** Relative paths in the pipeline are relative to it. */
	readonly folder: string;
	readonly sources: readonly CleanSource[];
	readonly signal?: AbortSignal;
	/** May be told the same more than once. */
	readonly notApplied: (entry: NotApplied) => void;
}

/** Makes every step but a split ready to run; the first one takes the share of each source. */
export async function compileSteps(context: CompileContext): Promise<CompiledStep[]> {
	const compiled: CompiledStep[] = [{ text: 'read', local: readStep(context) }];
	for (const step of context.pipeline.steps) {
		if (step.kind !== 'split') {
			const text = stepText(step);
			const made = await compile(step, text, context);
			compiled.push('take' in made ? { text, global: made } : { text, local: made });
		}
	}
	return compiled;
}

function readStep({ pipeline, sources }: CompileContext): LocalStep {
	return row => {
		const at = sources.findLastIndex(source => source.firstIndex <= row.index);
		const weight = pipeline.sources[at]?.weight ?? 1;
		const isTaken = weight === 1 || drawFor(pipeline.seed, row.id(), sha256) < weight;
		return isTaken ? kept : dropped('not in the share that is taken');
	};
}

async function compile(
	step: Exclude<PipelineStep, { kind: 'split' }>,
	text: string,
	context: CompileContext,
): Promise<LocalStep | GlobalStep> {
	const { pipeline, folder } = context;
	switch (step.kind) {
		case 'keep':
		case 'drop': {
			const filter = parseFilter(step.query);
			if (!filter.ok) {
				throw invalid(context, `“${text}”: ${filter.error}`);
			}
			return filterStep(step.kind, step.query, filter.value);
		}
		case 'fix':
			return fixStep(step.fix);
		case 'labels':
			tellDetachedLabels(text, context);
			return labelStep(step.rule);
		case 'edits':
			return compileEdits(step, text, context);
		case 'sample':
			return new Sample(step.size, pipeline.seed, sha256);
		case 'dedupe':
			return step.near === undefined
				? new ExactDuplicates(sha256)
				: new NearDuplicateRows(step.near);
		case 'decontaminate': {
			const paths = step.paths.map(path => locationIn(folder, path));
			if (step.overlap) {
				const sets = await PromptSets.read(paths, step.overlap, context.signal);
				return overlapStep(row => {
					const place = sets.find(row.recognised);
					return place && placeText(place);
				});
			}
			return decontaminateStep(await readPrompts(paths, context.signal));
		}
	}
}

function tellDetachedLabels(step: string, { sources, notApplied }: CompileContext): void {
	for (const { detached, labels } of sources) {
		for (const id of detached) {
			notApplied({ step, id, reason: 'labelled, but no longer in the file' });
		}
		for (const id of labels.disputed) {
			notApplied({ step, id, reason: 'one annotator says keep, another drop; it is kept' });
		}
	}
}

async function compileEdits(
	step: Extract<PipelineStep, { kind: 'edits' }>,
	text: string,
	context: CompileContext,
): Promise<LocalStep> {
	const { sources, notApplied } = context;
	const edits =
		step.path === undefined
			? step.edits
			: await readEdits(resolve(context.folder, step.path), context);
	const byRow = new Map<number, HandEdit>();
	const wanted = new Map(edits.map(edit => [edit.id, edit]));
	for (const source of sources) {
		for (const [id, row] of findRows(wanted.keys(), source.file.scan)) {
			const edit = wanted.get(id);
			if (edit) {
				byRow.set(source.firstIndex + row, edit);
				wanted.delete(id);
			}
		}
	}
	for (const id of wanted.keys()) {
		notApplied({ step: text, id, reason: 'no such example in the file' });
	}
	return editStep(byRow, sha256, edit => notApplied({ step: text, ...edit }));
}

async function readEdits(path: string, context: CompileContext): Promise<HandEdit[]> {
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch (error) {
		throw new WindsockError('fileUnreadable', { path, reason: reasonOf(error) }, { cause: error });
	}
	return text.split('\n').flatMap((line, i) => {
		if (line.trim() === '') {
			return [];
		}
		const edit = readEdit(parsed(line));
		if (!edit) {
			throw invalid(context, `line ${i + 1} of ${basename(path)} is no edit: id, before, row`);
		}
		return [edit];
	});
}

function parsed(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
}

function invalid({ pipelinePath: path }: CompileContext, reason: string): WindsockError {
	return new WindsockError('pipelineInvalid', { path, reason });
}
