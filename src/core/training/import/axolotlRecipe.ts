import { trlOptions } from '../trlOptions';
import type { ImportedDataset, RecipeTranslation } from './recipeTranslation';
import {
	carryDtype,
	carryEvaluation,
	carryGlobalBatch,
	carryReporting,
	carrySharding,
	carryTemplate,
	hubDataset,
	keepTrlKeys,
	modelReference,
	nameTheRest,
	recordsIn,
	type GpuCounts,
	type ImportMethod,
} from './sharedMeaning';

const renamed: Readonly<Record<string, readonly [to: string, note: string]>> = {
	sequence_len: ['max_length', ''],
	sample_packing: ['packing', 'examples stay whole where they fit, as there'],
	eval_sample_packing: ['eval_packing', ''],
	micro_batch_size: ['per_device_train_batch_size', ''],
	eval_batch_size: ['per_device_eval_batch_size', ''],
	num_epochs: ['num_train_epochs', ''],
	lr_scheduler: ['lr_scheduler_type', ''],
	optimizer: ['optim', ''],
	warmup_ratio: ['warmup_steps', 'a share below 1, as before'],
	rl_beta: ['beta', ''],
	dpo_beta: ['beta', ''],
	dpo_loss_type: ['loss_type', ''],
	dpo_loss_weights: ['loss_weights', ''],
	dpo_label_smoothing: ['label_smoothing', ''],
	dpo_use_weighting: ['use_weighting', ''],
	peft_use_dora: ['use_dora', ''],
	peft_use_rslora: ['use_rslora', ''],
	dataset_processes: ['dataset_num_proc', ''],
};

const removed: Readonly<Record<string, string>> = {
	output_dir: 'each run has a folder of its own',
	resume_from_checkpoint: 'Resume goes on from the newest complete checkpoint',
	auto_resume_from_checkpoints: 'Resume goes on from the newest complete checkpoint',
	dataset_prepared_path: 'what was prepared is kept by its content',
	model_type: 'the model’s config says it',
	tokenizer_type: 'the model’s folder says it',
	is_llama_derived_model: 'the model’s config says it',
	strict: 'names that TRL does not know are always errors',
	pad_to_sequence_len: 'batches are padded to their longest row',
	flash_attn_cross_entropy: 'TRL’s loss is computed in pieces already',
	wandb_entity: 'set WANDB_ENTITY among the host’s variables',
	wandb_watch: 'set WANDB_WATCH among the host’s variables',
	wandb_log_model: 'set WANDB_LOG_MODEL among the host’s variables',
	lora_model_dir: 'start from path:FOLDER to train that adapter on',
	tokens: 'new tokens need trained embeddings: add them to the model first',
	added_tokens_overrides: 'add them to the model first',
	early_stopping_patience: 'no run is stopped by its eval loss',
	loss_watchdog_threshold: 'a loss that is no number ends the run by itself',
	loss_watchdog_patience: 'a loss that is no number ends the run by itself',
	batch_size: 'it follows from the batch per GPU and the accumulation',
	shuffle_merged_datasets: 'the data is always shuffled by seed',
};

/** Axolotl's YAML. */
export function translateAxolotl(
	work: RecipeTranslation,
	method: ImportMethod,
	gpus: GpuCounts,
): void {
	const model = work.text('base_model');
	if (model !== undefined) {
		const revision = work.text('revision_of_model');
		const model_name_or_path = modelReference(model, revision);
		work.change('base_model', { model_name_or_path }, 'as recipes name models');
		work.remove('revision_of_model', 'it stands after the @ of the model');
	}
	const adapter = work.text('adapter');
	carryAdapter(work, adapter);
	carryPrecision(work, adapter !== undefined);
	carryDatasets(work);
	carryLossMask(work, method);
	carryCadence(work, 'saves_per_epoch', 'save');
	carryCadence(work, 'evals_per_epoch', 'eval');
	carryAttention(work);
	for (const [key, [to, note]] of Object.entries(renamed)) {
		if (trlOptions(method).has(to)) {
			work.rename(key, to, note);
		}
	}
	carryWords(work, method);
	carryTemplate(work, work.has('chat_template_jinja') ? 'chat_template_jinja' : 'chat_template');
	for (const key of ['rl', 'chat_template_jinja']) {
		if (work.rest.includes(key)) {
			work.remove(key, key === 'rl' ? 'the method says it' : '');
		}
	}
	carrySharding(work, gpus, 'multi_gpu');
	for (const [key, note] of Object.entries(removed)) {
		work.remove(key, note);
	}
	keepTrlKeys(work, method);
	nameTheRest(work, 'Axolotl');
	carryEvaluation(work);
	carryGlobalBatch(work, gpus);
}

