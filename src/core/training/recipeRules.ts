import { impossibleAmounts } from './impossibleAmounts';
import type { FindingDraft, RecipeFix } from './recipeFinding';
import { bf16ShareMoved } from './weightStep';
import { trlOptions, type TrlMethod } from './trlOptions';
import { usualRatesFor } from './usualRates';

/** What the rules see of a recipe: arguments as given, else TRL's defaults. */
interface Arguments {
	readonly method: TrlMethod;
	readonly hasEvalData: boolean;
	readonly model: string;
	readonly mayBeAdapter: boolean;
	given(name: string): unknown;
	/** The value given, else the default. */
	value(name: string): unknown;
}

/** What goes wrong only when two arguments meet, or with a value that TRL takes all the same. */
export function ruleFindings(
	method: TrlMethod,
	given: Readonly<Record<string, unknown>>,
	{ hasEvalData, model }: { readonly hasEvalData: boolean; readonly model: string },
): FindingDraft[] {
	const options = trlOptions(method);
	const recipe: Arguments = {
		method,
		hasEvalData,
		model,
		mayBeAdapter: /^(?:run|path):/.test(model),
		given: name => given[name],
		value: name => given[name] ?? options.get(name)?.default,
	};
	const amounts = impossibleAmounts(recipe.value);
	const own = { sft: sftConflicts, dpo: dpoConflicts, kto: ktoConflicts }[method](recipe);
	return [
		...amounts,
		...commonConflicts(recipe),
		...own,
		...withoutEffect(recipe),
		...(amounts.some(({ key }) => key === 'learning_rate') ? [] : learningRate(recipe)),
		...truthOfTheLog(recipe),
	];
}

/** TRL refuses these pairs, each in its own words, after it has loaded the model. */
function conflict(key: string, message: string, fix?: RecipeFix): FindingDraft {
	const draft = { code: 'argumentsConflict', severity: 'error', key, message } as const;
	return fix === undefined ? draft : { ...draft, fix };
}

function commonConflicts(recipe: Arguments): FindingDraft[] {
	const found: FindingDraft[] = [];
	const is = (name: string): boolean => recipe.value(name) === true;
	const set = (key: string, value: unknown): RecipeFix => ({ kind: 'set', key, value });
	if (is('fp16') && is('bf16')) {
		found.push(conflict('fp16', '“fp16” and “bf16” exclude each other', { kind: 'remove' }));
	}
	if (is('load_in_4bit') && is('load_in_8bit')) {
		found.push(conflict('load_in_8bit', '“load_in_8bit” and “load_in_4bit” exclude each other'));
	}
	// A run or a folder may be an adapter already, which is then trained on.
	if ((is('load_in_4bit') || is('load_in_8bit')) && !is('use_peft') && !recipe.mayBeAdapter) {
		const key = is('load_in_4bit') ? 'load_in_4bit' : 'load_in_8bit';
		const message = `with “${key}” the weights stand still: add “use_peft: true” to train an adapter`;
		found.push(conflict(key, message, set('use_peft', true)));
	}
	const evals = recipe.value('eval_strategy');
	const saves = recipe.value('save_strategy');
	if (evals !== 'no' && recipe.given('eval_strategy') !== undefined && !recipe.hasEvalData) {
		const message = `“eval_strategy: ${String(evals)}” needs rows: add “eval_dataset_path: FILE”`;
		found.push(conflict('eval_strategy', message, set('eval_strategy', 'no')));
	}
	const scheduler = recipe.value('lr_scheduler_type');
	if (evals === 'no' && (scheduler === 'reduce_lr_on_plateau' || scheduler === 'greedy')) {
		const message = `“${scheduler}” follows the eval loss: set an eval_strategy`;
		found.push(conflict('lr_scheduler_type', message));
	}
	if (is('load_best_model_at_end') && saves !== 'best' && saves !== evals) {
		const message = `“load_best_model_at_end” needs eval_strategy and save_strategy to be the same, here ${String(evals)} and ${String(saves)}`;
		found.push(conflict('load_best_model_at_end', message));
	}
	if (recipe.value('logging_strategy') === 'steps' && recipe.value('logging_steps') === 0) {
		const message = '“logging_steps” must be above 0';
		found.push(conflict('logging_steps', message, set('logging_steps', 1)));
	}
	for (const name of ['logging_steps', 'eval_steps', 'save_steps', 'warmup_steps']) {
		const steps = recipe.given(name);
		if (typeof steps === 'number' && ((steps > 1 && !Number.isInteger(steps)) || steps < 0)) {
			found.push(
				conflict(name, `“${name}” is a share below 1 or a whole number of steps, not ${steps}`),
			);
		}
	}
	if (
		typeof recipe.given('dataloader_prefetch_factor') === 'number' &&
		recipe.value('dataloader_num_workers') === 0
	) {
		const message = '“dataloader_prefetch_factor” needs “dataloader_num_workers” above 0';
		found.push(conflict('dataloader_prefetch_factor', message, { kind: 'remove' }));
	}
	return found;
}

