import type { FormatName, Role } from '../example';
import { isObject, type JsonObject } from '../messageShapes';
import type { RowMapping } from '../rowMapping';
import { styleOf } from './jsonStyle';
import { roleWords, wordFor } from './roleWords';

const turn = [
	{ role: 'user', content: '' },
	{ role: 'assistant', content: '' },
];
const reply = [{ role: 'assistant', content: '' }];
const prompt = [{ role: 'user', content: '' }];

const empty: Partial<Record<FormatName, unknown>> = {
	messages: { messages: turn },
	sharegpt: {
		conversations: [
			{ from: 'human', value: '' },
			{ from: 'gpt', value: '' },
		],
	},
	'sharegpt-preference': {
		conversations: [{ from: 'human', value: '' }],
		chosen: { from: 'gpt', value: '' },
		rejected: { from: 'gpt', value: '' },
	},
	'trl-preference': { prompt, chosen: reply, rejected: reply },
	'h4-preference': { prompt: '', chosen: turn, rejected: turn },
	'v1-preference': { chosen_messages: turn, rejected_messages: turn },
	'openai-preference': {
		input: { messages: prompt },
		preferred_output: reply,
		non_preferred_output: reply,
	},
	alpaca: { instruction: '', input: '', output: '' },
	'alpaca-preference': { instruction: '', input: '', chosen: '', rejected: '' },
	'prompt-completion': { prompt: '', completion: '' },
	'prompt-only': { prompt: '' },
	kto: { prompt: '', completion: '', label: true },
	text: { text: '' },
	ultrachat: { id: '', data: ['', ''] },
};

/**
 * A row that says nothing yet.
 *
 * @param like a row whose shape of strings and lists and whose spacing it takes over
 * @param mapping how a person said that rows are to be read, for a `mapped` one
 */
export function emptyRow(format: FormatName, like?: Uint8Array, mapping?: RowMapping): Uint8Array {
	const { comma, colon } = styleOf(like ?? new TextEncoder().encode('{"a": 1, "b": 2}'));
	return new TextEncoder().encode(
		spaced(
			format === 'mapped' && mapping ? mappedBlank(mapping, like) : blankOf(format, like),
			comma,
			colon,
		),
	);
}

/** Preference rows have prompts and replies as strings or as lists; the neighbour says which. */
function blankOf(format: FormatName, like: Uint8Array | undefined): unknown {
	const shape = empty[format] ?? {};
	if (format !== 'trl-preference' && format !== 'prompt-completion' && format !== 'prompt-only') {
		return shape;
	}
	const row = objectIn(like);
	const entries = Object.entries(shape as Record<string, unknown>).map(([key, value]) => {
		const own = row[key];
		const list = key === 'prompt' ? prompt : reply;
		return [key, typeof own === 'string' ? '' : Array.isArray(own) ? list : value];
	});
	return Object.fromEntries(entries);
}

/** The fields that the mapping names, of the same kinds as the neighbour's. */
function mappedBlank(mapping: RowMapping, like: Uint8Array | undefined): unknown {
	const row = objectIn(like);
	const side = (name: string, list: unknown): unknown => (Array.isArray(row[name]) ? list : '');
	switch (mapping.as) {
		case 'dialogue': {
			const { messages, role, content } = mapping;
			const turns: unknown[] = Array.isArray(row[messages]) ? row[messages] : [];
			const used = turns.flatMap(one => {
				const word = isObject(one) ? one[role] : undefined;
				return typeof word === 'string' ? [word] : [];
			});
			const words = roleWords(used, role);
			const blank = (speaker: Role): unknown => ({
				[role]: wordFor(speaker, words, role),
				[content]: '',
			});
			return { [messages]: [blank('user'), blank('assistant')] };
		}
		case 'question': {
			const { system } = mapping;
			const before = system === undefined ? {} : { [system]: side(system, []) };
			return {
				...before,
				[mapping.prompt]: side(mapping.prompt, prompt),
				[mapping.reply]: side(mapping.reply, reply),
			};
		}
		case 'preference':
			return {
				[mapping.prompt]: side(mapping.prompt, prompt),
				[mapping.chosen]: side(mapping.chosen, reply),
				[mapping.rejected]: side(mapping.rejected, reply),
			};
		case 'text':
			return { [mapping.text]: '' };
		case 'json':
			return {};
	}
}

function objectIn(bytes: Uint8Array | undefined): JsonObject {
	try {
		const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
		return isObject(value) ? value : {};
	} catch {
		return {}; // A broken neighbour has no shape to take over.
	}
}

function spaced(value: unknown, comma: string, colon: string): string {
	if (Array.isArray(value)) {
		return `[${value.map(item => spaced(item, comma, colon)).join(comma)}]`;
	}
	if (typeof value === 'object' && value !== null) {
		const members = Object.entries(value).map(
			([key, item]) => `${JSON.stringify(key)}${colon}${spaced(item, comma, colon)}`,
		);
		return `{${members.join(comma)}}`;
	}
	return JSON.stringify(value);
}
