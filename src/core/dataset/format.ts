import { recogniseCompletions } from './completionFormats';
import { readDialogueText } from './dialogueText';
import type { Example, FormatName, Message, RecognisedRow } from './example';
import { withImages } from './imageFields';
import {
	fieldsBeside,
	isMessage,
	isMessageList,
	isObject,
	isTurnList,
	plainMessage,
	readMessage,
	readMessages,
	readTurns,
	type JsonObject,
} from './messageShapes';
import { parseRow } from './parseRow';
import { recogniseMapped, type RowMapping } from './rowMapping';
import { recognisePreference, systemFields, systemOf, userMessage } from './preferenceFormats';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A row as bytes of its file: what cannot be parsed is shown as text with the parser's words. */
export function recogniseBytes(bytes: Uint8Array, mapping?: RowMapping): RecognisedRow {
	return recogniseText(decoder.decode(bytes), mapping);
}

export function recogniseText(text: string, mapping?: RowMapping): RecognisedRow {
	let value: unknown;
	try {
		value = parseRow(text);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return { format: 'broken', example: { kind: 'broken', text, reason } };
	}
	return recognise(value, mapping);
}

/**
 * Finds out what a row is. What has no known shape is shown as the JSON it is.
 *
 * @param mapping how a person said that it is to be read; rows that do not fit speak for themselves
 */
export function recognise(value: unknown, mapping?: RowMapping): RecognisedRow {
	if (!isObject(value)) {
		return { format: 'json', example: { kind: 'json', value } };
	}
	const found = (mapping && recogniseMapped(value, mapping)) ?? recogniseObject(value);
	if (!found) {
		return { format: 'json', example: { kind: 'json', value } };
	}
	return 'images' in value || 'image' in value
		? { ...found, example: withImages(found.example, value) }
		: found;
}

function recogniseObject(row: JsonObject): RecognisedRow | undefined {
	return (
		recognisePreference(row) ??
		recogniseDialogue(row) ??
		recogniseCompletions(row) ??
		recogniseAlpaca(row) ??
		recognisePrompt(row) ??
		recogniseQuestion(row) ??
		recogniseTexts(row) ??
		recogniseTrace(row)
	);
}

function recogniseDialogue(row: JsonObject): RecognisedRow | undefined {
	const before = systemOf(row);
	if (isMessageList(row['messages'])) {
		const format: FormatName = typeof row['label'] === 'boolean' ? 'kto' : 'messages';
		const messages = [...before, ...readMessages(row['messages'], ['messages'])];
		const repeated = withPromptCopy(messages, row['prompt']);
		const shown = ['messages', ...systemFields, ...(repeated ? ['prompt'] : [])];
		return dialogue(format, row, shown, repeated ?? messages);
	}
	const key = ['conversations', 'conversation'].find(name => isTurnList(row[name]));
	if (key !== undefined) {
		const messages = [...before, ...readTurns(row[key] as JsonObject[], [key])];
		return dialogue(isMarked(row) ? 'kto' : 'sharegpt', row, [key, ...systemFields], messages);
	}
	const listKey = ['conversations', 'conversation'].find(name => isMessageList(row[name]));
	if (listKey !== undefined) {
		const messages = [...before, ...readMessages(row[listKey] as JsonObject[], [listKey])];
		return dialogue('messages', row, [listKey, ...systemFields], messages);
	}
	return recogniseExchanges(row) ?? recogniseUltraChat(row) ?? recogniseQuestions(row);
}

/** Capybara: `conversation: [{input, output}, …]`. */
function recogniseExchanges(row: JsonObject): RecognisedRow | undefined {
	const exchanges = row['conversation'];
	if (!Array.isArray(exchanges) || exchanges.length === 0 || !exchanges.every(isExchange)) {
		return undefined;
	}
	const messages = exchanges.flatMap((one, i) => [
		plainMessage('user', one['input'], ['conversation', i, 'input']),
		plainMessage('assistant', one['output'], ['conversation', i, 'output']),
	]);
	const shown = ['conversation', ...systemFields];
	return dialogue('sharegpt', row, shown, [...systemOf(row), ...messages]);
}

function isExchange(value: unknown): value is { readonly input: string; readonly output: string } {
	return (
		isObject(value) && typeof value['input'] === 'string' && typeof value['output'] === 'string'
	);
}

