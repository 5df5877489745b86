import type { ImportedDataset, RecipeTranslation } from './recipeTranslation';
import {
	carryEvaluation,
	carryGlobalBatch,
	carryReporting,
	carrySharding,
	hubDataset,
	keepTrlKeys,
	modelReference,
	nameTheRest,
	type GpuCounts,
	type ImportMethod,
} from './sharedMeaning';

/** `dataset_info.json`: what a dataset's name stands for. */
export type DatasetInfo = Readonly<
	Record<string, { readonly file_name?: unknown; readonly hf_hub_url?: unknown } | undefined>
>;

const renamed: Readonly<Record<string, readonly [to: string, note: string]>> = {
	cutoff_len: ['max_length', ''],
	preprocessing_num_workers: ['dataset_num_proc', ''],
	warmup_ratio: ['warmup_steps', 'a share below 1, as before'],
	lora_rank: ['lora_r', ''],
	enable_liger_kernel: ['use_liger_kernel', ''],
	dpo_label_smoothing: ['label_smoothing', ''],
	pref_beta: ['beta', ''],
};

const removed: Readonly<Record<string, string>> = {
	output_dir: 'each run has a folder of its own',
	overwrite_output_dir: 'each run has a folder of its own',
	overwrite_cache: 'what was prepared is kept by its content',
	resume_from_checkpoint: 'Resume goes on from the newest complete checkpoint',
	plot_loss: 'the run monitor draws it',
	do_train: 'a recipe always trains',
	stage: 'the method says it',
	use_unsloth: 'TRL trains by itself; use_liger_kernel saves memory too',
	ray_num_workers: 'nothing runs on Ray here',
	dataset_dir: 'datasets are named by their paths',
	tokenized_path: 'what was prepared is kept by its content',
	hf_hub_token: 'the host’s own login to the Hub is used',
	ref_model: 'the reference is the model that training starts from',
	max_samples: 'make a smaller dataset first, or give the dataset a weight below 1',
};

/** LLaMA-Factory's YAML. */
export function translateLlamaFactory(
	work: RecipeTranslation,
	method: ImportMethod,
	gpus: GpuCounts,
	info: DatasetInfo = {},
): void {
	const model = work.text('model_name_or_path');
	if (model !== undefined) {
		const reference = modelReference(model, work.text('model_revision'));
		work.change('model_name_or_path', { model_name_or_path: reference }, 'as recipes name models');
		work.remove('model_revision', 'it stands after the @ of the model');
	}
	const type = work.text('finetuning_type') ?? 'lora';
	carryAdapter(work, type);
	carryPrecision(work, type !== 'full');
	carryDatasets(work, info);
	carryLoss(work, method);
	carryReporting(work);
	const attention = {
		fa2: 'flash_attention_2',
		fa3: 'flash_attention_3',
		sdpa: 'sdpa',
		disabled: 'eager',
	};
	const kernel = attention[(work.text('flash_attn') ?? '') as keyof typeof attention];
	if (kernel === undefined) {
		work.remove('flash_attn', 'the best kernel that is there is used');
	} else {
		work.change('flash_attn', { attn_implementation: kernel }, '');
	}
	if (work.has('disable_gradient_checkpointing')) {
		const gradient_checkpointing = !work.isTrue('disable_gradient_checkpointing');
		work.change('disable_gradient_checkpointing', { gradient_checkpointing }, '');
	}
	if (work.isTrue('neat_packing')) {
		work.change('neat_packing', { packing: true }, 'packed examples never see each other');
	}
	work.remove(
		'template',
		'the model’s own chat template is used; check under “What the trainer sees” that it is the same',
	);
	for (const [key, [to, note]] of Object.entries(renamed)) {
		if (method === 'dpo' || (to !== 'beta' && to !== 'label_smoothing')) {
			work.rename(key, to, note);
		}
	}
	carrySharding(work, gpus, 'multi_gpu');
	for (const [key, note] of Object.entries(removed)) {
		work.remove(key, note);
	}
	keepTrlKeys(work, method);
	nameTheRest(work, 'LLaMA-Factory');
	if (!work.has('learning_rate')) {
		work.add('learning_rate', 5e-5, 'what transformers takes where nothing is said');
	}
	if (!work.has('per_device_train_batch_size')) {
		work.add('per_device_train_batch_size', 8, 'what transformers takes where nothing is said');
	}
	carryEvaluation(work);
	carryGlobalBatch(work, gpus);
}

