import type { Example, FormatName, Message, RecognisedRow } from './example';
import {
	fieldsBeside,
	isMessageList,
	isObject,
	isTurnList,
	plainMessage,
	readMessages,
	readTurns,
	type JsonObject,
} from './messageShapes';
import { parseRow } from './parseRow';
import { recognisePreference, userMessage } from './preferenceFormats';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A row as bytes of its file: what cannot be parsed is shown as text with the parser's words. */
export function recogniseBytes(bytes: Uint8Array): RecognisedRow {
	return recogniseText(decoder.decode(bytes));
}

export function recogniseText(text: string): RecognisedRow {
	let value: unknown;
	try {
		value = parseRow(text);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return { format: 'broken', example: { kind: 'broken', text, reason } };
	}
	return recognise(value);
}

/** Finds out what a row is. What has no known shape is shown as the JSON it is. */
export function recognise(value: unknown): RecognisedRow {
	if (!isObject(value)) {
		return { format: 'json', example: { kind: 'json', value } };
	}
	return (
		recognisePreference(value) ??
		recogniseDialogue(value) ??
		recogniseAlpaca(value) ??
		recognisePrompt(value) ??
		recognisePlainText(value) ?? { format: 'json', example: { kind: 'json', value } }
	);
}

function recogniseDialogue(row: JsonObject): RecognisedRow | undefined {
	const system = row['system'];
	const before =
		typeof system === 'string' && system !== '' ? [plainMessage('system', system, ['system'])] : [];
	if (isMessageList(row['messages'])) {
		const format: FormatName = typeof row['label'] === 'boolean' ? 'kto' : 'messages';
		const messages = [...before, ...readMessages(row['messages'], ['messages'])];
		const repeated = withPromptCopy(messages, row['prompt']);
		const shown = repeated ? ['messages', 'system', 'prompt'] : ['messages', 'system'];
		return dialogue(format, row, shown, repeated ?? messages);
	}
	const key = ['conversations', 'conversation'].find(name => isTurnList(row[name]));
	if (key !== undefined) {
		const messages = [...before, ...readTurns(row[key] as JsonObject[], [key])];
		return dialogue(isMarked(row) ? 'kto' : 'sharegpt', row, [key, 'system'], messages);
	}
	const listKey = ['conversations', 'conversation'].find(name => isMessageList(row[name]));
	if (listKey !== undefined) {
		const messages = [...before, ...readMessages(row[listKey] as JsonObject[], [listKey])];
		return dialogue('messages', row, [listKey, 'system'], messages);
	}
	return recogniseUltraChat(row);
}

/** UltraChat 200k repeats the first user turn in `prompt`: an edit has to reach both. */
function withPromptCopy(messages: readonly Message[], prompt: unknown): Message[] | undefined {
	const first = messages.findIndex(message => message.role === 'user');
	const block = messages[first]?.blocks[0];
	if (block?.kind !== 'text' || block.text !== prompt) {
		return undefined;
	}
	return messages.map((message, i) =>
		i === first
			? {
					...message,
					blocks: [{ ...block, paths: [...block.paths, ['prompt']] }, ...message.blocks.slice(1)],
				}
			: message,
	);
}

/** Raw UltraChat: `data` is a list of strings, the user's and the assistant's in turn. */
function recogniseUltraChat(row: JsonObject): RecognisedRow | undefined {
	const data = row['data'];
	if (!Array.isArray(data) || data.length === 0 || !data.every(item => typeof item === 'string')) {
		return undefined;
	}
	const messages = data.map((text, i) =>
		plainMessage(i % 2 === 0 ? 'user' : 'assistant', text, ['data', i]),
	);
	return dialogue('ultrachat', row, ['data'], messages);
}

/** `instruction`, `input`, `output`, with `system` and `history: [[user, reply], …]` before. */
function recogniseAlpaca(row: JsonObject): RecognisedRow | undefined {
	const { instruction, input, output, system, history } = row;
	if (typeof instruction !== 'string' || typeof output !== 'string') {
		return undefined;
	}
	const messages: Message[] = [];
	if (typeof system === 'string' && system !== '') {
		messages.push(plainMessage('system', system, ['system']));
	}
	for (const [i, turn] of (Array.isArray(history) ? history : []).entries()) {
		if (Array.isArray(turn)) {
			messages.push(plainMessage('user', String(turn[0]), ['history', i, 0]));
			messages.push(plainMessage('assistant', String(turn[1]), ['history', i, 1]));
		}
	}
	const hasInput = typeof input === 'string' && input !== '';
	messages.push(
		userMessage([
			[instruction, ['instruction']],
			...(hasInput ? [[input, ['input']] as const] : []),
		]),
	);
	messages.push(plainMessage('assistant', output, ['output']));
	const shown = ['instruction', 'input', 'output', 'system', 'history'];
	return dialogue(isMarked(row) ? 'kto' : 'alpaca', row, shown, messages);
}

/** `prompt` with a `completion`, or alone; strings or message lists. */
function recognisePrompt(row: JsonObject): RecognisedRow | undefined {
	const prompt = sideOf(row['prompt'], 'user', 'prompt');
	if (!prompt) {
		return undefined;
	}
	const completion = sideOf(row['completion'], 'assistant', 'completion');
	if (!completion) {
		return dialogue('prompt-only', row, ['prompt'], prompt);
	}
	const format = isMarked(row) ? 'kto' : 'prompt-completion';
	return dialogue(format, row, ['prompt', 'completion'], [...prompt, ...completion]);
}

function sideOf(value: unknown, role: 'user' | 'assistant', key: string): Message[] | undefined {
	if (typeof value === 'string') {
		return [plainMessage(role, value, [key])];
	}
	return isMessageList(value) ? readMessages(value, [key]) : undefined;
}

function recognisePlainText(row: JsonObject): RecognisedRow | undefined {
	const text = row['text'];
	if (typeof text !== 'string') {
		return undefined;
	}
	const example: Example = {
		kind: 'text',
		body: { text, paths: [['text']] },
		fields: fieldsBeside(row, ['text']),
	};
	return { format: 'text', example };
}

function isMarked(row: JsonObject): boolean {
	return typeof row['label'] === 'boolean' || typeof row['kto_tag'] === 'boolean';
}

function dialogue(
	format: FormatName,
	row: JsonObject,
	shown: readonly string[],
	messages: readonly Message[],
): RecognisedRow {
	const mark = row['label'] ?? row['kto_tag'];
	const marked = format === 'kto' && typeof mark === 'boolean';
	return {
		format,
		example: {
			kind: 'messages',
			messages,
			...(marked ? { desirable: mark } : {}),
			fields: fieldsBeside(row, marked ? [...shown, 'label', 'kto_tag'] : shown),
		},
	};
}