/** MT-Bench: the user's turns without the answers. */
function recogniseQuestions(row: JsonObject): RecognisedRow | undefined {
	const { question_id: id, turns } = row;
	if (id === undefined || !Array.isArray(turns) || turns.length === 0) {
		return undefined;
	}
	if (!turns.every(turn => typeof turn === 'string')) {
		return undefined;
	}
	const messages = turns.map((text, i) => userMessage([[text, ['turns', i]]]));
	return dialogue('mt-bench-question', row, ['turns'], messages);
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
	const { instruction, input, output, history } = row;
	if (typeof instruction !== 'string' || typeof output !== 'string') {
		return undefined;
	}
	const messages: Message[] = [...systemOf(row)];
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
	const shown = ['instruction', 'input', 'output', 'history', ...systemFields];
	const isOfModel = typeof row['generator'] === 'string' && input === undefined;
	const format = isOfModel ? 'alpaca-eval-output' : isMarked(row) ? 'kto' : 'alpaca';
	return dialogue(format, row, shown, messages);
}

/** `prompt` with a `completion`, or alone; strings or message lists. */
function recognisePrompt(row: JsonObject): RecognisedRow | undefined {
	const prompt = sideOf(row['prompt'], 'user', 'prompt');
	if (!prompt) {
		return undefined;
	}
	const completion = sideOf(row['completion'], 'assistant', 'completion');
	const before = systemOf(row);
	const shown = ['prompt', 'completion', ...systemFields];
	if (completion) {
		const format = isMarked(row) ? 'kto' : 'prompt-completion';
		return dialogue(format, row, shown, [...before, ...prompt, ...completion]);
	}
	return hasReply(row, 'prompt')
		? undefined
		: dialogue('prompt-only', row, shown, [...before, ...prompt]);
}

/** Fields that hold a question, with those that hold its answer. */
const questionShapes = [
	['instruction', 'response'],
	['instruction', 'completion'],
	['question', 'answer'],
	['question', 'response'],
	['question', 'completion'],
	['query', 'answer'],
	['query', 'response'],
	['prompt', 'response'],
	['prompt', 'answer'],
	['prompt', 'generation'],
	['prompt', 'output'],
	['problem', 'solution'],
	['input', 'output'],
	['input', 'response'],
	['article', 'summary'],
] as const;

function hasReply(row: JsonObject, key: string): boolean {
	return questionShapes.some(
		([question, answer]) => question === key && typeof row[answer] === 'string',
	);
}

/** A question and its answer under other names: Dolly, OpenOrca, HelpSteer, Axolotl's variants. */
function recogniseQuestion(row: JsonObject): RecognisedRow | undefined {
	const shape = questionShapes.find(keys => keys.every(key => typeof row[key] === 'string'));
	if (!shape) {
		return undefined;
	}
	const [question, answer] = shape;
	const more = question === 'instruction' ? ['context', 'input'] : [];
	const parts = [question, ...more].filter(key => typeof row[key] === 'string' && row[key] !== '');
	const messages = [
		...systemOf(row),
		userMessage(parts.map(key => [String(row[key]), [key]] as const)),
		plainMessage('assistant', String(row[answer]), [answer]),
	];
	const shown = [...shape, ...more, ...systemFields];
	return dialogue(isMarked(row) ? 'kto' : 'question-answer', row, shown, messages);
}

function sideOf(value: unknown, role: 'user' | 'assistant', key: string): Message[] | undefined {
	if (typeof value === 'string') {
		return [plainMessage(role, value, [key])];
	}
	return isMessageList(value) ? readMessages(value, [key]) : undefined;
}

/** Fields that may hold a whole dialogue as one string. */
const dialogueFields = ['text', 'conversation', 'dialogue', 'dialog', 'chat'];

function recogniseTexts(row: JsonObject): RecognisedRow | undefined {
	for (const key of dialogueFields) {
		const text = row[key];
		const turns = typeof text === 'string' ? readDialogueText(text, [[key]]) : undefined;
		if (turns) {
			return dialogue('dialogue-text', row, [key], turns);
		}
	}
	const { text } = row;
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

/** One line of a session trace of the Hub: a message in an envelope. */
function recogniseTrace(row: JsonObject): RecognisedRow | undefined {
	const { type, message } = row;
	return type === 'message' && isMessage(message)
		? dialogue('session-trace', row, ['message'], [readMessage(message, ['message'])])
		: undefined;
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
