import type { Block, Field, Message, Role } from './example';
import type { JsonPath } from './jsonScanner';
import { parseRow } from './parseRow';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
	return value !== null && typeof value === 'object' && !Array.isArray(value);
}

const roles: Readonly<Record<string, Role>> = {
	system: 'system',
	developer: 'developer',
	user: 'user',
	human: 'user',
	assistant: 'assistant',
	gpt: 'assistant',
	model: 'assistant',
	bot: 'assistant',
	chatgpt: 'assistant',
	function_call: 'assistant',
	tool: 'tool',
	function: 'tool',
	ipython: 'tool',
	observation: 'tool',
};

export function roleOf(written: string): Role {
	return Object.hasOwn(roles, written) ? (roles[written] ?? 'unknown') : 'unknown';
}

/** Whether a value is a list of `{role, content}`, as OpenAI and TRL write dialogues. */
export function isMessageList(value: unknown): value is readonly JsonObject[] {
	return (
		Array.isArray(value) &&
		value.length > 0 &&
		value.every(item => isObject(item) && typeof item['role'] === 'string' && hasBody(item))
	);
}

/** Whether a value is a list of `{from, value}`, as ShareGPT writes dialogues. */
export function isTurnList(value: unknown): value is readonly JsonObject[] {
	return Array.isArray(value) && value.length > 0 && value.every(isTurn);
}

export function isTurn(value: unknown): value is JsonObject {
	return isObject(value) && typeof value['from'] === 'string' && typeof value['value'] === 'string';
}

function hasBody(message: JsonObject): boolean {
	return ['content', 'tool_calls', 'function_call', 'reasoning_content', 'thinking'].some(
		key => message[key] !== undefined,
	);
}

export function readMessages(list: readonly JsonObject[], path: JsonPath): Message[] {
	return list.map((item, i) => readMessage(item, [...path, i]));
}

export function readTurns(list: readonly JsonObject[], path: JsonPath): Message[] {
	return list.map((item, i) => readTurn(item, [...path, i]));
}

export function readTurn(turn: JsonObject, path: JsonPath): Message {
	const writtenRole = String(turn['from']);
	const text = String(turn['value']);
	const block: Block =
		writtenRole === 'function_call'
			? (parsedCall(text) ?? { kind: 'text', text, paths: [[...path, 'value']] })
			: { kind: 'text', text, paths: [[...path, 'value']] };
	return {
		role: roleOf(writtenRole),
		writtenRole,
		blocks: [block],
		...weightOf(turn),
		...extraOf(turn, ['from', 'value']),
		places: [path],
	};
}

/** A message that the row does not hold as an object: a bare string in a known role. */
export function plainMessage(role: Role, text: string, ...paths: JsonPath[]): Message {
	return { role, writtenRole: role, blocks: [{ kind: 'text', text, paths }], places: paths };
}

const shownKeys = [
	'role',
	'content',
	'name',
	'tool_calls',
	'function_call',
	'reasoning_content',
	'thinking',
	'loss_weight',
	'weight',
	'train',
];

export function readMessage(message: JsonObject, path: JsonPath): Message {
	const writtenRole = String(message['role']);
	const blocks: Block[] = [];
	for (const key of ['thinking', 'reasoning_content']) {
		const text = message[key];
		if (typeof text === 'string' && text !== '') {
			blocks.push({ kind: 'reasoning', text, paths: [[...path, key]] });
		}
	}
	blocks.push(...readContent(message['content'], [...path, 'content']));
	const calls = Array.isArray(message['tool_calls']) ? message['tool_calls'] : [];
	for (const call of [...calls, ...(message['function_call'] ? [message['function_call']] : [])]) {
		blocks.push(readToolCall(call));
	}
	return {
		role: roleOf(writtenRole),
		writtenRole,
		...(typeof message['name'] === 'string' ? { name: message['name'] } : {}),
		blocks,
		...weightOf(message),
		...extraOf(message, shownKeys),
		places: [path],
	};
}

function readContent(content: unknown, path: JsonPath): Block[] {
	if (typeof content === 'string') {
		return [{ kind: 'text', text: content, paths: [path] }];
	}
	if (Array.isArray(content)) {
		return content.map((part, i) => readPart(part, [...path, i]));
	}
	// Parquet fills absent keys with null.
	return content === null || content === undefined ? [] : [{ kind: 'other', raw: content }];
}

/** One content part: `{type: "text", text}` of OpenAI and TRL, `{type: "text", value}` of LLaMA-Factory. */
function readPart(part: unknown, path: JsonPath): Block {
	if (typeof part === 'string') {
		return { kind: 'text', text: part, paths: [path] };
	}
	if (!isObject(part)) {
		return { kind: 'other', raw: part };
	}
	const type = String(part['type']);
	const key = ['text', 'value', 'reasoning', 'thinking'].find(
		name => typeof part[name] === 'string',
	);
	const text = key === undefined ? '' : String(part[key]);
	const paths = key === undefined ? [] : [[...path, key]];
	switch (type) {
		case 'text':
		case 'input_text':
		case 'output_text':
			return key === undefined ? { kind: 'other', raw: part } : { kind: 'text', text, paths };
		case 'reasoning':
		case 'thinking':
			return { kind: 'reasoning', text, paths };
		case 'tool_call':
		case 'function_call':
			return (key === undefined ? undefined : parsedCall(text)) ?? readToolCall(part);
		case 'image':
		case 'image_url':
			return { kind: 'image', source: imageSource(part), raw: part };
		default:
			return { kind: 'other', raw: part };
	}
}

function readToolCall(call: unknown): Block {
	const inner = isObject(call) && isObject(call['function']) ? call['function'] : call;
	if (!isObject(inner) || typeof inner['name'] !== 'string') {
		return { kind: 'other', raw: call };
	}
	return {
		kind: 'toolCall',
		name: inner['name'],
		arguments: argumentText(inner['arguments']),
		raw: call,
	};
}

/** A call written as JSON in a string, as ShareGPT and LLaMA-Factory do. */
function parsedCall(text: string): Block | undefined {
	try {
		const block = readToolCall(parseRow(text));
		return block.kind === 'toolCall' ? block : undefined;
	} catch {
		return undefined;
	}
}

function argumentText(value: unknown): string {
	return typeof value === 'string' ? value : JSON.stringify(value ?? {}, null, 2);
}

function imageSource(part: JsonObject): string {
	const url = part['image_url'];
	const source = isObject(url)
		? url['url']
		: (url ?? part['image'] ?? part['value'] ?? part['path']);
	return typeof source === 'string' ? source : '';
}

function weightOf(message: JsonObject): { weight?: number } {
	const weight = message['loss_weight'] ?? message['weight'] ?? message['train'];
	if (typeof weight === 'number') {
		return { weight };
	}
	return typeof weight === 'boolean' ? { weight: weight ? 1 : 0 } : {};
}

function extraOf(message: JsonObject, shown: readonly string[]): { extra?: JsonObject } {
	const entries = Object.entries(message).filter(
		([key, value]) => !shown.includes(key) && value !== null,
	);
	return entries.length === 0 ? {} : { extra: Object.fromEntries(entries) };
}

/** The fields that a view of the given ones leaves over. */
export function fieldsBeside(row: JsonObject, shown: readonly string[]): Field[] {
	return Object.entries(row)
		.filter(([name, value]) => !shown.includes(name) && value !== null)
		.map(([name, value]) => ({ name, value }));
}
