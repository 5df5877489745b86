import { parseDocument, stringify } from 'yaml';
import { reasonOf, WindsockError } from '../../base/errors';
import { err, ok, type Result } from '../../base/result';
import { translateAxolotl } from './axolotlRecipe';
import { translateHandbook } from './handbookRecipe';
import { translateLlamaFactory, type DatasetInfo } from './llamaFactoryRecipe';
import {
	RecipeTranslation,
	type ImportedDataset,
	type ImportedFile,
	type ImportedKey,
} from './recipeTranslation';
import type { ImportMethod } from './sharedMeaning';

export type RecipeTool = 'alignment-handbook' | 'TRL' | 'Axolotl' | 'LLaMA-Factory';

export interface ImportRequest {
	/** Where it came from, for the comment at the top and for errors. */
	readonly source: string;
	/** Where the text does not say it; the handbook's files stand in folders of that name. */
	readonly method?: ImportMethod | undefined;
	/** GPUs that it was written for; default 8 for the handbook, else 1. */
	readonly gpusBefore?: number | undefined;
	/** GPUs that will train; default as many. */
	readonly gpusNow?: number | undefined;
	readonly datasetInfo?: DatasetInfo | undefined;
	/** What files beside the recipe are called after; default `recipe`. */
	readonly stem?: string | undefined;
}

export interface ImportedRecipe {
	readonly tool: RecipeTool;
	readonly method: ImportMethod;
	/** The recipe as YAML. */
	readonly text: string;
	/** What became of every key of the source. */
	readonly keys: readonly ImportedKey[];
	/** To be written beside the recipe. */
	readonly files: readonly ImportedFile[];
}

/**
 * Makes a recipe of another tool's YAML, carrying what it meant and not only its names.
 *
 * Fails with `recipeNotImportable` where the text is no such file or its method is none of ours.
 */
export function importRecipe(text: string, request: ImportRequest): Result<ImportedRecipe> {
	const refuse = (reason: string): Result<ImportedRecipe> =>
		err(new WindsockError('recipeNotImportable', { path: request.source, reason }));
	const document = parseDocument(text, { prettyErrors: false });
	let content: unknown;
	if (document.errors.length === 0) {
		try {
			content = document.toJS({ maxAliasCount: 100 });
			// Throws where an alias leads back to itself.
			JSON.stringify(content);
		} catch (error) {
			return refuse(reasonOf(error));
		}
	}
	if (typeof content !== 'object' || content === null || Array.isArray(content)) {
		return refuse(document.errors[0]?.message ?? 'it is no list of “name: value”');
	}
	const source = withNumbers(content as Readonly<Record<string, unknown>>);
	const tool = toolOf(source);
	if (tool === undefined) {
		return refuse('it names no model to train');
	}
	const method = methodOf(source, tool, request);
	if (typeof method !== 'string') {
		return refuse(method.reason);
	}
	const work = new RecipeTranslation(source, request.stem ?? 'recipe');
	const before = request.gpusBefore ?? (tool === 'alignment-handbook' ? 8 : 1);
	const gpus = { before, now: request.gpusNow ?? before };
	if (tool === 'Axolotl') {
		translateAxolotl(work, method, gpus);
		if (work.value('rl') === 'ipo') {
			work.change('rl', { loss_type: ['ipo'] }, 'a loss of DPO');
		}
	} else if (tool === 'LLaMA-Factory') {
		translateLlamaFactory(work, method, gpus, request.datasetInfo);
	} else {
		translateHandbook(work, method, gpus);
	}
	return ok({
		tool,
		method,
		text: recipeText(work, method, tool, request.source),
		keys: work.account,
		files: work.files,
	});
}

/** Numbers that only older YAML reads as such (`2e-5` stays text there, `500_000` here). */
function withNumbers(source: Readonly<Record<string, unknown>>): Record<string, unknown> {
	const isNumber = /^[+-]?\d[\d_]*(?:\.\d*)?(?:e[+-]?\d+)?$/i;
	return Object.fromEntries(
		Object.entries(source).map(([key, value]) => [
			key,
			typeof value === 'string' && isNumber.test(value) ? Number(value.replaceAll('_', '')) : value,
		]),
	);
}

