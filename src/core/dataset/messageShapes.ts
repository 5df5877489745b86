import type { Block, Field, Message, Role, TrainedPart } from './example';
import type { JsonPath } from './jsonScanner';
import { parseRow } from './parseRow';
import { textBlocks } from './replyText';

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
	ai: 'assistant',
	function_call: 'assistant',
	tool_call: 'assistant',
	tool: 'tool',
	function: 'tool',
	tool_response: 'tool',
	ipython: 'tool',
	observation: 'tool',
};

export function roleOf(written: string): Role {
	return Object.hasOwn(roles, written) ? (roles[written] ?? 'unknown') : 'unknown';
}

/** Whether a value is a list of `{role, content}`, as OpenAI and TRL write dialogues. */
export function isMessageList(value: unknown): value is readonly JsonObject[] {
	return Array.isArray(value) && value.length > 0 && value.every(isMessage);
}

/** Whether a value is a list of `{from, value}`, as ShareGPT writes dialogues. */
export function isTurnList(value: unknown): value is readonly JsonObject[] {
	return Array.isArray(value) && value.length > 0 && value.every(isTurn);
}

/** `{from, value}`; Axolotl's `load_role` data has `{role, value}`. */
export function isTurn(value: unknown): value is JsonObject {
	return (
		isObject(value) &&
		typeof (value['from'] ?? value['role']) === 'string' &&
		typeof value['value'] === 'string'
	);
}

/** Whether a value is one `{role, content}`. */
export function isMessage(value: unknown): value is JsonObject {
	return isObject(value) && typeof value['role'] === 'string' && hasBody(value);
}

const reasoningKeys = ['thinking', 'reasoning_content', 'reasoning', 'reasoningContent'] as const;
const bodyKeys = ['content', 'tool_calls', 'function_call', ...reasoningKeys];

function hasBody(message: JsonObject): boolean {
	return bodyKeys.some(key => message[key] !== undefined);
}

export function readMessages(list: readonly JsonObject[], path: JsonPath): Message[] {
	return list.map((item, i) => readMessage(item, [...path, i]));
}

export function readTurns(list: readonly JsonObject[], path: JsonPath): Message[] {
	return list.map((item, i) => readTurn(item, [...path, i]));
}

export function readTurn(turn: JsonObject, path: JsonPath): Message {
	const writtenRole = String(turn['from'] ?? turn['role']);
	const text = String(turn['value']);
	const role = roleOf(writtenRole);
	const calls = /^(?:function|tool)_call$/.test(writtenRole) ? parsedCalls(text) : undefined;
	return {
		role,
		writtenRole,
		blocks: calls ?? textBlocks(text, role, [[...path, 'value']]),
		...weightOf(turn),
		...trainedPartsOf(turn),
		...extraOf(turn, ['from' in turn ? 'from' : 'role', 'value', ...weightKeys]),
		places: [path],
	};
}

/** A message that the row does not hold as an object: a bare string in a known role. */
export function plainMessage(role: Role, text: string, ...paths: JsonPath[]): Message {
	return { role, writtenRole: role, blocks: textBlocks(text, role, paths), places: paths };
}

const weightKeys = ['loss_weight', 'weight', 'train'];
const shownKeys = ['role', 'name', ...bodyKeys, ...weightKeys];

export function readMessage(message: JsonObject, path: JsonPath): Message {
	const writtenRole = String(message['role']);
	const role = roleOf(writtenRole);
	const blocks: Block[] = [];
	for (const key of reasoningKeys) {
		const text = message[key];
		if (typeof text === 'string' && text !== '') {
			blocks.push({ kind: 'reasoning', text, paths: [[...path, key]] });
		}
	}
	blocks.push(...readContent(message['content'], role, [...path, 'content']));
	for (const call of callsOf(message)) {
		blocks.push(readToolCall(call));
	}
	return {
		role,
		writtenRole,
		...(typeof message['name'] === 'string' ? { name: message['name'] } : {}),
		blocks,
		...weightOf(message),
		...trainedPartsOf(message),
		...extraOf(message, shownKeys),
		places: [path],
	};
}

/** Lists of calls are also written as JSON in a string, where a column may hold one type only. */
function callsOf(message: JsonObject): readonly unknown[] {
	const { tool_calls: many, function_call: single } = message;
	const written = typeof many === 'string' ? parsedJson(many) : many;
	const calls: readonly unknown[] = Array.isArray(written) ? written : [];
	return single ? [...calls, single] : calls;
}

function readContent(content: unknown, role: Role, path: JsonPath): Block[] {
	if (typeof content === 'string') {
		return textBlocks(content, role, [path]);
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
			return key === undefined
				? { kind: 'other', raw: part }
				: { kind: 'text', text, paths, ...weightOf(part) };
		case 'reasoning':
		case 'thinking':
			return { kind: 'reasoning', text, paths };
		case 'tool_call':
		case 'function_call':
		case 'tool_use':
			return (key === undefined ? undefined : parsedCalls(text)?.[0]) ?? readToolCall(part);
		case 'image':
		case 'image_url':
		case 'input_image': {
			const source = imageSource(part);
			return { kind: 'image', source, place: source === '' ? 'slot' : 'part', raw: part };
		}
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
		arguments: argumentText(inner['arguments'] ?? inner['parameters'] ?? inner['input']),
		raw: call,
	};
}

/** A call or a list of them written as JSON in a string, as ShareGPT and LLaMA-Factory do. */
function parsedCalls(text: string): Block[] | undefined {
	const value = parsedJson(text);
	const blocks = (Array.isArray(value) ? value : [value]).map(readToolCall);
	const areCalls = blocks.length > 0 && blocks.every(block => block.kind === 'toolCall');
	return areCalls ? blocks : undefined;
}

function parsedJson(text: string): unknown {
	try {
		return parseRow(text);
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

/** Axolotl's `train_detail`: offsets from 0, the end included. */
function trainedPartsOf(message: JsonObject): { trainedParts?: readonly TrainedPart[] } {
	const detail = message['train_detail'];
	if (!Array.isArray(detail)) {
		return {};
	}
	const trainedParts = detail.flatMap((part): TrainedPart[] => {
		if (!isObject(part)) {
			return [];
		}
		const { begin_offset: start, end_offset: last, train } = part;
		return typeof start === 'number' && typeof last === 'number' && typeof train === 'boolean'
			? [{ start, end: last + 1, isTrained: train }]
			: [];
	});
	return trainedParts.length === 0 ? {} : { trainedParts };
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
