import { messagesOf, messageText, type Message, type RecognisedRow } from '../example';
import { isObject } from '../messageShapes';

/** Names under which question lists and raw data keep what a model is asked. */
const promptFields = ['instruction', 'prompt', 'question', 'query', 'input'] as const;

/**
 * What a row asks: everything before its first reply. Rows of one prompt belong on one side of a
 * split. `undefined` when the row asks nothing that can be told.
 */
export function promptOf({ example }: RecognisedRow): string | undefined {
	switch (example.kind) {
		case 'messages':
			return joined(beforeReply(example.messages));
		case 'preference':
		case 'completions':
		case 'stepwise':
			return joined(example.prompt);
		case 'text':
			return example.body.text;
		case 'json':
			return promptOfValue(example.value);
		default:
			return undefined;
	}
}

/** Everything that a row asks, turn by turn: what must not stand in an evaluation either. */
export function askedTexts(row: RecognisedRow): string[] {
	const { example } = row;
	const users = messagesOf(example).filter(({ role }) => role === 'user');
	if (users.length > 0) {
		return users.map(messageText);
	}
	const turns: unknown =
		example.kind === 'json' && isObject(example.value) ? example.value['turns'] : undefined;
	if (Array.isArray(turns)) {
		return turns.filter(turn => typeof turn === 'string');
	}
	const prompt = promptOf(row);
	return prompt === undefined ? [] : [prompt];
}

/** The prompt of a row that is no example: an evaluation's question, raw preference data. */
export function promptOfValue(value: unknown): string | undefined {
	if (!isObject(value)) {
		return undefined;
	}
	const turns: unknown = value['turns'];
	if (Array.isArray(turns) && typeof turns[0] === 'string') {
		return turns[0];
	}
	const name = promptFields.find(field => typeof value[field] === 'string' && value[field] !== '');
	return name === undefined ? undefined : String(value[name]);
}

/** The same for two prompts that differ in case, spacing, punctuation or Unicode form only. */
export function normalisePrompt(text: string): string {
	const words = text
		.normalize('NFKC')
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
		.trim();
	// A prompt of signs alone (“:-)”, “2+2=?” keeps its digits) is told apart by the signs.
	return words === '' ? text.normalize('NFKC').trim() : words;
}

function beforeReply(messages: readonly Message[]): readonly Message[] {
	const reply = messages.findIndex(message => message.role === 'assistant');
	return reply < 0 ? messages : messages.slice(0, reply);
}

/**
 * Without system turns: the same question under another system prompt is the same question. With
 * nothing but a system turn, that is what was asked.
 */
function joined(messages: readonly Message[]): string | undefined {
	const asked = messages.filter(({ role }) => role !== 'system' && role !== 'developer');
	const text = (asked.length > 0 ? asked : messages).map(messageText).join('\n');
	return text.trim() === '' ? undefined : text;
}
