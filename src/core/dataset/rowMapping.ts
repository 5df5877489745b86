import type { Message, RecognisedRow } from './example';
import type { JsonPath } from './jsonScanner';
import {
	fieldsBeside,
	isMessageList,
	isObject,
	plainMessage,
	readMessages,
	roleOf,
	type JsonObject,
} from './messageShapes';

/** How a person says that the rows of a dataset are to be read. Each value names a field. */
export type RowMapping =
	| {
			readonly as: 'dialogue';
			readonly messages: string;
			readonly role: string;
			readonly content: string;
	  }
	| {
			readonly as: 'question';
			readonly prompt: string;
			readonly reply: string;
			readonly system?: string;
	  }
	| {
			readonly as: 'preference';
			readonly prompt: string;
			readonly chosen: string;
			readonly rejected: string;
	  }
	| { readonly as: 'text'; readonly text: string }
	/** As the JSON it is, whatever it looks like. */
	| { readonly as: 'json' };

/** The fields that each way of reading needs, in the order in which they are asked for. */
export const mappingFields = {
	dialogue: ['messages', 'role', 'content'],
	question: ['prompt', 'reply'],
	preference: ['prompt', 'chosen', 'rejected'],
	text: ['text'],
	json: [],
} as const satisfies Record<RowMapping['as'], readonly string[]>;

/** Checks what comes from a file; `undefined` for what is no mapping. */
export function parseMapping(value: unknown): RowMapping | undefined {
	if (
		!isObject(value) ||
		typeof value['as'] !== 'string' ||
		!Object.hasOwn(mappingFields, value['as'])
	) {
		return undefined;
	}
	const kind = value['as'] as RowMapping['as'];
	const named: Record<string, string> = {};
	for (const field of [...mappingFields[kind], ...(kind === 'question' ? ['system'] : [])]) {
		const name = value[field];
		if (typeof name === 'string' && name !== '') {
			named[field] = name;
		} else if (field !== 'system') {
			return undefined;
		}
	}
	return { as: kind, ...named } as RowMapping;
}

/** Reads a row as it was said; `undefined` for one that has not these fields. */
export function recogniseMapped(row: JsonObject, mapping: RowMapping): RecognisedRow | undefined {
	switch (mapping.as) {
		case 'json':
			return { format: 'mapped', example: { kind: 'json', value: row } };
		case 'text': {
			const text = row[mapping.text];
			if (typeof text !== 'string') {
				return undefined;
			}
			const body = { text, paths: [[mapping.text]] };
			const fields = fieldsBeside(row, [mapping.text]);
			return { format: 'mapped', example: { kind: 'text', body, fields } };
		}
		case 'question': {
			const { prompt, reply, system } = mapping;
			const before = system === undefined ? [] : (sideOf(row, system, 'system') ?? []);
			const asked = sideOf(row, prompt, 'user');
			const answered = sideOf(row, reply, 'assistant');
			return asked && answered
				? dialogue(
						row,
						[prompt, reply, ...(system === undefined ? [] : [system])],
						[...before, ...asked, ...answered],
					)
				: undefined;
		}
		case 'preference':
			return preference(row, mapping);
		case 'dialogue': {
			const messages = turnsOf(row, mapping);
			return messages && dialogue(row, [mapping.messages], messages);
		}
	}
}

function preference(
	row: JsonObject,
	mapping: Extract<RowMapping, { readonly as: 'preference' }>,
): RecognisedRow | undefined {
	const prompt = sideOf(row, mapping.prompt, 'user');
	const chosen = sideOf(row, mapping.chosen, 'assistant');
	const rejected = sideOf(row, mapping.rejected, 'assistant');
	if (!prompt || !chosen || !rejected) {
		return undefined;
	}
	const fields = fieldsBeside(row, [mapping.prompt, mapping.chosen, mapping.rejected]);
	return { format: 'mapped', example: { kind: 'preference', prompt, chosen, rejected, fields } };
}

function turnsOf(
	row: JsonObject,
	{ messages, role, content }: Extract<RowMapping, { readonly as: 'dialogue' }>,
): Message[] | undefined {
	const list = row[messages];
	if (!Array.isArray(list) || list.length === 0) {
		return undefined;
	}
	const turns = list.map((turn: unknown, i) => {
		const text = isObject(turn) ? turn[content] : undefined;
		if (!isObject(turn) || typeof text !== 'string') {
			return undefined;
		}
		const written = String(turn[role]);
		const known = roleOf(written.toLowerCase());
		const { places: _, ...message } = plainMessage(known, text, [messages, i, content]);
		// A number for a speaker is shown; words in its place would be another kind of value.
		const place =
			typeof turn[role] === 'string'
				? { places: [[messages, i]], keys: { role, text: content } }
				: {};
		return { ...message, ...place, writtenRole: written };
	});
	return turns.every(turn => turn !== undefined) ? turns : undefined;
}

/** A field that is a text or a list of messages. */
function sideOf(
	row: JsonObject,
	name: string,
	role: 'system' | 'user' | 'assistant',
): Message[] | undefined {
	const value = row[name];
	const path: JsonPath = [name];
	if (typeof value === 'string') {
		return [plainMessage(role, value, path)];
	}
	return isMessageList(value) ? readMessages(value, path) : undefined;
}

function dialogue(
	row: JsonObject,
	shown: readonly string[],
	messages: readonly Message[],
): RecognisedRow {
	const example = { kind: 'messages', messages, fields: fieldsBeside(row, shown) } as const;
	return { format: 'mapped', example };
}
