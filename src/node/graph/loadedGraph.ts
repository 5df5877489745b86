import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { messageFor } from '../../core/base/errorMessages';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { parsePipeline } from '../../core/dataset/clean/pipelineFile';
import type { Pipeline } from '../../core/dataset/clean/pipeline';
import type { Graph, GraphFinding } from '../../core/graph/graph';
import { parseGraph } from '../../core/graph/graphFile';
import { stagesOf, type Stage } from '../../core/graph/graphStages';
import { parsePromptSet } from '../../core/responses/promptSet';
import { parseRecipe, type Recipe } from '../../core/training/recipe';
import { describeFindings, validateRecipe } from '../../core/training/recipeValidation';
import { splitPaths } from '../dataset/clean/splitPaths';
import { missingDatasets } from '../runs/missingDatasets';
import { readText } from '../runs/recipeFile';

/** What the file of a stage says. It is read once: what is edited later is for the next time. */
export type StageWork =
	| {
			readonly kind: 'data';
			readonly path: string;
			readonly text: string;
			readonly pipeline: Pipeline;
			/** Its result, or its train and its test side. */
			readonly outs: readonly string[];
	  }
	| {
			readonly kind: 'train';
			readonly path: string;
			readonly text: string;
			/** What the graph lays over the recipe, without the model of the stage before it. */
			readonly overrides: Readonly<Record<string, unknown>>;
			/** With them. */
			readonly recipe: Recipe;
	  }
	| { readonly kind: 'answers'; readonly path: string; readonly text: string };

/** A graph with the files that its stages name. */
export interface LoadedGraph {
	/** Absolute. */
	readonly path: string;
	readonly graph: Graph;
	readonly stages: readonly Stage[];
	readonly work: ReadonlyMap<string, StageWork>;
}

/** Reads a graph and all it names; fails with `graphInvalid` where something is wrong. */
export async function loadGraph(path: string): Promise<Result<LoadedGraph>> {
	const read = await readGraph(path);
	if (!read.ok) {
		return read;
	}
	const { findings, loaded } = read.value;
	const [first] = findings;
	if (loaded === undefined || first !== undefined) {
		const reason = findings.map(findingText).join('; ');
		return err(new WindsockError('graphInvalid', { path, reason }));
	}
	return ok(loaded);
}

export function findingText({ line, message }: GraphFinding): string {
	return line === undefined ? message : `line ${line}: ${message}`;
}

/** The findings of a graph and of what it names, and where there are none the graph. */
export async function readGraph(
	path: string,
): Promise<Result<{ findings: readonly GraphFinding[]; loaded?: LoadedGraph }>> {
	const text = await readText(path);
	if (!text.ok) {
		return text;
	}
	const { graph, findings } = parseGraph(text.value);
	if (graph === undefined || findings.length > 0) {
		return ok({ findings });
	}
	const staged = stagesOf(graph);
	if (!staged.ok) {
		return ok({ findings: staged.findings });
	}
	const { stages } = staged.staged;
	const work = new Map<string, StageWork>();
	const wrong: GraphFinding[] = [];
	const said = new Set<string>();
	const writers = new Map<string, string>();
	for (const stage of stages) {
		const outs = (name: string | undefined): readonly string[] => {
			const made = work.get(name ?? '');
			return made?.kind === 'data' ? made.outs : [];
		};
		const one = await workOf(stage, dirname(path), outs);
		if (typeof one === 'string') {
			// The stages of a matrix mostly have the same fault.
			const { line, name } = stage.node;
			if (!said.has(name + one)) {
				said.add(name + one);
				const message = `${name}: ${one}`;
				wrong.push({ code: 'graphRecipe', severity: 'error', message, line, node: name });
			}
		} else {
			work.set(stage.name, one);
			wrong.push(...sameFiles(stage, one, writers));
		}
	}
	return ok(
		wrong.length > 0
			? { findings: wrong.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) }
			: { findings: [], loaded: { path, graph, stages, work } },
	);
}

