/** A recipe to start from. Its arguments are TRL's own names; small enough for a first try. */
export function recipeTemplate(method: 'sft' | 'dpo', datasetPath: string): string {
	const common = [
		`dataset_path: ${JSON.stringify(datasetPath)}`,
		'num_train_epochs: 1',
		'per_device_train_batch_size: 4',
		'gradient_accumulation_steps: 4',
		'lr_scheduler_type: cosine',
		'warmup_steps: 0.1',
		'logging_steps: 1',
		'save_strategy: epoch',
		'seed: 42',
	];
	const lines =
		method === 'sft'
			? [
					'# Supervised fine-tuning. Every name TRL’s SFTConfig and ModelConfig know may stand here.',
					'method: sft',
					'# base (.windsock/project.yaml says which), run:ID[@step], path:… or hub:id@revision',
					'model_name_or_path: base',
					...common,
					'learning_rate: 2.0e-5',
					'max_length: 2048',
				]
			: [
					'# Direct preference optimisation. Every name TRL’s DPOConfig and ModelConfig know may stand here.',
					'method: dpo',
					'# The run to start from, by id or name; the launch asks when there is none of that name.',
					'model_name_or_path: run:sft',
					...common,
					'learning_rate: 5.0e-7',
					'beta: 0.1',
					'max_length: 1024',
				];
	return `${lines.join('\n')}\n`;
}