function sftConflicts(recipe: Arguments): FindingDraft[] {
	const found: FindingDraft[] = [];
	const liger = recipe.value('use_liger_kernel') === true;
	const loss = recipe.given('loss_type');
	if (liger && loss === 'chunked_nll') {
		const message = '“loss_type: chunked_nll” and “use_liger_kernel” exclude each other';
		found.push(conflict('loss_type', message, { kind: 'remove' }));
	}
	if (!liger && (loss ?? 'chunked_nll') === 'chunked_nll' && adaptsHead(recipe)) {
		const message = 'an adapter on lm_head needs “loss_type: nll”';
		const fix = { kind: 'set', key: 'loss_type', value: 'nll' } as const;
		found.push(conflict('lora_target_modules', message, fix));
	}
	const cuts = recipe.given('max_length') !== null;
	if (recipe.value('padding_free') === true && recipe.value('packing') !== true && cuts) {
		const message =
			'“padding_free” without “packing” cuts nothing: pack, or set “max_length: null”';
		const fix = { kind: 'set', key: 'packing', value: true } as const;
		found.push(conflict('padding_free', message, fix));
	}
	return found;
}

const divergenceLosses = [
	'sigmoid',
	'sigmoid_norm',
	'hinge',
	'ipo',
	'exo_pair',
	'robust',
	'discopop',
	'sft',
];

function dpoConflicts(recipe: Arguments): FindingDraft[] {
	const found: FindingDraft[] = [];
	const is = (name: string): boolean => recipe.value(name) === true;
	const losses = [recipe.value('loss_type')].flat();
	const weights = recipe.given('loss_weights');
	if (Array.isArray(weights) && weights.length !== losses.length) {
		const message = `“loss_weights” has ${weights.length} for ${losses.length} in “loss_type”`;
		found.push(conflict('loss_weights', message));
	}
	const reverse = recipe.value('f_divergence_type') === 'reverse_kl';
	const other = losses.filter(loss => !divergenceLosses.includes(String(loss)));
	if (!reverse && other.length > 0) {
		const message = `“f_divergence_type” is not defined for the loss ${other.join(', ')}`;
		found.push(conflict('f_divergence_type', message, { kind: 'remove' }));
	}
	if (losses.includes('exo_pair') && recipe.value('label_smoothing') === 0) {
		const message = 'the loss exo_pair needs “label_smoothing” above 0; its paper says 0.001';
		const fix = { kind: 'set', key: 'label_smoothing', value: 0.001 } as const;
		found.push(conflict('loss_type', message, fix));
	}
	if (is('use_weighting') && (losses.includes('aot') || losses.includes('aot_unpaired'))) {
		found.push(
			conflict('use_weighting', 'the aot losses sort their pairs, so none can be weighted'),
		);
	}
	found.push(...syncedReference(recipe));
	if (is('use_liger_kernel')) {
		const against = [
			...(losses.length > 1 ? ['several losses'] : []),
			...(reverse ? [] : ['“f_divergence_type”']),
			...(is('precompute_ref_log_probs') ? ['“precompute_ref_log_probs”'] : []),
			...(adaptsHead(recipe) ? ['an adapter on lm_head'] : []),
		];
		for (const what of against) {
			found.push(conflict('use_liger_kernel', `“use_liger_kernel” excludes ${what} in DPO`));
		}
	}
	return found;
}

function syncedReference(recipe: Arguments): FindingDraft[] {
	const is = (name: string): boolean => recipe.value(name) === true;
	if (!is('sync_ref_model') || !(is('use_peft') || is('precompute_ref_log_probs'))) {
		return [];
	}
	const other = is('use_peft') ? 'use_peft' : 'precompute_ref_log_probs';
	return [conflict('sync_ref_model', `“sync_ref_model” and “${other}” exclude each other`)];
}

function ktoConflicts(recipe: Arguments): FindingDraft[] {
	const found = syncedReference(recipe);
	const comparesBatches = recipe.value('loss_type') === 'kto';
	if (comparesBatches && recipe.value('train_sampling_strategy') !== 'sequential') {
		const message =
			'the loss kto takes its answers in order: “train_sampling_strategy” is sequential';
		found.push(conflict('train_sampling_strategy', message, { kind: 'remove' }));
	}
	if (comparesBatches && recipe.value('per_device_train_batch_size') === 1) {
		const message = 'the loss kto compares the answers of a batch, so it takes at least two';
		const fix = { kind: 'set', key: 'per_device_train_batch_size', value: 2 } as const;
		found.push(conflict('per_device_train_batch_size', message, fix));
	}
	if (recipe.value('use_liger_kernel') === true) {
		const against = [
			...(comparesBatches ? [] : ['the loss apo_zero_unpaired']),
			...(recipe.value('precompute_ref_log_probs') === true ? ['“precompute_ref_log_probs”'] : []),
			...(adaptsHead(recipe) ? ['an adapter on lm_head'] : []),
		];
		for (const what of against) {
			found.push(conflict('use_liger_kernel', `“use_liger_kernel” excludes ${what} in KTO`));
		}
	}
	return found;
}

