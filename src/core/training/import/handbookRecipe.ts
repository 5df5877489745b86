import type { ImportedDataset, RecipeTranslation } from './recipeTranslation';
import {
	carryDtype,
	carryEvaluation,
	carryGlobalBatch,
	carryReporting,
	carrySharding,
	carryTemplate,
	carryValueNames,
	hubDataset,
	keepTrlKeys,
	modelReference,
	nameTheRest,
	recordsIn,
	type GpuCounts,
	type ImportMethod,
} from './sharedMeaning';

const ownFolder = 'each run has a folder of its own';
const wholePairs = 'TRL cuts prompt and answer together at max_length now';

const removed: Readonly<Record<string, string>> = {
	output_dir: ownFolder,
	overwrite_output_dir: ownFolder,
	logging_dir: ownFolder,
	resume_from_checkpoint: 'Resume goes on from the newest complete checkpoint',
	max_prompt_length: wholePairs,
	max_completion_length: wholePairs,
	use_auth_token: 'the host’s own login to the Hub is used',
	hub_token: 'the host’s own login to the Hub is used',
	preprocessing_only: 'Windsock prepares data before a launch',
	auto_insert_empty_system_msg: 'the template is used as it is',
	use_flash_attention_2: 'say attn_implementation: flash_attention_2',
	force_use_ref_model: 'an adapter’s reference is the model without it',
	ref_model_init_kwargs: 'the reference is loaded as the model is',
	model_adapter_name: 'an adapter’s reference is a frozen copy of it',
	ref_adapter_name: 'an adapter’s reference is a frozen copy of it',
	generate_during_eval: 'Generate Responses does it after the run',
	rpo_alpha: 'say loss_type: [sigmoid, sft] and loss_weights',
	reference_free: 'every loss weighs against the reference',
	save_safetensors: 'checkpoints are always safetensors',
	group_by_length: 'say train_sampling_strategy: group_by_length',
	no_cuda: 'say use_cpu',
};

const renamed: Readonly<Record<string, readonly [to: string, note: string]>> = {
	warmup_ratio: ['warmup_steps', 'a share below 1, as before'],
	max_seq_length: ['max_length', ''],
	evaluation_strategy: ['eval_strategy', ''],
	hub_model_revision: ['hub_revision', ''],
	use_liger: ['use_liger_kernel', ''],
	lora_modules_to_save: ['lora_modules_to_save', ''],
};

/** alignment-handbook, from its first versions to the last, and files for TRL's own command line. */
export function translateHandbook(
	work: RecipeTranslation,
	method: ImportMethod,
	gpus: GpuCounts,
): void {
	const revision = work.text('model_revision');
	const model = work.text('model_name_or_path');
	if (model !== undefined) {
		const reference = modelReference(model, revision);
		work.change('model_name_or_path', { model_name_or_path: reference }, 'as recipes name models');
		work.remove('model_revision', 'it stands after the @ of the model');
	}
	datasets(work);
	const isAdapter = work.isTrue('use_peft');
	carryDtype(work, work.has('dtype') ? 'dtype' : 'torch_dtype', isAdapter);
	carryTemplate(work, 'chat_template');
	for (const [key, [to, note]] of Object.entries(renamed)) {
		work.rename(key, to, note);
	}
	carrySharding(work, gpus, isAdapter ? 'multi_gpu' : 'fsdp2');
	for (const [key, note] of Object.entries(removed)) {
		work.remove(key, note);
	}
	preparation(work);
	carryReporting(work);
	if (method === 'dpo') {
		work.remove('padding_free', 'TRL does not do it in DPO');
	}
	keepTrlKeys(work, method);
	nameTheRest(work, 'alignment-handbook');
	carryEvaluation(work);
	carryValueNames(work);
	carryGlobalBatch(work, gpus);
}

/** TRL itself reads one of its keys. */
function preparation(work: RecipeTranslation): void {
	const given = work.value('dataset_kwargs');
	if (typeof given !== 'object' || given === null) {
		return;
	}
	const { skip_prepare_dataset: skip } = given as { skip_prepare_dataset?: unknown };
	if (skip === undefined) {
		work.remove('dataset_kwargs', 'TRL adds no tokens of its own to a template’s text any more');
	}
}

function datasets(work: RecipeTranslation): void {
	mixer(work);
	mixture(work);
	single(work);
}

