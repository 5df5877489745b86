import { parseModelRef } from './modelRef';
import { nearestName } from './nearestName';
import { trainingMethods, type Recipe, type TrainingMethod } from './recipe';
import trlArguments from './trlArguments.generated.json';

/** What a check says about a recipe, with the line it is about where there is one. */
export interface RecipeFinding {
	readonly code:
		| 'methodUnknown'
		| 'datasetMissing'
		| 'modelInvalid'
		| 'argumentUnknown'
		| 'argumentManaged'
		| 'scriptMissing'
		| 'labelsUnknown';
	readonly severity: 'error' | 'warning';
	readonly message: string;
	readonly line?: number;
}

/** Names of older versions and of other tools, with today's name. */
const renamed: ReadonlyMap<string, string> = new Map(
	Object.entries({
		torch_dtype: 'dtype',
		warmup_ratio: 'warmup_steps (a fraction below 1 is allowed)',
		max_seq_length: 'max_length',
		evaluation_strategy: 'eval_strategy',
		per_gpu_train_batch_size: 'per_device_train_batch_size',
		dataset_mixer: 'datasets',
		dataset_mixture: 'datasets',
		chat_template: 'chat_template_path',
	}),
);

/** Set by Windsock, because a run folder has its own places for them. */
const managed = new Set(['output_dir', 'resume_from_checkpoint']);

export function isTrainingMethod(method: string): method is TrainingMethod {
	return (trainingMethods as readonly string[]).includes(method);
}

/** Findings in order of their lines. No errors among them: the recipe may be launched. */
export function validateRecipe(recipe: Recipe): readonly RecipeFinding[] {
	const findings: RecipeFinding[] = [];
	const at = (key: string): { line?: number } => {
		const line = recipe.lines.get(key);
		return line === undefined ? {} : { line };
	};
	if (!isTrainingMethod(recipe.method)) {
		const near = nearestName(recipe.method, trainingMethods);
		const said =
			recipe.method === '' ? 'the method is missing' : `unknown method “${recipe.method}”`;
		const message = `${said}; ${near === undefined || recipe.method === '' ? 'use sft, dpo or script' : `did you mean ${near}?`}`;
		findings.push({ code: 'methodUnknown', severity: 'error', message, ...at('method') });
	} else if (recipe.method === 'script' && typeof recipe.arguments['script'] !== 'string') {
		const message = 'no script: add “script: FILE.py”, relative to the project';
		findings.push({ code: 'scriptMissing', severity: 'error', message, ...at('script') });
	}
	// A script may know by itself what it trains on.
	if (recipe.method !== 'script' && !recipe.datasets.some(({ split }) => split === 'train')) {
		const message = 'no dataset: add “dataset_path: FILE”, relative to the recipe';
		findings.push({ code: 'datasetMissing', severity: 'error', message });
	}
	if (!parseModelRef(recipe.model).ok) {
		const message = `“${recipe.model}” does not name a model; use base, run:ID[@step], path:… or hub:id@revision`;
		findings.push({
			code: 'modelInvalid',
			severity: 'error',
			message,
			...at('model_name_or_path'),
		});
	}
	if (recipe.labels !== 'apply' && recipe.labels !== 'ignore') {
		const message = `“labels” is apply (leave out rows labelled drop) or ignore`;
		findings.push({ code: 'labelsUnknown', severity: 'error', message, ...at('labels') });
	}
	findings.push(...argumentFindings(recipe, at));
	return findings.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function argumentFindings(
	recipe: Recipe,
	at: (key: string) => { line?: number },
): readonly RecipeFinding[] {
	if (recipe.method !== 'sft' && recipe.method !== 'dpo') {
		return [];
	}
	const known = trlArguments[recipe.method];
	const findings: RecipeFinding[] = [];
	for (const name of Object.keys(recipe.arguments)) {
		if (managed.has(name)) {
			const message = `“${name}” is set by Windsock and ignored here`;
			findings.push({ code: 'argumentManaged', severity: 'warning', message, ...at(name) });
		} else if (!known.includes(name)) {
			const near = renamed.get(name) ?? nearestName(name, known);
			const hint = near === undefined ? '' : `; did you mean ${near}?`;
			const message = `TRL ${trlArguments.trl} has no argument “${name}” for ${recipe.method}${hint}`;
			findings.push({ code: 'argumentUnknown', severity: 'error', message, ...at(name) });
		}
	}
	return findings;
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
