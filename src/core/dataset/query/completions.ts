import { isObject } from '../messageShapes';
import { keyNamed, keyNames, queryKeys, type KeyName } from './queryKeys';
import { isBareWord, plainStep, queryTokens } from './queryTokens';
import { quoted } from './printQuery';

/** What can be put in at a place of a query. */
export interface Completion {
	readonly text: string;
	/** What it means, for people. */
	readonly meaning: string;
}

export interface CompletionsHere {
	/** The part of the query that a completion takes the place of; UTF-16 offsets. */
	readonly start: number;
	readonly end: number;
	readonly items: readonly Completion[];
}

const most = 12;
const afterKey: Readonly<Record<string, string>> = {
	number: '>=',
	nothing: ':',
	anything: '.',
};

/** Names of the dataset's own that can be asked for. */
export interface OwnNames {
	/** Ways to the scalar fields of a row, as they are written behind `field.`. */
	readonly fields: readonly string[];
	/** Tags in use, the most frequent first. */
	readonly tags: readonly string[];
}

/** Keys, values and fields that fit what is typed before the caret. */
export function completionsAt(
	text: string,
	caret: number,
	{ fields, tags }: OwnNames,
): CompletionsHere {
	const tokens = queryTokens(text.slice(0, caret));
	const before = /[^\s()]*$/.exec(text.slice(0, caret))?.[0] ?? '';
	const isOpen = !tokens.ok && /^unclosed|^invalidRegex|^unknownFlag/.test(tokens.error.code);
	if (isOpen || /["/]/.test(before)) {
		// Within words in quotes or an expression anything may be meant.
		return { start: caret, end: caret, items: [] };
	}
	const word = before.replace(/^-+/, '');
	const start = caret - word.length;
	const operator = /!=|<=|>=|[:=<>]/.exec(word);
	const at = (items: readonly Completion[], from = start): CompletionsHere => ({
		start: from,
		end: caret,
		items: items.slice(0, most),
	});
	if (operator) {
		const from = start + operator.index + operator[0].length;
		const typed = text.slice(from, caret).toLowerCase();
		return at(valuesOf(word.slice(0, operator.index), { fields, tags }, typed), from);
	}
	if (word.startsWith('field.')) {
		const wanted = word.slice('field.'.length).toLowerCase();
		return at(
			fields
				.filter(field => field.toLowerCase().includes(wanted))
				.map(field => ({ text: `field.${field}:`, meaning: 'field of the row shown' })),
		);
	}
	const wanted = word.toLowerCase();
	return at(
		keyNames
			.filter(key => key.startsWith(wanted) || namesOf(key).some(name => name.startsWith(wanted)))
			.toSorted((a, b) => Number(b.startsWith(wanted)) - Number(a.startsWith(wanted)))
			.map(key => ({
				text: key + (afterKey[queryKeys[key].value] ?? ':'),
				meaning: queryKeys[key].meaning,
			})),
	);
}

function namesOf(key: KeyName): readonly string[] {
	return queryKeys[key].otherNames ?? [];
}

function valuesOf(name: string, { fields, tags }: OwnNames, typed: string): Completion[] {
	const key = keyNamed(name);
	if (key === 'tag') {
		return tags
			.filter(tag => tag.toLowerCase().includes(typed) && tag.toLowerCase() !== typed)
			.map(tag => ({ text: `${isBareWord(tag) ? tag : quoted(tag)} `, meaning: 'tag in use' }));
	}
	if (key === 'has') {
		return fields
			.filter(field => field.toLowerCase().includes(typed))
			.map(text => ({ text: `${text} `, meaning: 'field of the row shown' }));
	}
	const choices = (key && queryKeys[key].choices) ?? [];
	return choices
		.filter(choice => choice.toLowerCase().includes(typed) && choice.toLowerCase() !== typed)
		.toSorted((a, b) => startsFirst(a, typed) - startsFirst(b, typed))
		.map(choice => ({ text: `${choice} `, meaning: '' }));
}

function startsFirst(choice: string, typed: string): number {
	return choice.toLowerCase().startsWith(typed) ? 0 : 1;
}

/** Ways to the scalar fields of a row, as a query writes them. Dialogues are passed over. */
export function scalarFields(row: unknown, mostFields = 40): string[] {
	const found = new Set<string>();
	const walk = (value: unknown, steps: readonly string[]): void => {
		if (found.size >= mostFields || steps.length > 3) {
			return;
		}
		if (Array.isArray(value)) {
			const [first] = value as unknown[];
			if (!isObject(first)) {
				walk(first, steps);
			}
		} else if (isObject(value)) {
			for (const [key, inner] of Object.entries(value)) {
				walk(inner, [...steps, plainStep.test(key) ? key : quoted(key)]);
			}
		} else if (steps.length > 0 && value !== undefined) {
			found.add(steps.join('.'));
		}
	};
	walk(row, []);
	return [...found];
}