function carryAdapter(work: RecipeTranslation, adapter: string | undefined): void {
	if (adapter === undefined) {
		work.remove('adapter', '');
		for (const key of ['lora_r', 'lora_alpha', 'lora_dropout', 'lora_target_modules']) {
			work.remove(key, 'no adapter is trained');
		}
		work.remove('lora_target_linear', 'no adapter is trained');
		return;
	}
	work.change('adapter', { use_peft: true }, '');
	const modules = work.value('lora_target_modules');
	const named = Array.isArray(modules) && modules.length > 0;
	if (work.isTrue('lora_target_linear') && !named) {
		const note = 'every linear layer but the head';
		work.change('lora_target_linear', { lora_target_modules: ['all-linear'] }, note);
	} else {
		work.remove('lora_target_linear', 'lora_target_modules names them');
	}
	if (!work.has('lora_dropout')) {
		work.add('lora_dropout', 0, 'Axolotl drops nothing unless told; TRL 0.05');
	}
}

/** `bf16: auto` and nothing mean bfloat16 there where the GPU has it. */
function carryPrecision(work: RecipeTranslation, isAdapter: boolean): void {
	const bf16 = work.value('bf16');
	const isHalf = bf16 !== false && bf16 !== 'false';
	if (work.has('bf16')) {
		const same = typeof bf16 === 'boolean';
		work.change('bf16', { bf16: isHalf }, same ? '' : 'on, as on any GPU of today');
	}
	if (work.value('fp16') === false) {
		work.remove('fp16', 'bf16 says it');
	}
	if (isHalf && !work.isTrue('fp16')) {
		const note = isAdapter
			? 'Axolotl loads the base as bfloat16'
			: 'Axolotl loads weights as bfloat16, which is too coarse for small steps without masters of float32';
		work.add('dtype', isAdapter ? 'bfloat16' : 'float32', note);
	} else {
		carryDtype(work, 'torch_dtype', isAdapter);
	}
}

function carryDatasets(work: RecipeTranslation): void {
	const read = (key: string, into: ImportedDataset[]): void => {
		const list = work.value(key);
		if (!Array.isArray(list)) {
			work.remove(key, '');
			return;
		}
		for (const entry of recordsIn(list)) {
			const path = String(entry['path'] ?? '');
			const isFile = /\.(jsonl?|csv|parquet|arrow)$/.test(path) || /^[./~]/.test(path);
			const name = entry['name'];
			into.push({
				path: isFile ? path : hubDataset(path, textOf(entry['revision'])),
				...(textOf(name) === undefined ? {} : { name: String(name) }),
				...(isFile ? {} : { split: textOf(entry['split']) ?? 'train' }),
			});
		}
		const to = key === 'datasets' ? 'datasets' : 'eval_datasets';
		work.move(key, [to], 'rows are read by their own shape; look at them once in the editor');
	};
	read('datasets', work.datasets);
	read('test_datasets', work.evalDatasets);
	const share = work.number('val_set_size');
	if (share !== undefined && share > 0) {
		work.remove(
			'val_set_size',
			`part the data by prompt with “windsock split --test ${share}” and name the test side in eval_datasets`,
		);
	} else {
		work.remove('val_set_size', 'nothing is parted off');
	}
}

