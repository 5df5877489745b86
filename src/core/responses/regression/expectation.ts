import type { Prompt } from '../promptSet';

/** What a pinned prompt's answers are held to: its field `expect`. All of it must be so. */
export interface Expectation {
	/** Each of these texts is in the answer. */
	readonly contains: readonly string[];
	/** None of these is. */
	readonly lacks: readonly string[];
	/** Each of these patterns of JavaScript, read with `u` and `s`, is found in the answer. */
	readonly regex: readonly string[];
	/** The whole answer, or the one block of code in it, is JSON. */
	readonly json: boolean;
	/** Characters (Unicode) that the answer may have. */
	readonly maxLength?: number;
	/** Label of the model whose answer people should find best: judged by the comparison's votes. */
	readonly winner?: string;
	/** What a judge is asked about the answer. */
	readonly rubric?: string;
}

const known = new Set(['contains', 'lacks', 'regex', 'json', 'maxLength', 'winner', 'rubric']);

/** Undefined for a prompt that is not pinned; a string tells what is wrong with its field. */
export function expectationOf({ extra }: Prompt): Expectation | string | undefined {
	const given = extra['expect'];
	if (given === undefined) {
		return undefined;
	}
	if (typeof given !== 'object' || given === null || Array.isArray(given)) {
		return '"expect" is not an object';
	}
	const fields = given as Record<string, unknown>;
	const unknown = Object.keys(fields).find(key => !known.has(key));
	if (unknown !== undefined) {
		return `"expect" has an unknown check "${unknown}" (there are ${[...known].join(', ')})`;
	}
	const lists = {
		contains: textsOf(fields['contains']),
		lacks: textsOf(fields['lacks']),
		regex: textsOf(fields['regex']),
	};
	const { contains, lacks, regex } = lists;
	if (!contains || !lacks || !regex) {
		return '"contains", "lacks" and "regex" are texts or lists of texts';
	}
	const wrong = regex.find(pattern => !isPattern(pattern));
	if (wrong !== undefined) {
		return `"${wrong}" is no regular expression`;
	}
	const { json = false, maxLength, winner, rubric } = fields;
	if (typeof json !== 'boolean') {
		return '"json" is not true or false';
	}
	if (maxLength !== undefined && !(Number.isInteger(maxLength) && (maxLength as number) > 0)) {
		return '"maxLength" is not a number of characters';
	}
	if (
		[winner, rubric].some(
			value => value !== undefined && (typeof value !== 'string' || value === ''),
		)
	) {
		return '"winner" and "rubric" are texts';
	}
	if (
		Object.keys(fields).length === 0 ||
		(contains.length + lacks.length + regex.length === 0 &&
			!json &&
			maxLength === undefined &&
			winner === undefined &&
			rubric === undefined)
	) {
		return '"expect" checks nothing';
	}
	return {
		contains,
		lacks,
		regex,
		json,
		...(maxLength === undefined ? {} : { maxLength: maxLength as number }),
		...(winner === undefined ? {} : { winner: winner as string }),
		...(rubric === undefined ? {} : { rubric: rubric as string }),
	};
}

function textsOf(value: unknown): readonly string[] | undefined {
	const list: unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
	return list.every(item => typeof item === 'string' && item !== '')
		? (list as string[])
		: undefined;
}

function isPattern(pattern: string): boolean {
	try {
		return new RegExp(pattern, 'su') instanceof RegExp;
	} catch {
		return false;
	}
}
