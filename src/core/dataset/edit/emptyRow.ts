import type { FormatName } from '../example';
import { styleOf } from './jsonStyle';

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
 */
export function emptyRow(format: FormatName, like?: Uint8Array): Uint8Array {
	const { comma, colon } = styleOf(like ?? new TextEncoder().encode('{"a": 1, "b": 2}'));
	return new TextEncoder().encode(spaced(blankOf(format, like), comma, colon));
}

/** Preference rows have prompts and replies as strings or as lists; the neighbour says which. */
function blankOf(format: FormatName, like: Uint8Array | undefined): unknown {
	const shape = empty[format] ?? {};
	if (format !== 'trl-preference' && format !== 'prompt-completion' && format !== 'prompt-only') {
		return shape;
	}
	let row: unknown;
	try {
		row = JSON.parse(new TextDecoder().decode(like));
	} catch {
		return shape;
	}
	const entries = Object.entries(shape as Record<string, unknown>).map(([key, value]) => {
		const own: unknown = (row as Record<string, unknown> | null)?.[key];
		const list = key === 'prompt' ? prompt : reply;
		return [key, typeof own === 'string' ? '' : Array.isArray(own) ? list : value];
	});
	return Object.fromEntries(entries);
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