function carryAdapter(work: RecipeTranslation, type: string): void {
	if (type === 'full') {
		work.change('finetuning_type', { use_peft: false }, 'all weights are trained');
		for (const key of ['lora_rank', 'lora_alpha', 'lora_dropout', 'lora_target']) {
			work.remove(key, 'no adapter is trained');
		}
		return;
	}
	const note = type === 'lora' ? '' : `TRL does not train “${type}”; this is LoRA`;
	if (work.has('finetuning_type')) {
		work.change('finetuning_type', { use_peft: true }, note);
	} else {
		work.add('use_peft', true, 'LLaMA-Factory trains an adapter unless told');
	}
	const rank = work.number('lora_rank') ?? 8;
	work.add('lora_r', rank, 'LLaMA-Factory’s rank where none is said');
	if (!work.has('lora_alpha')) {
		work.add('lora_alpha', 2 * rank, 'LLaMA-Factory takes twice the rank');
	}
	if (!work.has('lora_dropout')) {
		work.add('lora_dropout', 0, 'LLaMA-Factory drops nothing unless told; TRL 0.05');
	}
	const target = work.text('lora_target') ?? 'all';
	const modules = target === 'all' ? ['all-linear'] : target.split(',').map(name => name.trim());
	if (work.has('lora_target')) {
		work.change('lora_target', { lora_target_modules: modules }, '');
	} else {
		work.add('lora_target_modules', modules, 'LLaMA-Factory adapts every linear layer unless told');
	}
	const bits = work.number('quantization_bit');
	if (bits === 4 || bits === 8) {
		const key = bits === 4 ? 'load_in_4bit' : 'load_in_8bit';
		work.change('quantization_bit', { [key]: true }, '');
		const nested = work.value('double_quantization') !== false;
		if (bits === 4 && nested) {
			const why = 'LLaMA-Factory quantises the scales too unless told';
			work.add('use_bnb_nested_quant', true, why);
		}
		work.remove('double_quantization', 'use_bnb_nested_quant says it');
	}
}

/** Trained weights are float32 there unless `pure_bf16` says otherwise; a frozen base is bfloat16. */
function carryPrecision(work: RecipeTranslation, isAdapter: boolean): void {
	if (work.isTrue('pure_bf16')) {
		const now = { bf16: true, dtype: 'bfloat16' };
		work.change('pure_bf16', now, 'as it was told: weights stored as bfloat16, without masters');
	} else if (isAdapter && work.isTrue('bf16')) {
		work.add('dtype', 'bfloat16', 'LLaMA-Factory loads the base in what it computes with');
	} else {
		work.add('dtype', 'float32', 'LLaMA-Factory keeps trained weights as float32');
	}
}

function carryDatasets(work: RecipeTranslation, info: DatasetInfo): void {
	const read = (key: string, into: ImportedDataset[], to: string): void => {
		const names = work.text(key)?.split(',') ?? [];
		for (const name of names.map(one => one.trim())) {
			const { file_name: file, hf_hub_url: hub } = info[name] ?? {};
			const folder = work.text('dataset_dir') ?? 'data';
			const path =
				typeof file === 'string'
					? `${folder}/${file}`
					: typeof hub === 'string'
						? hubDataset(hub)
						: `${folder}/${name}.json`;
			into.push({ path, ...(path.startsWith('hf:') ? { split: 'train' } : {}) });
		}
		if (names.length > 0) {
			const unknown = names.some(name => info[name.trim()] === undefined);
			const note = unknown ? 'dataset_info.json was not there: check the paths' : '';
			work.move(key, [to], note);
		} else {
			work.remove(key, '');
		}
	};
	read('dataset', work.datasets, 'datasets');
	read('eval_dataset', work.evalDatasets, 'eval_datasets');
	const size = work.number('val_size');
	const part = size !== undefined && size > 0 && size < 1 ? ` --test ${size}` : '';
	work.remove(
		'val_size',
		`part the data by prompt with “windsock split${part}” and name the test side in eval_datasets`,
	);
}

function carryLoss(work: RecipeTranslation, method: ImportMethod): void {
	if (method === 'sft') {
		const all = work.isTrue('train_on_prompt');
		const note = all
			? 'all of the text is learned'
			: 'LLaMA-Factory learns the answers only; TRL everything unless told';
		if (work.has('train_on_prompt')) {
			work.change('train_on_prompt', { assistant_only_loss: !all }, note);
		} else {
			work.add('assistant_only_loss', true, note);
		}
		if (work.isTrue('mask_history')) {
			work.remove(
				'mask_history',
				'TRL learns every answer of a dialogue: cut the data to its last turn to learn only that',
			);
		}
		return;
	}
	work.remove('train_on_prompt', 'DPO weighs the answers only');
	const loss = work.text('pref_loss') ?? 'sigmoid';
	const sft = work.number('pref_ftx') ?? 0;
	const now =
		sft > 0 ? { loss_type: [loss, 'sft'], loss_weights: [1, sft] } : { loss_type: [loss] };
	if (work.has('pref_loss')) {
		work.change('pref_loss', { loss_type: now.loss_type }, '');
	}
	if (sft > 0) {
		work.change('pref_ftx', now, 'the SFT loss beside it');
	} else {
		work.remove('pref_ftx', 'no SFT loss beside it');
	}
}