function carryLossMask(work: RecipeTranslation, method: ImportMethod): void {
	if (method !== 'sft') {
		work.remove('train_on_inputs', 'DPO weighs the answers only');
		return;
	}
	const all = work.isTrue('train_on_inputs');
	const note = all
		? 'all of the text is learned'
		: 'Axolotl learns the answers only; TRL everything unless told';
	if (work.has('train_on_inputs')) {
		work.change('train_on_inputs', { assistant_only_loss: !all }, note);
	} else {
		work.add('assistant_only_loss', true, note);
	}
}

/** `saves_per_epoch: n` as a strategy; between epochs as a share of all steps. */
function carryCadence(work: RecipeTranslation, key: string, what: 'save' | 'eval'): void {
	const times = work.number(key);
	if (times === undefined) {
		work.remove(key, '');
		return;
	}
	const strategy = `${what}_strategy`;
	const evaluates = what === 'save' || work.evalDatasets.length > 0;
	if (times === 0 || !evaluates) {
		const note = evaluates ? '' : 'there is no dataset to evaluate on yet';
		work.change(key, { [strategy]: 'no' }, note);
	} else if (times === 1) {
		work.change(key, { [strategy]: 'epoch' }, '');
	} else {
		const epochs = work.number('num_epochs') ?? 1;
		const share = Number((1 / (times * epochs)).toPrecision(4));
		work.change(key, { [strategy]: 'steps', [`${what}_steps`]: share }, 'a share of all steps');
	}
}

function carryAttention(work: RecipeTranslation): void {
	const kernels = [
		['flash_attention', 'flash_attention_2'],
		['sdp_attention', 'sdpa'],
		['eager_attention', 'eager'],
	] as const;
	for (const [key, kernel] of kernels) {
		if (work.isTrue(key) && !work.has('attn_implementation')) {
			work.change(key, { attn_implementation: kernel }, '');
		} else {
			work.remove(key, 'attn_implementation says it');
		}
	}
	for (const key of ['xformers_attention', 's2_attention']) {
		work.remove(key, 'say attn_implementation: sdpa or flash_attention_2');
	}
}

function carryWords(work: RecipeTranslation, method: ImportMethod): void {
	const optimizers = trlOptions('sft').get('optim')?.choices ?? [];
	const optim = work.carried('optim');
	if (optim !== undefined && !optimizers.includes(String(optim))) {
		const note = `TRL has no optimizer “${String(optim)}”; this is its usual one`;
		work.correct('optim', 'adamw_torch_fused', note);
	}
	const checkpointing = work.value('gradient_checkpointing');
	if (typeof checkpointing === 'string') {
		work.change(
			'gradient_checkpointing',
			{ gradient_checkpointing: true },
			'TRL has one kind of it',
		);
	}
	if (work.isTrue('group_by_length')) {
		const now = { train_sampling_strategy: 'group_by_length' };
		work.change('group_by_length', now, '');
	} else {
		work.remove('group_by_length', 'rows come in random order unless told');
	}
	const ligers = work.rest.filter(key => key.startsWith('liger_'));
	for (const key of ligers) {
		if (work.isTrue(key)) {
			work.change(key, { use_liger_kernel: true }, 'TRL switches all of Liger’s kernels at once');
		} else {
			work.remove(key, 'off');
		}
	}
	const monitor = 'the run monitor has the metrics; report_to: wandb reports there too';
	work.remove('wandb_project', `${monitor}, with WANDB_PROJECT among the host’s variables`);
	carryReporting(work);
	work.rename('wandb_name', 'run_name');
	const tokens = work.value('special_tokens');
	if (typeof tokens === 'object' && tokens !== null) {
		const eos = textOf((tokens as Readonly<Record<string, unknown>>)['eos_token']);
		const now = eos === undefined || method === 'dpo' ? {} : { eos_token: eos };
		work.change('special_tokens', now, 'the other special tokens are the tokenizer’s own');
	} else {
		work.remove('special_tokens', '');
	}
}

function textOf(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}
