import { isMap, isScalar, parseDocument, type Pair } from 'yaml';
import { blockCompletions, blockHover } from './blockLanguage';
import { optionWords } from './optionWords';
import type { RecipeFinding } from './recipeFinding';
import { accelerateConfigs, parseRecipe, recipeKeys, trainingMethods } from './recipe';
import { validateRecipe } from './recipeValidation';
import { isTrlMethod, trlOptions, trlVersion, type TrlOption } from './trlOptions';

/** YAML is a recipe where it names a method and something to train. */
export function isRecipeText(text: string): boolean {
	return (
		/^method:/m.test(text) &&
		/^(?:dataset_path|datasets|model_name_or_path|script|eval_dataset_path):/m.test(text)
	);
}

/** What to say about a text that is being written; nothing where it is no recipe. */
export function recipeFindings(text: string): readonly RecipeFinding[] {
	if (!isRecipeText(text)) {
		return [];
	}
	const parsed = parseRecipe(text, '');
	if (parsed.ok) {
		return validateRecipe(parsed.value);
	}
	const reason = String(parsed.error.details['reason']);
	const [, line, message = reason] = /^line (\d+): (.*)$/s.exec(reason) ?? [];
	const place = line === undefined ? {} : { line: Number(line) };
	return [{ code: 'recipeUnreadable', severity: 'error', message, ...place }];
}

export interface RecipeCompletion {
	readonly label: string;
	/** What is written; after a key with its colon. */
	readonly insert: string;
	readonly detail: string;
	readonly words?: string;
	/** A key whose value is one of known words, to be offered next. */
	readonly hasValues?: boolean;
}

