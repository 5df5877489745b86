import { nearestName } from './nearestName';
import type { FindingDraft } from './recipeFinding';
import {
	trlOptions,
	trlVersion,
	type JsonType,
	type TrlMethod,
	type TrlOption,
} from './trlOptions';

/** Names of older versions and of other tools, with today's name. */
const renamed: ReadonlyMap<string, string> = new Map([
	['torch_dtype', 'dtype'],
	['warmup_ratio', 'warmup_steps'],
	['max_seq_length', 'max_length'],
	['evaluation_strategy', 'eval_strategy'],
	['per_gpu_train_batch_size', 'per_device_train_batch_size'],
	['dataset_mixer', 'datasets'],
	['dataset_mixture', 'datasets'],
	['chat_template', 'chat_template_path'],
	['use_liger', 'use_liger_kernel'],
	['use_flash_attention_2', 'attn_implementation'],
	['tokenizer_name_or_path', 'model_name_or_path'],
]);

/** What a renamed key's value must be now, where that is not the same as before. */
const notes: ReadonlyMap<string, string> = new Map([
	['warmup_ratio', ', which takes a share below 1'],
	['chat_template', ', which names a file or a model'],
]);

/** Gone from TRL or transformers, with what to do instead. */
const removed: ReadonlyMap<string, string> = new Map([
	['max_prompt_length', 'DPO cuts whole pairs at max_length'],
	['max_completion_length', 'DPO cuts whole pairs at max_length'],
	['overwrite_output_dir', 'each run has a folder of its own'],
	['group_by_length', 'use train_sampling_strategy: group_by_length'],
	['reference_free', 'every loss weighs against the reference'],
	['rpo_alpha', 'use loss_type: [sigmoid, sft] with loss_weights'],
	['force_use_ref_model', 'an adapter’s reference is the model without it'],
	['generate_during_eval', 'use Generate Responses after the run'],
	['logging_dir', 'each run has a folder of its own'],
	['save_safetensors', 'checkpoints are always safetensors'],
]);

/** Set by Windsock, because a run folder has its own places for them. */
const managed = new Set(['output_dir', 'resume_from_checkpoint']);

/** Names and values that TRL would not take, before it is asked. */
export function argumentFindings(
	method: TrlMethod,
	given: Readonly<Record<string, unknown>>,
): FindingDraft[] {
	const options = trlOptions(method);
	return Object.entries(given).flatMap(([key, value]) => {
		if (managed.has(key)) {
			const message = `“${key}” is set by Windsock and ignored here`;
			return [
				{ code: 'argumentManaged', severity: 'warning', message, key, fix: { kind: 'remove' } },
			];
		}
		if (key === 'hub_token') {
			const message =
				'a token does not belong into a recipe, which is copied and shared: log in on the host (“hf auth login”)';
			return [{ code: 'secretInRecipe', severity: 'error', message, key, fix: { kind: 'remove' } }];
		}
		if (key === 'chat_template_path' && method !== 'sft') {
			return templateFindings(method, value);
		}
		const option = options.get(key);
		return option === undefined ? [unknownName(method, key)] : valueFindings(key, value, option);
	});
}

/** TRL takes a template for SFT only; a file is set on the tokenizer for all. */
function templateFindings(method: TrlMethod, value: unknown): FindingDraft[] {
	const key = 'chat_template_path';
	const message = `“chat_template_path” is the path of a .jinja file for ${method}`;
	return typeof value === 'string' && value.endsWith('.jinja')
		? []
		: [{ code: 'argumentType', severity: 'error', message, key }];
}

function unknownName(method: TrlMethod, key: string): FindingDraft {
	const said = `TRL ${trlVersion} has no argument “${key}” for ${method}`;
	const common = { code: 'argumentUnknown', severity: 'error', key } as const;
	const gone = removed.get(key);
	if (gone !== undefined) {
		return { ...common, message: `${said} any more; ${gone}`, fix: { kind: 'remove' } };
	}
	const near = renamed.get(key) ?? nearestName(key, trlOptions(method).keys());
	if (near === undefined) {
		return { ...common, message: said };
	}
	const note = notes.get(key) ?? '';
	const message = `${said}; did you mean ${near}${note}?`;
	// A name whose value would mean something else is not one click away.
	const isSafe = key !== 'chat_template' && near !== 'datasets';
	return { ...common, message, ...(isSafe ? { fix: { kind: 'rename', to: near } } : {}) };
}

function valueFindings(key: string, value: unknown, option: TrlOption): FindingDraft[] {
	const types = typesTaken(key, option);
	if (!types.some(type => isOfType(value, type))) {
		const message = `“${key}” is ${words(types)}, not ${shown(value)}`;
		const meant = meantBy(value, types);
		const fix = meant === undefined ? {} : { fix: { kind: 'set', key, value: meant } as const };
		return [{ code: 'argumentType', severity: 'error', message, key, ...fix }];
	}
	const { choices } = option;
	const given: readonly unknown[] = Array.isArray(value) ? value : [value];
	const wrong = given.filter(one => typeof one === 'string' && choices?.includes(one) === false);
	return wrong.map(one => {
		const near = nearestName(String(one), choices ?? []);
		const hint = near === undefined ? `use one of ${choices?.join(', ')}` : `did you mean ${near}?`;
		const fix =
			near === undefined || Array.isArray(value)
				? {}
				: { fix: { kind: 'set', key, value: near } as const };
		const message = `“${key}” cannot be “${String(one)}”; ${hint}`;
		return { code: 'argumentChoice', severity: 'error', message, key, ...fix };
	});
}

/** TRL turns one loss into a list of one, and takes an expression for the modules of an adapter. */
function typesTaken(key: string, { types }: TrlOption): readonly JsonType[] {
	const alsoText = key === 'loss_type' || key === 'lora_target_modules';
	return alsoText && types.includes('array') ? [...types, 'string'] : types;
}

function isOfType(value: unknown, type: JsonType): boolean {
	switch (type) {
		case 'array':
			return Array.isArray(value);
		case 'boolean':
			return typeof value === 'boolean';
		case 'integer':
			return Number.isInteger(value);
		case 'null':
			return value === null;
		case 'number':
			return typeof value === 'number';
		case 'object':
			return typeof value === 'object' && value !== null && !Array.isArray(value);
		case 'string':
			return typeof value === 'string';
	}
}

const typeWords: Readonly<Record<JsonType, string>> = {
	array: 'a list',
	boolean: 'true or false',
	integer: 'a whole number',
	null: 'null',
	number: 'a number',
	object: 'a block of names and values',
	string: 'text',
};

function words(types: readonly JsonType[]): string {
	return types
		.filter(type => type !== 'null')
		.map(type => typeWords[type])
		.join(' or ');
}

function shown(value: unknown): string {
	const text = JSON.stringify(value) ?? String(value);
	return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** What a value in quotes, or a yes of older YAML, most likely was meant to be. */
function meantBy(value: unknown, types: readonly JsonType[]): unknown {
	if (typeof value !== 'string') {
		return undefined;
	}
	const text = value.trim().toLowerCase();
	if (types.includes('boolean')) {
		return /^(yes|on|true)$/.test(text) ? true : /^(no|off|false)$/.test(text) ? false : undefined;
	}
	const number = text === '' ? Number.NaN : Number(text.replaceAll('_', ''));
	return types.some(type => isOfType(number, type)) && Number.isFinite(number) ? number : undefined;
}
