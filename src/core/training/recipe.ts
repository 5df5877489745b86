import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import { WindsockError } from '../base/errors';
import { err, ok, type Result } from '../base/result';
import { isUlid } from '../base/ulid';
import { yamlContent } from '../base/yamlContent';
import { isHubLocation } from '../dataset/hub/hubLocation';

export const trainingMethods = ['sft', 'dpo', 'kto', 'script'] as const;
export type TrainingMethod = (typeof trainingMethods)[number];

export interface RecipeDataset {
	readonly split: 'train' | 'eval';
	/** As written; relative paths are relative to the recipe's folder. */
	readonly path: string;
	/** Of a dataset of the Hub: its split there, and the configuration that the split is of. */
	readonly hubSplit?: string;
	readonly hubConfig?: string;
	/** Only these fields of its rows. */
	readonly columns?: readonly string[];
	/** Share of its rows, chosen by seed: above 0 and below 1. */
	readonly weight?: number;
	/** Of training data that `test_split_size` parts by prompt: the side that this is. */
	readonly part?: { readonly side: 'train' | 'test'; readonly test: number };
	/** The key that names it. */
	readonly key: string;
	readonly line?: number;
}

/** A YAML recipe. What is no key of the recipe itself is an argument under TRL's own name. */
export interface Recipe {
	/** Not yet checked against `trainingMethods`. */
	readonly method: string;
	readonly name?: string;
	/** As written: base, run:ID[@step], path:…, hub:id@revision. Default `base`. */
	readonly model: string;
	readonly datasets: readonly RecipeDataset[];
	/** The keys that name datasets, with what they say as it is written. */
	readonly paths: Readonly<Record<string, unknown>>;
	/** Id of the run whose recipe this one began as. */
	readonly clonedFrom?: string;
	/**
	 * As written; `apply`, the default, leaves out rows that are labelled drop, `ignore` trains on
	 * them. Not yet checked.
	 */
	readonly labels: string;
	/** Share of prompts that is held back for evaluation, as written. Not yet checked. */
	readonly testSplitSize?: unknown;
	/** What the run asks a scheduler for. Not yet checked. */
	readonly resources?: unknown;
	/** How often the run is tried again by itself, and after what. Not yet checked. */
	readonly retry?: unknown;
	/** What is done with each checkpoint. Not yet checked. */
	readonly afterCheckpoint?: unknown;
	/** The processes that train together, as written. Not yet checked. */
	readonly accelerate: Readonly<Partial<Record<(typeof accelerateKeys)[number], unknown>>>;
	readonly arguments: Readonly<Record<string, unknown>>;
	/** Line (from 1) of each top-level key. */
	readonly lines: ReadonlyMap<string, number>;
	/** The recipe's text as it was read. */
	readonly text: string;
}

/** As `accelerate launch` and TRL's commands take them. */
export const accelerateKeys = ['accelerate_config', 'num_processes'] as const;

/** The configurations of accelerate that TRL ships. */
export const accelerateConfigs = [
	'single_gpu',
	'multi_gpu',
	'fsdp1',
	'fsdp2',
	'zero1',
	'zero2',
	'zero3',
] as const;

/** What a recipe says beside TRL’s arguments. */
export const recipeKeys: ReadonlySet<string> = new Set([
	'method',
	'name',
	'description',
	'model_name_or_path',
	'dataset_path',
	'eval_dataset_path',
	'datasets',
	'eval_datasets',
	'test_split_size',
	'labels',
	'resources',
	...accelerateKeys,
	'retry',
	'after_checkpoint',
	'cloned_from',
]);

const pathKeys = [
	'dataset_path',
	'datasets',
	'eval_dataset_path',
	'eval_datasets',
	'chat_template_path',
];

/**
 * Reads a recipe.
 *
 * @param path only for the error, which names the line of the first fault
 */