/** Replaces the characters from `start` to `end` of the text. */
export interface TextEdit {
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

const scriptKeys = ['script', 'script_arguments', 'project', 'files'];

/**
 * What may stand where the cursor is: a key at the beginning of a line, a value after its colon.
 * Of blocks only `after_checkpoint` is known inside.
 */
export function completionsAt(text: string, offset: number): readonly RecipeCompletion[] {
	const start = text.lastIndexOf('\n', offset - 1) + 1;
	const before = text.slice(start, offset);
	const value = /^([A-Za-z_0-9]+):\s+\S*$/.exec(before);
	const inBlock = blockCompletions(text, offset);
	if (inBlock !== undefined) {
		return inBlock.map(one => ({ ...one, detail: '' }));
	}
	if (value?.[1] !== undefined) {
		return valuesOf(value[1], methodOf(text));
	}
	return /^[A-Za-z_0-9]*$/.test(before) ? keysFor(text, start) : [];
}

function keysFor(text: string, lineStart: number): readonly RecipeCompletion[] {
	const method = methodOf(text);
	const own = /^([A-Za-z_0-9]+):/.exec(text.slice(lineStart))?.[1];
	const taken = new Set([...text.matchAll(/^([A-Za-z_0-9]+):/gm)].map(([, key]) => key));
	const keys = [
		...recipeKeys,
		...(method === 'script' ? scriptKeys : []),
		...(isTrlMethod(method) ? trlOptions(method).keys() : []),
	];
	return [...new Set(keys)]
		.filter(key => key === own || !taken.has(key))
		.map(key => {
			const words = optionWords.get(key);
			return {
				label: key,
				insert: own === undefined ? `${key}: ` : key,
				detail: detailOf(optionOf(key, method)),
				hasValues: own === undefined && valuesOf(key, method).length > 0,
				...(words === undefined ? {} : { words }),
			};
		});
}

function valuesOf(key: string, method: string): readonly RecipeCompletion[] {
	const option = optionOf(key, method);
	const known: readonly string[] =
		key === 'method'
			? trainingMethods
			: key === 'labels'
				? ['apply', 'ignore']
				: key === 'accelerate_config'
					? accelerateConfigs
					: (option?.choices ??
						(option?.types.includes('boolean') === true ? ['true', 'false'] : []));
	return known.map(label => ({
		label,
		// YAML of older readers takes a bare no for false.
		insert: label === 'no' ? '"no"' : label,
		detail: String(option?.default) === label ? 'default' : '',
	}));
}

/** The key under the cursor with what it is for; undefined elsewhere. */
export function hoverAt(
	text: string,
	offset: number,
): { readonly start: number; readonly end: number; readonly lines: readonly string[] } | undefined {
	const inBlock = blockHover(text, offset);
	if (inBlock !== undefined) {
		return inBlock;
	}
	const pair = pairsOf(text).find(({ keyStart, keyEnd }) => offset >= keyStart && offset <= keyEnd);
	if (pair === undefined) {
		return undefined;
	}
	const { key, keyStart: start, keyEnd: end } = pair;
	const method = methodOf(text);
	const option = optionOf(key, method);
	const words = optionWords.get(key);
	if (option === undefined && words === undefined) {
		return undefined;
	}
	const from =
		option === undefined || recipeKeys.has(key)
			? []
			: [`${detailOf(option)} (TRL ${trlVersion}, ${method})`];
	const choices = option?.choices === undefined ? [] : [`One of ${option.choices.join(', ')}.`];
	return { start, end, lines: [...(words === undefined ? [] : [words]), ...choices, ...from] };
}

/** What a finding's fix changes in the text; undefined where the text has no such key any more. */
export function fixEdit(
	text: string,
	{ key, fix }: Pick<RecipeFinding, 'key' | 'fix'>,
): TextEdit | undefined {
	if (fix === undefined) {
		return undefined;
	}
	const pairs = pairsOf(text);
	const own = pairs.find(pair => pair.key === (fix.kind === 'set' ? fix.key : key));
	switch (fix.kind) {
		case 'rename':
			return own && { start: own.keyStart, end: own.keyEnd, text: fix.to };
		case 'remove':
			return own && { start: own.lineStart, end: own.lineEnd, text: '' };
		case 'set': {
			const value = scalarText(fix.value);
			if (own !== undefined) {
				return {
					start: own.valueStart,
					end: own.valueEnd,
					text: own.hasValue ? value : ` ${value}`,
				};
			}
			const beside = pairs.find(pair => pair.key === key);
			const at = beside?.lineEnd ?? text.length;
			const isOpen = at > 0 && text[at - 1] !== '\n';
			return { start: at, end: at, text: `${isOpen ? '\n' : ''}${fix.key}: ${value}\n` };
		}
	}
}

function scalarText(value: unknown): string {
	return value === 'no' ? '"no"' : typeof value === 'string' ? value : JSON.stringify(value);
}

interface PlacedPair {
	readonly key: string;
	readonly keyStart: number;
	readonly keyEnd: number;
	readonly valueStart: number;
	readonly valueEnd: number;
	readonly hasValue: boolean;
	/** From the key to the end of its last line, with its end of line. */
	readonly lineStart: number;
	readonly lineEnd: number;
}

/** The top-level pairs of a text that may be half written. */
function pairsOf(text: string): readonly PlacedPair[] {
	const document = parseDocument(text, { prettyErrors: false });
	return isMap(document.contents)
		? document.contents.items.flatMap(pair => placed(text, pair) ?? [])
		: [];
}

function placed(text: string, { key, value }: Pair): PlacedPair | undefined {
	if (!isScalar(key) || !key.range) {
		return undefined;
	}
	const [keyStart, keyEnd] = key.range;
	const node = value as { range?: readonly [number, number, number] } | null;
	const colon = text.indexOf(':', keyEnd) + 1;
	const [valueStart, valueEnd] = node?.range ?? [colon, colon];
	const hasValue = valueEnd > valueStart;
	const after = text.indexOf('\n', Math.max(keyEnd, valueEnd - 1));
	const lineEnd = after < 0 ? text.length : after + 1;
	const lineStart = text.lastIndexOf('\n', keyStart - 1) + 1;
	return {
		key: String(key.value),
		keyStart,
		keyEnd,
		valueStart: hasValue ? valueStart : colon,
		valueEnd: hasValue ? valueEnd : colon,
		hasValue,
		lineStart,
		lineEnd,
	};
}

function methodOf(text: string): string {
	return /^method:[ \t]*["']?([a-z]+)/m.exec(text)?.[1] ?? '';
}

function optionOf(key: string, method: string): TrlOption | undefined {
	return isTrlMethod(method) ? trlOptions(method).get(key) : undefined;
}

function detailOf(option: TrlOption | undefined): string {
	if (option === undefined) {
		return '';
	}
	const types = option.types.filter(type => type !== 'null').join(' or ');
	return option.default === undefined ? types : `${types}, default ${shown(option.default)}`;
}

function shown(value: unknown): string {
	const isSmall = typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-3;
	return isSmall ? value.toExponential() : JSON.stringify(value);
}
