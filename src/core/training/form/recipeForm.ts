import { isScalar, parseDocument } from 'yaml';
import { yamlContent } from '../../base/yamlContent';
import { optionWords } from '../optionWords';
import { accelerateConfigs, recipeKeys, trainingMethods } from '../recipe';
import { recipeFindings } from '../recipeLanguage';
import { withKeys } from '../recipeText';
import { isTrlMethod, trlOptions, type TrlOption } from '../trlOptions';
import { fieldGroups } from './fieldGroups';
import { fieldText, fieldValue } from './fieldValue';

export interface FormNote {
	readonly severity: 'error' | 'warning';
	readonly message: string;
}

export interface FormField {
	/** TRL's own name, or a key of the recipe. */
	readonly key: string;
	/** What it is for; empty where nobody wrote that down. */
	readonly words: string;
	/** `fixed`: only the text can change it, and the form keeps it as it is. */
	readonly kind: 'text' | 'switch' | 'choice' | 'fixed';
	/** As the recipe has it; empty where it is not said there. */
	readonly value: string;
	/** What holds where nothing is said. */
	readonly fallback: string;
	readonly choices: readonly string[];
	readonly notes: readonly FormNote[];
}

export interface FormGroup {
	readonly title: string;
	readonly fields: readonly FormField[];
}

/** A recipe as a form shows it. */
export interface RecipeForm {
	readonly groups: readonly FormGroup[];
	/** What is wrong with the recipe and belongs to no field. */
	readonly notes: readonly FormNote[];
	/** Keys that could be added, sorted. */
	readonly more: readonly string[];
	/** "16 × 1 × 8 GPUs = 128 rows a step"; empty where a number is missing. */
	readonly globalBatch: string;
}

/**
 * Reads a recipe for a form; a sentence where it cannot be read, for then only its text helps.
 *
 * @param wanted keys that get a field though the recipe does not have them yet
 */
export function recipeForm(
	text: string,
	wanted: readonly string[] = [],
): RecipeForm | { readonly unreadable: string } {
	const document = parseDocument(text, { prettyErrors: false });
	const content: unknown = document.errors.length > 0 ? undefined : yamlContent(document);
	if (typeof content !== 'object' || content === null || Array.isArray(content)) {
		const reason = document.errors[0]?.message ?? 'it is no list of “name: value”';
		return { unreadable: reason };
	}
	const given = content as Readonly<Record<string, unknown>>;
	const method = String(given['method'] ?? '');
	const findings = recipeFindings(text);
	const notesOf = (key: string | undefined): FormNote[] =>
		findings
			.filter(finding => finding.key === key)
			.map(({ severity, message }) => ({ severity, message: asSentence(message) }));
	const field = (key: string): FormField => {
		const made = { ...fieldOf(key, method, given), notes: notesOf(key) };
		const node: unknown = document.get(key, true);
		// A number as it is spelt: 2.0e-5 says more than 0.00002.
		const isNumber = isScalar(node) && typeof node.value === 'number';
		return isNumber && node.source !== undefined ? { ...made, value: node.source } : made;
	};
	const groups = fieldGroups(method).map(({ title, keys }) => ({
		title,
		fields: keys.filter(key => isOffered(key, method, given)).map(field),
	}));
	const shown = new Set(groups.flatMap(({ fields }) => fields.map(({ key }) => key)));
	const asked = wanted.filter(key => optionOf(key, method) !== undefined);
	const others = [...new Set([...Object.keys(given), ...asked])].filter(key => !shown.has(key));
	const rest = others.length === 0 ? [] : [{ title: 'More options', fields: others.map(field) }];
	return {
		groups: [...groups, ...rest],
		notes: findings
			.filter(({ key }) => key === undefined || !(shown.has(key) || others.includes(key)))
			.map(({ severity, message }) => ({ severity, message: asSentence(message) })),
		more: keysOf(method).filter(key => !shown.has(key) && !others.includes(key)),
		globalBatch: globalBatch(given, method),
	};
}

/**
 * The recipe with one field changed and every other byte as it was.
 *
 * @param value what the field says; empty takes the key out
 */