/** @param writers who writes which file, added to */
function sameFiles(stage: Stage, work: StageWork, writers: Map<string, string>): GraphFinding[] {
	const { line, name: node } = stage.node;
	return (work.kind === 'data' ? work.outs : []).flatMap(out => {
		const other = writers.get(out);
		writers.set(out, stage.name);
		const message = `${stage.name} and ${other} both write ${basename(out)}: give one another “out”`;
		return other === undefined
			? []
			: [{ code: 'graphFile', severity: 'error', message, line, node } as const];
	});
}

type OutsOf = (stage: string | undefined) => readonly string[];

/** What is wrong, as a phrase, where its file cannot be used. */
async function workOf(stage: Stage, folder: string, outs: OutsOf): Promise<StageWork | string> {
	const { node } = stage;
	const named =
		node.kind === 'data' ? node.pipeline : node.kind === 'train' ? node.recipe : node.prompts;
	const path = resolve(folder, named);
	const text = await readText(path);
	if (!text.ok) {
		return existsSync(path)
			? messageFor(text.error)
			: `“${named}” does not exist; a path is relative to the graph`;
	}
	switch (node.kind) {
		case 'data':
			return dataWork(stage, path, text.value, outs);
		case 'train':
			return trainWork(stage, path, text.value, outs);
		case 'answers': {
			const prompts = parsePromptSet(text.value, path);
			return prompts.ok ? { kind: 'answers', path, text: text.value } : messageFor(prompts.error);
		}
	}
}

function dataWork(stage: Stage, path: string, text: string, outs: OutsOf): StageWork | string {
	const pipeline = parsePipeline(text, path);
	if (!pipeline.ok) {
		return `${basename(path)}: ${String(pipeline.error.details['reason'])}`;
	}
	const folder = dirname(path);
	const isSplit = pipeline.value.steps.some(({ kind }) => kind === 'split');
	const made = stage.from.flatMap(name => outs(name));
	const missing = pipeline.value.sources
		.filter(({ path: source }) => !/^hf:|[*?[{]/.test(source))
		.map(({ path: source }) => resolve(folder, source))
		.find(source => !made.includes(source) && !existsSync(source));
	return missing === undefined
		? {
				kind: 'data',
				path,
				text,
				pipeline: pipeline.value,
				outs: splitPaths(resolve(folder, pipeline.value.out), isSplit),
			}
		: `${basename(path)}: “${missing}” does not exist`;
}

function trainWork(stage: Stage, path: string, text: string, outs: OutsOf): StageWork | string {
	const own = { ...(stage.node.kind === 'train' ? stage.node.set : {}), ...stage.chosen };
	const plain = parseRecipe(text, path, own);
	if (!plain.ok) {
		return `${basename(path)}: ${String(plain.error.details['reason'])}`;
	}
	const [train] = outs(stage.data);
	const evalData = outs(stage.evalData).at(-1);
	const overrides: Record<string, unknown> = {
		...own,
		...(train === undefined ? {} : dataOverride(plain.value, 'train', train)),
		...(evalData === undefined ? {} : dataOverride(plain.value, 'eval', evalData)),
	};
	const model = stage.from.length === 0 ? {} : { model_name_or_path: `run:${stage.from[0]}` };
	const recipe = parseRecipe(text, path, { ...overrides, ...model });
	if (!recipe.ok) {
		return `${basename(path)}: ${String(recipe.error.details['reason'])}`;
	}
	const made = [...outs(stage.data), ...outs(stage.evalData)];
	const missing = missingDatasets(recipe.value, path).filter(
		({ message }) => !made.some(out => message.includes(`“${out}”`)),
	);
	const reason = describeFindings([...validateRecipe(recipe.value), ...missing]);
	return reason === ''
		? { kind: 'train', path, text, overrides, recipe: recipe.value }
		: `${basename(path)}: ${reason}`;
}

/** In place of all that the recipe names for this split; the columns of a single one are kept. */
function dataOverride(
	{ datasets, paths }: Recipe,
	split: 'train' | 'eval',
	path: string,
): Record<string, unknown> {
	const [list, one] =
		split === 'train' ? ['datasets', 'dataset_path'] : ['eval_datasets', 'eval_dataset_path'];
	const before = datasets.filter(dataset => dataset.split === split);
	const columns = before.length === 1 ? before[0]?.columns : undefined;
	const entry = columns === undefined ? path : { path, columns };
	return paths[list] == null ? { [one]: path } : { [list]: [entry], [one]: null };
}