function adaptsHead(recipe: Arguments): boolean {
	const targets = recipe.value('lora_target_modules');
	return recipe.value('use_peft') === true && [targets].flat().includes('lm_head');
}

function withoutEffect(recipe: Arguments): FindingDraft[] {
	const found: FindingDraft[] = [];
	const idle = (key: string, message: string): void => {
		found.push({
			code: 'argumentWithoutEffect',
			severity: 'warning',
			key,
			message,
			fix: { kind: 'remove' },
		});
	};
	if (recipe.method === 'dpo' && recipe.value('padding_free') === true) {
		idle('padding_free', 'TRL ignores “padding_free” in DPO');
	}
	const lora = ['lora_r', 'lora_alpha', 'lora_dropout', 'lora_target_modules'].find(
		name => recipe.given(name) !== undefined,
	);
	if (lora !== undefined && recipe.value('use_peft') !== true) {
		found.push({
			code: 'argumentWithoutEffect',
			severity: 'warning',
			key: lora,
			message: `“${lora}” does nothing without “use_peft: true”: all weights are trained`,
			fix: { kind: 'set', key: 'use_peft', value: true },
		});
	}
	for (const [steps, strategy, word] of [
		['eval_steps', 'eval_strategy', 'steps'],
		['save_steps', 'save_strategy', 'steps'],
	] as const) {
		if (recipe.given(steps) !== undefined && recipe.value(strategy) !== word) {
			idle(
				steps,
				`“${steps}” does nothing while “${strategy}” is ${String(recipe.value(strategy))}`,
			);
		}
	}
	return found;
}

function learningRate(recipe: Arguments): FindingDraft[] {
	const rate = recipe.value('learning_rate');
	// Models that fit a CPU are small, and small ones take steps that would ruin others.
	if (typeof rate !== 'number' || recipe.value('use_cpu') === true) {
		return [];
	}
	const found: FindingDraft[] = [];
	const quantised = recipe.value('load_in_4bit') === true || recipe.value('load_in_8bit') === true;
	const adapter = recipe.value('use_peft') === true || quantised;
	const { low, high } = usualRatesFor(recipe.method, adapter, recipe.model);
	const what = `${recipe.method.toUpperCase()} of ${adapter ? 'an adapter' : 'all weights'}`;
	if (rate > high || rate < low) {
		const message = `${rate.toExponential()} is ${rate > high ? 'above' : 'below'} what others train ${what} with (${low.toExponential()} to ${high.toExponential()})`;
		found.push({
			code: 'learningRateRange',
			severity: 'warning',
			key: 'learning_rate',
			message,
		});
	}
	if (!adapter && (recipe.value('dtype') === 'bfloat16' || recipe.value('dtype') === 'auto')) {
		const share = bf16ShareMoved(rate);
		if (share < 0.1) {
			const percent = (100 * share).toPrecision(2);
			const message = `weights stored as bfloat16 are too coarse for steps of ${rate.toExponential()}: about ${percent}% of them can move; use “dtype: float32” with “bf16: true”, or a sharding that keeps fp32 masters`;
			const fix = { kind: 'set', key: 'dtype', value: 'float32' } as const;
			found.push({ code: 'weightsTooCoarse', severity: 'warning', key: 'dtype', message, fix });
		}
	}
	return found;
}

function truthOfTheLog(recipe: Arguments): FindingDraft[] {
	const found: FindingDraft[] = [];
	if (recipe.given('logging_nan_inf_filter') === true) {
		const message =
			'“logging_nan_inf_filter” writes an older loss where it is not a number, which hides that training broke';
		const fix = { kind: 'set', key: 'logging_nan_inf_filter', value: false } as const;
		found.push({
			code: 'lossHidden',
			severity: 'warning',
			key: 'logging_nan_inf_filter',
			message,
			fix,
		});
	}
	const warmup = recipe.given('warmup_steps');
	const steps = recipe.given('max_steps');
	if (typeof warmup === 'number' && typeof steps === 'number' && steps > 0 && warmup >= steps) {
		const message = `the warm-up of ${warmup} steps is no shorter than the run of ${steps}: the learning rate never gets there`;
		found.push({ code: 'warmupTooLong', severity: 'warning', key: 'warmup_steps', message });
	}
	return found;
}