export function withField(text: string, key: string, value: string): string {
	const method = /^method:\s*["']?(\w+)/m.exec(text)?.[1] ?? '';
	return withKeys(text, new Map([[key, fieldValue(value, optionOf(key, method))]]));
}

function fieldOf(
	key: string,
	method: string,
	given: Readonly<Record<string, unknown>>,
): Omit<FormField, 'notes'> {
	const option = optionOf(key, method);
	const value = given[key];
	const choices = option?.choices ?? [];
	const isSwitch = option?.types.includes('boolean') === true && choices.length === 0;
	const takesMore = option?.types.some(type => type === 'string' || type === 'object') === true;
	return {
		key,
		words: optionWords.get(key) ?? '',
		kind: isFixed(value, option)
			? 'fixed'
			: choices.length > 0 && !Array.isArray(value)
				? 'choice'
				: isSwitch && !takesMore && (value === undefined || typeof value === 'boolean')
					? 'switch'
					: 'text',
		value: fieldText(value),
		fallback: fieldText(option?.default),
		choices,
	};
}

/** Blocks and lists of blocks are beyond a line of text; so is what the form does not know. */
function isFixed(value: unknown, option: TrlOption | undefined): boolean {
	if (typeof value !== 'object' || value === null) {
		return false;
	}
	const isPlainList =
		Array.isArray(value) && value.every(item => typeof item !== 'object' || item === null);
	return option === undefined || !isPlainList;
}

/** A mixture and a single file exclude each other: the one that the recipe has is shown. */
function isOffered(key: string, method: string, given: Readonly<Record<string, unknown>>): boolean {
	const single = key === 'dataset_path' || key === 'eval_dataset_path';
	if (single || key === 'datasets' || key === 'eval_datasets') {
		const mixture = key.startsWith('eval') ? 'eval_datasets' : 'datasets';
		return given[key] !== undefined || (single && given[mixture] === undefined);
	}
	return given[key] !== undefined || optionOf(key, method) !== undefined;
}

/** Options of Windsock's own keys, in the same words as TRL's. */
const own: ReadonlyMap<string, TrlOption> = new Map<string, TrlOption>([
	['method', { types: ['string'], choices: trainingMethods }],
	['name', { types: ['string'] }],
	['model_name_or_path', { types: ['string'], default: 'base' }],
	['dataset_path', { types: ['string'] }],
	['eval_dataset_path', { types: ['string'] }],
	['test_split_size', { types: ['number'] }],
	['labels', { types: ['string'], choices: ['apply', 'ignore'], default: 'apply' }],
	['num_processes', { types: ['integer'] }],
	['accelerate_config', { types: ['string'], choices: accelerateConfigs }],
	['description', { types: ['string'] }],
	['script', { types: ['string'] }],
	['script_arguments', { types: ['array', 'string'] }],
	['project', { types: ['string'] }],
	['files', { types: ['array', 'string'] }],
]);

function optionOf(key: string, method: string): TrlOption | undefined {
	const known = own.get(key);
	const ofScript = ['script', 'script_arguments', 'project', 'files'].includes(key);
	if (known !== undefined) {
		return ofScript && method !== 'script' ? undefined : known;
	}
	return isTrlMethod(method) ? trlOptions(method).get(key) : undefined;
}

function keysOf(method: string): string[] {
	const trl = isTrlMethod(method) ? [...trlOptions(method).keys()] : [];
	const plain = [...recipeKeys].filter(key => optionOf(key, method) !== undefined);
	return [...new Set([...trl, ...plain])].sort();
}

function globalBatch(given: Readonly<Record<string, unknown>>, method: string): string {
	const number = (key: string): number | undefined => {
		const value = given[key] ?? optionOf(key, method)?.default;
		return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
	};
	const rows = number('per_device_train_batch_size');
	const accumulated = number('gradient_accumulation_steps');
	if (rows === undefined || accumulated === undefined) {
		return '';
	}
	const processes = number('num_processes');
	const what = method === 'dpo' ? 'pairs' : 'rows';
	return processes === undefined
		? `${rows} × ${accumulated} = ${rows * accumulated} ${what} a step for each GPU of the run`
		: `${rows} × ${accumulated} × ${processes} ${processes === 1 ? 'process' : 'processes'} = ${rows * accumulated * processes} ${what} a step`;
}

function asSentence(message: string): string {
	return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
