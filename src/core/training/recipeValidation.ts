import { afterCheckpointKey, readAfterCheckpoint } from './afterCheckpoint';
import { parseModelRef } from './modelRef';
import { nearestName } from './nearestName';
import { accelerateConfigs, trainingMethods, type Recipe, type TrainingMethod } from './recipe';
import { isTrlMethod } from './trlOptions';
import { argumentFindings } from './recipeArguments';
import type { FindingDraft, RecipeFinding } from './recipeFinding';
import { ruleFindings } from './recipeRules';

export function isTrainingMethod(method: string): method is TrainingMethod {
	return (trainingMethods as readonly string[]).includes(method);
}

/** Findings in order of their lines. No errors among them: the recipe may be launched. */
export function validateRecipe(recipe: Recipe): readonly RecipeFinding[] {
	const drafts = [
		...partFindings(recipe),
		...testSplitFindings(recipe),
		...accelerateFindings(recipe),
		...retryFindings(recipe),
	];
	if (recipe.afterCheckpoint !== undefined) {
		drafts.push(...afterCheckpointFindings(recipe));
	}
	const { method } = recipe;
	if (isTrlMethod(method)) {
		const hasEvalData = recipe.datasets.some(({ split }) => split === 'eval');
		drafts.push(
			...argumentFindings(method, recipe.arguments),
			...ruleFindings(method, recipe.arguments, { hasEvalData, model: recipe.model }),
		);
	}
	return drafts
		.map((draft): RecipeFinding => {
			const line = draft.key === undefined ? undefined : recipe.lines.get(draft.key);
			return line === undefined ? draft : { ...draft, line };
		})
		.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** What the recipe's own keys say. */
function* partFindings(recipe: Recipe): Generator<FindingDraft> {
	const { method, model, labels, datasets } = recipe;
	const severity = 'error';
	if (method === '' && recipe.lines.has('graph') && recipe.lines.has('nodes')) {
		const message = 'this is a graph of runs, not a recipe: “windsock graph check” takes it';
		yield { code: 'methodUnknown', severity, message, key: 'graph' };
		return;
	}
	if (!isTrainingMethod(method)) {
		const near = method === '' ? undefined : nearestName(method, trainingMethods);
		const said = method === '' ? 'the method is missing' : `unknown method “${method}”`;
		const message = `${said}; ${near === undefined ? 'use sft, dpo, kto or script' : `did you mean ${near}?`}`;
		const fix =
			near === undefined ? {} : { fix: { kind: 'set', key: 'method', value: near } as const };
		yield { code: 'methodUnknown', severity, message, key: 'method', ...fix };
	} else if (method === 'script' && typeof recipe.arguments['script'] !== 'string') {
		const message = 'no script: add “script: FILE.py”, relative to the project';
		yield { code: 'scriptMissing', severity, message, key: 'script' };
	}
	// A script may know by itself what it trains on.
	if (method !== 'script' && !datasets.some(({ split }) => split === 'train')) {
		const message = 'no dataset: add “dataset_path: FILE”, relative to the recipe';
		yield { code: 'datasetMissing', severity, message };
	}
	for (const { path, weight, key } of datasets) {
		if (weight !== undefined && !(weight > 0 && weight <= 1)) {
			const message = `the weight of ${path} is a share of its rows: above 0, at most 1`;
			yield { code: 'datasetWeight', severity, message, key };
		}
	}
	if (!parseModelRef(model).ok) {
		const message = `“${model}” does not name a model; use base, run:ID[@step], path:… or hub:id@revision`;
		yield { code: 'modelInvalid', severity, message, key: 'model_name_or_path' };
	}
	if (labels !== 'apply' && labels !== 'ignore') {
		const message = '“labels” is apply (leave out rows labelled drop) or ignore';
		yield { code: 'labelsUnknown', severity, message, key: 'labels' };
	}
}

function* testSplitFindings(recipe: Recipe): Generator<FindingDraft> {
	const { testSplitSize: size, datasets, method } = recipe;
	const key = 'test_split_size';
	const severity = 'error';
	if (size === undefined) {
		return;
	}
	if (method === 'script') {
		const message = `“${key}” parts nothing for a script, which gets its files as they are`;
		yield { code: 'argumentWithoutEffect', severity, message, key, fix: { kind: 'remove' } };
	} else if (typeof size !== 'number' || !(size > 0 && size < 1)) {
		const message = `“${key}” is a share of prompts, above 0 and below 1: what a prompt’s side is depends on the prompt alone`;
		yield { code: 'argumentType', severity, message, key };
	} else if (datasets.some(({ split, part }) => split === 'eval' && part === undefined)) {
		const message = `“${key}” holds prompts back although there is evaluation data of its own; use one of them`;
		yield { code: 'argumentsConflict', severity, message, key, fix: { kind: 'remove' } };
	}
}

/** How many processes train, and how they share the model. */
function* accelerateFindings({ accelerate, arguments: given }: Recipe): Generator<FindingDraft> {
	const { accelerate_config: config, num_processes: processes } = accelerate;
	const severity = 'error';
	if (config !== undefined && !(accelerateConfigs as readonly unknown[]).includes(config)) {
		const near = nearestName(String(config), accelerateConfigs);
		const hint =
			near === undefined ? `use one of ${accelerateConfigs.join(', ')}` : `did you mean ${near}?`;
		const message = `“accelerate_config” cannot be ${JSON.stringify(config)}; ${hint}`;
		const key = 'accelerate_config';
		const fix = near === undefined ? {} : { fix: { kind: 'set', key, value: near } as const };
		yield { code: 'argumentChoice', severity, message, key, ...fix };
	} else if (given['use_cpu'] === true && /^(?:fsdp|zero)/.test(String(config))) {
		const message = `“${String(config)}” shards over GPUs and does nothing with “use_cpu”`;
		const fix = { kind: 'remove' } as const;
		yield { code: 'argumentsConflict', severity, message, key: 'accelerate_config', fix };
	}
	if (processes === undefined) {
		return;
	}
	if (!Number.isInteger(processes) || Number(processes) < 1) {
		const message = `“num_processes” is a whole number from 1, not ${JSON.stringify(processes)}`;
		yield { code: 'argumentType', severity, message, key: 'num_processes' };
	} else if (config === 'single_gpu' && processes !== 1) {
		const message = '“single_gpu” is one process; “multi_gpu” gives each its own copy of the model';
		const fix = { kind: 'set', key: 'accelerate_config', value: 'multi_gpu' } as const;
		yield { code: 'argumentsConflict', severity, message, key: 'accelerate_config', fix };
	}
}

const retried = ['nccl', 'node', 'preempted'];

function* retryFindings({ retry }: Recipe): Generator<FindingDraft> {
	if (retry === undefined) {
		return;
	}
	const { max, on } = (typeof retry === 'object' ? retry : {}) as Record<'max' | 'on', unknown>;
	const isCount = Number.isInteger(max) && Number(max) >= 0 && Number(max) <= 100;
	const isNamed =
		on === undefined || (Array.isArray(on) && on.every(one => retried.includes(String(one))));
	if (!isCount || !isNamed) {
		const message = `“retry” is {max: N, on: [${retried.join(', ')}]}, with N from 0 to 100`;
		yield { code: 'argumentType', severity: 'error', message, key: 'retry' };
	}
}

/** What follows on checkpoints, and what of it cannot come to anything. */
function afterCheckpointFindings({ afterCheckpoint, arguments: given }: Recipe): FindingDraft[] {
	const { value, findings } = readAfterCheckpoint(afterCheckpoint);
	const found = [...findings];
	const warn = (message: string): void => {
		const code = 'argumentWithoutEffect';
		found.push({ code, severity: 'warning', message, key: afterCheckpointKey });
	};
	if (value?.when === 'beside' && value.gpus === undefined && given['use_cpu'] !== true) {
		warn('beside the training nothing gets a GPU unless “gpus: 1” says so');
	}
	if (value !== undefined && given['save_only_model'] !== true && given['fsdp'] !== undefined) {
		warn('a sharded checkpoint holds no model that could be evaluated');
	}
	return found;
}

/** The errors in one line each, for `recipeInvalid`. */
export function describeFindings(findings: readonly RecipeFinding[]): string {
	return findings
		.filter(finding => finding.severity === 'error')
		.map(
			finding => `${finding.line === undefined ? '' : `line ${finding.line}: `}${finding.message}`,
		)
		.join('; ');
}