function toolOf(source: Readonly<Record<string, unknown>>): RecipeTool | undefined {
	if ('base_model' in source) {
		return 'Axolotl';
	}
	if ('stage' in source || 'finetuning_type' in source) {
		return 'LLaMA-Factory';
	}
	if (!('model_name_or_path' in source)) {
		return undefined;
	}
	const own = ['dataset_mixer', 'dataset_mixture', 'torch_dtype', 'chat_template'];
	return own.some(key => key in source) ? 'alignment-handbook' : 'TRL';
}

function methodOf(
	source: Readonly<Record<string, unknown>>,
	tool: RecipeTool,
	{ method, source: from }: ImportRequest,
): ImportMethod | { readonly reason: string } {
	if (tool === 'Axolotl') {
		const rl = source['rl'] ?? undefined;
		if (source['reward_model'] === true || source['process_reward_model'] === true) {
			return { reason: 'it trains a reward model, and recipes train by SFT or DPO' };
		}
		if (Array.isArray(source['pretraining_dataset'])) {
			return { reason: 'it trains on raw text, and recipes train by SFT or DPO' };
		}
		return rl === undefined
			? 'sft'
			: rl === 'dpo' || rl === 'ipo'
				? 'dpo'
				: { reason: `it trains by ${String(rl)}, and recipes by SFT or DPO` };
	}
	if (tool === 'LLaMA-Factory') {
		const stage = source['stage'] ?? 'sft';
		const loss = source['pref_loss'];
		if (loss === 'orpo' || loss === 'simpo' || loss === 'kto_pair') {
			return { reason: `TRL’s DPO has no loss ${loss}` };
		}
		return stage === 'sft' || stage === 'dpo'
			? stage
			: { reason: `its stage is ${String(stage)}, and recipes train by SFT or DPO` };
	}
	if (method !== undefined) {
		return method;
	}
	if (/(?:^|[/\\_-])(?:orpo|kto|grpo|cpt|reward)(?:[/\\_.-]|$)/i.test(from)) {
		return { reason: 'recipes train by SFT or DPO' };
	}
	const dpo = ['beta', 'max_prompt_length', 'precompute_ref_log_probs', 'loss_weights'];
	const isDpo = dpo.some(key => key in source) || /(?:^|[/\\])dpo[/\\_.-]/i.test(from);
	return isDpo ? 'dpo' : 'sft';
}

function recipeText(
	work: RecipeTranslation,
	method: ImportMethod,
	tool: RecipeTool,
	source: string,
): string {
	const was = new Map(
		work.account
			.filter(({ outcome, to }) => outcome !== 'kept' && to.length > 0)
			.flatMap(({ key, outcome, to, note }) =>
				to.map(name => [name, { key, outcome, note }] as const),
			),
	);
	const comment = (name: string): string => {
		const { key, outcome, note } = was.get(name) ?? {};
		const before = key === undefined || key === name || outcome === 'added' ? '' : `was ${key}`;
		const said = [before, note].filter(Boolean).join(': ');
		return said === '' ? '' : ` # ${said.replaceAll(/\s+/g, ' ')}`;
	};
	const { model_name_or_path: model, ...others } = Object.fromEntries(work.recipe);
	const lines = [
		`# Imported from ${tool}: ${source.replaceAll(/\s+/g, ' ')}`,
		`method: ${method}`,
		`model_name_or_path: ${scalar(model)}${comment('model_name_or_path')}`,
		...datasetLines('datasets', work.datasets),
		...datasetLines('eval_datasets', work.evalDatasets),
		'# ---',
		...Object.entries(others).map(([name, value]) => `${name}: ${scalar(value)}${comment(name)}`),
	];
	return `${lines.join('\n')}\n`;
}

function datasetLines(key: string, list: readonly ImportedDataset[]): string[] {
	return list.length === 0 ? [] : [`${key}:`, ...list.map(dataset => `  - ${scalar(dataset)}`)];
}

const onOneLine = {
	collectionStyle: 'flow',
	lineWidth: 0,
	// Else a long text begins lines of the recipe with its own.
	doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
} as const;

/** On one line, in a form that every YAML reader takes alike. */
function scalar(value: unknown): string {
	if (value === undefined) {
		return 'base';
	}
	if (typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-3) {
		// YAML 1.1 takes 1e-5 for text.
		return value.toExponential().replace(/^(-?\d+)e/, '$1.0e');
	}
	const flow = stringify(value, onOneLine).trimEnd();
	return value === 'no' || value === 'yes' || value === 'on' || value === 'off'
		? `"${value}"`
		: flow;
}