export function parseRecipe(
	text: string,
	path: string,
	overrides: Readonly<Record<string, unknown>> = {},
): Result<Recipe> {
	const counter = new LineCounter();
	const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
	const fault = document.errors[0];
	if (fault !== undefined) {
		const reason = `line ${counter.linePos(fault.pos[0]).line}: ${fault.message}`;
		return err(new WindsockError('recipeInvalid', { path, reason }));
	}
	const content = yamlContent(document);
	if (typeof content !== 'object' || content === null || Array.isArray(content)) {
		const reason = 'line 1: a recipe is a list of “name: value”';
		return err(new WindsockError('recipeInvalid', { path, reason }));
	}
	const lines = linesOfKeys(document, counter);
	const fields: Record<string, unknown> = {
		...content,
		...asWritten(document),
		...overrides,
	};
	const { name, method, model_name_or_path: model } = fields;
	return ok({
		method: asText(method) ?? '',
		...(typeof name === 'string' ? { name } : {}),
		model: asText(model) ?? 'base',
		datasets: parted(datasetsOf(fields, lines), fields['test_split_size']),
		...(fields['test_split_size'] == null ? {} : { testSplitSize: fields['test_split_size'] }),
		paths: Object.fromEntries(Object.entries(fields).filter(([key]) => pathKeys.includes(key))),
		...(isRunId(fields['cloned_from']) ? { clonedFrom: fields['cloned_from'] } : {}),
		labels: fields['labels'] === undefined ? 'apply' : String(fields['labels']),
		...(fields['resources'] === undefined ? {} : { resources: fields['resources'] }),
		...(fields['retry'] == null ? {} : { retry: fields['retry'] }),
		...(fields['after_checkpoint'] == null ? {} : { afterCheckpoint: fields['after_checkpoint'] }),
		accelerate: Object.fromEntries(
			accelerateKeys.flatMap(key => (fields[key] == null ? [] : [[key, fields[key]]])),
		),
		arguments: Object.fromEntries(Object.entries(fields).filter(([key]) => !recipeKeys.has(key))),
		lines,
		text,
	});
}

/** The arguments of a script reach it as they are spelt: `1e-5` and `1.10` are words to it. */
function asWritten(document: Document): { readonly script_arguments?: readonly unknown[] } {
	const list: unknown = document.get('script_arguments');
	if (!isSeq(list)) {
		return {};
	}
	return {
		script_arguments: list.items.map(item =>
			isScalar(item) && typeof item.value !== 'string' && item.source !== undefined
				? item.source
				: (item as Node).toJS(document),
		),
	};
}

function isRunId(value: unknown): value is string {
	return typeof value === 'string' && isUlid(value);
}

function asText(value: unknown): string | undefined {
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function linesOfKeys(document: Document, counter: LineCounter): Map<string, number> {
	const lines = new Map<string, number>();
	if (isMap(document.contents)) {
		for (const { key } of document.contents.items) {
			if (isScalar(key) && key.range) {
				lines.set(String(key.value), counter.linePos(key.range[0]).line);
			}
		}
	}
	return lines;
}

function datasetsOf(
	fields: Readonly<Record<string, unknown>>,
	lines: ReadonlyMap<string, number>,
): RecipeDataset[] {
	const found: RecipeDataset[] = [];
	const add = (key: string, value: unknown, split: RecipeDataset['split']): void => {
		for (const entry of Array.isArray(value) ? (value as unknown[]) : [value]) {
			const dataset = asDataset(entry, split);
			if (dataset !== undefined) {
				const line = lines.get(key);
				found.push({ ...dataset, key, ...(line === undefined ? {} : { line }) });
			}
		}
	};
	add('dataset_path', fields['dataset_path'], 'train');
	add('datasets', fields['datasets'], 'train');
	add('eval_dataset_path', fields['eval_dataset_path'], 'eval');
	add('eval_datasets', fields['eval_datasets'], 'eval');
	return found;
}

/** Each dataset to train on becomes its two sides; the sides of all of them part the same prompts. */
function parted(datasets: readonly RecipeDataset[], test: unknown): readonly RecipeDataset[] {
	if (typeof test !== 'number' || !(test > 0 && test < 1)) {
		return datasets;
	}
	const sides = datasets.map(dataset =>
		dataset.split === 'train' ? { ...dataset, part: { side: 'train', test } as const } : dataset,
	);
	const held = datasets
		.filter(({ split }) => split === 'train')
		.map(dataset => ({
			...dataset,
			split: 'eval' as const,
			part: { side: 'test', test } as const,
		}));
	return [...sides, ...held];
}

/** `split` is that of the Hub for its datasets, and train or eval for files. */
function asDataset(
	entry: unknown,
	role: RecipeDataset['split'],
): Omit<RecipeDataset, 'key'> | undefined {
	if (typeof entry !== 'object' || entry === null) {
		const path = asText(entry);
		return path === undefined ? undefined : { path, split: role };
	}
	const { path, split, name, columns, weight } = entry as Readonly<Record<string, unknown>>;
	const text = asText(path);
	if (text === undefined) {
		return undefined;
	}
	const ofHub = isHubLocation(text);
	const own = !ofHub && (split === 'train' || split === 'eval') ? split : role;
	const hubSplit = ofHub ? asText(split) : undefined;
	const hubConfig = ofHub ? asText(name) : undefined;
	return {
		path: text,
		split: own,
		...(hubSplit === undefined ? {} : { hubSplit }),
		...(hubConfig === undefined ? {} : { hubConfig }),
		...(Array.isArray(columns) ? { columns: columns.map(String) } : {}),
		...(typeof weight === 'number' ? { weight } : {}),
	};
}
