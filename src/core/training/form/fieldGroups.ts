import { isTrlMethod } from '../trlOptions';

/** Fields that a form shows whether a recipe has them or not, in the order in which one decides. */
export interface FieldGroup {
	readonly title: string;
	readonly keys: readonly string[];
}

const common = {
	data: ['method', 'name', 'model_name_or_path', 'dataset_path', 'datasets'],
	evaluation: ['eval_dataset_path', 'eval_datasets', 'test_split_size', 'labels'],
	steps: [
		'learning_rate',
		'num_train_epochs',
		'max_steps',
		'per_device_train_batch_size',
		'gradient_accumulation_steps',
		'num_processes',
		'lr_scheduler_type',
		'warmup_steps',
		'optim',
		'seed',
	],
	weights: [
		'dtype',
		'bf16',
		'use_peft',
		'lora_r',
		'lora_alpha',
		'lora_dropout',
		'lora_target_modules',
		'load_in_4bit',
		'gradient_checkpointing',
		'attn_implementation',
		'use_liger_kernel',
		'accelerate_config',
	],
	records: [
		'logging_steps',
		'eval_strategy',
		'eval_steps',
		'save_strategy',
		'save_steps',
		'save_total_limit',
		'report_to',
	],
} as const;

const learnt = {
	sft: ['max_length', 'packing', 'assistant_only_loss', 'completion_only_loss', 'loss_type'],
	dpo: ['beta', 'loss_type', 'max_length', 'precompute_ref_log_probs', 'precompute_ref_batch_size'],
	kto: ['beta', 'loss_type', 'desirable_weight', 'undesirable_weight', 'max_length'],
} as const;

/** The groups of a method's form. A method that nobody knows gets what all have. */
export function fieldGroups(method: string): readonly FieldGroup[] {
	const data = [...common.data, 'chat_template_path'];
	if (method === 'script') {
		const own = ['script', 'script_arguments', 'project', 'files'];
		return [
			{ title: 'Script', keys: ['method', 'name', ...own] },
			{ title: 'Data and model', keys: [...data.slice(2), 'eval_dataset_path', 'eval_datasets'] },
			{ title: 'Processes', keys: ['num_processes', 'accelerate_config'] },
		];
	}
	const target = isTrlMethod(method) ? learnt[method] : [];
	return [
		{ title: 'Model and data', keys: data },
		{ title: 'Evaluation', keys: common.evaluation },
		{
			title: method === 'dpo' || method === 'kto' ? 'Preference loss' : 'What is learnt',
			keys: target,
		},
		{ title: 'Steps', keys: common.steps },
		{ title: 'Weights and memory', keys: common.weights },
		{ title: 'Records and checkpoints', keys: common.records },
	].filter(({ keys }) => keys.length > 0);
}