/** `dataset_mixer: {id: share}` and `dataset_splits`, of the first versions. */
function mixer(work: RecipeTranslation): void {
	const given = work.value('dataset_mixer');
	if (typeof given !== 'object' || given === null) {
		return;
	}
	const splits = listOf(work.value('dataset_splits') ?? ['train', 'test']).map(String);
	const configs = listOf(work.value('dataset_configs'));
	for (const [i, [id, weight]] of Object.entries(given).entries()) {
		for (const split of splits) {
			place(work, {
				path: hubDataset(id),
				...(configs[i] === undefined ? {} : { name: String(configs[i]) }),
				split,
				// What is evaluated on was never thinned out.
				...(isTest(split) ? {} : share(weight)),
			});
		}
	}
	noteDatasets(work, 'dataset_mixer', '');
	noteDatasets(work, 'dataset_splits', '');
	noteDatasets(work, 'dataset_configs', '');
}

/** `dataset_mixture`, of the last version, and TRL's `datasets`. */
function mixture(work: RecipeTranslation): void {
	const key = work.has('dataset_mixture') ? 'dataset_mixture' : 'datasets';
	const given = work.value(key);
	const whole = Array.isArray(given) ? { datasets: given as unknown[] } : given;
	if (typeof whole !== 'object' || whole === null) {
		return;
	}
	const { datasets: list, test_split_size: size } = whole as {
		datasets?: unknown;
		test_split_size?: unknown;
	};
	for (const one of recordsIn(list)) {
		const id = String(one['id'] ?? one['path'] ?? '');
		const config = one['config'] ?? one['name'];
		const columns = one['columns'];
		place(work, {
			path: datasetPath(id, one['revision']),
			...(config === undefined || config === null ? {} : { name: String(config) }),
			split: String(one['split'] ?? 'train'),
			...(Array.isArray(columns) ? { columns: columns.map(String) } : {}),
			...share(one['weight']),
		});
	}
	noteDatasets(work, key, partedOff(work, work.value('test_split_size') ?? size ?? undefined));
	if (work.has('test_split_size')) {
		work.move('test_split_size', ['test_split_size'], '');
	}
}

/** What becomes of a share or a number of rows that was parted off by chance for evaluation. */
function partedOff(work: RecipeTranslation, size: unknown): string {
	if (size === undefined) {
		return '';
	}
	if (work.evalDatasets.length > 0) {
		return 'the test split stays the test split; before, all was mixed and parted anew by chance';
	}
	if (typeof size === 'number' && size > 0 && size < 1) {
		work.add(
			'test_split_size',
			size,
			'parted by prompt now, not row by row: none is on both sides',
		);
		return '';
	}
	return `${String(size)} rows were parted off by chance for evaluation: set test_split_size to a share of the prompts, such as 0.01`;
}

/** `dataset_name`, of one dataset. */
function single(work: RecipeTranslation): void {
	const id = work.text('dataset_name');
	if (id === undefined) {
		return;
	}
	const config = work.text('dataset_config');
	const common = { path: datasetPath(id, undefined), ...(config ? { name: config } : {}) };
	const keys = ['dataset_train_split', 'dataset_test_split', 'dataset_config'];
	work.datasets.push({ ...common, split: work.text('dataset_train_split') ?? 'train' });
	const test = work.text('dataset_test_split');
	if (test !== undefined && work.value('eval_strategy') !== 'no') {
		work.evalDatasets.push({ ...common, split: test });
	}
	noteDatasets(work, 'dataset_name', '');
	for (const key of keys) {
		noteDatasets(work, key, '');
	}
}

function place(work: RecipeTranslation, dataset: ImportedDataset): void {
	(isTest(dataset.split ?? '') ? work.evalDatasets : work.datasets).push(dataset);
}

function noteDatasets(work: RecipeTranslation, key: string, note: string): void {
	if (work.has(key)) {
		work.move(
			key,
			work.evalDatasets.length > 0 ? ['datasets', 'eval_datasets'] : ['datasets'],
			note,
		);
	} else {
		work.remove(key, '');
	}
}

function datasetPath(id: string, revision: unknown): string {
	const isFile = /\.(jsonl?|csv|parquet|arrow)(\.(gz|zst))?$/.test(id) || /^[./~]/.test(id);
	return isFile ? id : hubDataset(id, typeof revision === 'string' ? revision : undefined);
}

function share(weight: unknown): { readonly weight?: number } {
	const number = Number(weight ?? 1);
	return number > 0 && number < 1 ? { weight: number } : {};
}

function isTest(split: string): boolean {
	return /(?:^|[^a-z])(?:test|eval|validation|val)(?:[^a-z]|$)/i.test(split);
}

function listOf(value: unknown): unknown[] {
	return Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value];
}
