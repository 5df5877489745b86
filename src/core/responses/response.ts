import type { ChatMessage } from './promptSet';

/** One answer of one model to one prompt: a line of `responses/<label>.jsonl`. */
export interface ModelResponse {
	readonly promptId: string;
	/** Position in the prompt set, from 0. */
	readonly promptIndex: number;
	/** Label of the model in its comparison. */
	readonly model: string;
	readonly messages: readonly ChatMessage[];
	readonly response: string;
	/** `length`: the answer was cut at the token limit. `error`: `response` holds no answer. */
	readonly finishReason: 'stop' | 'length' | 'error';
	/** Which of several answers to one prompt by the same model, from 0; absent means the first. */
	readonly sample?: number;
	readonly tokens: { readonly prompt?: number; readonly response?: number };
	readonly sampling: Readonly<Record<string, unknown>>;
	/** The whole row as it was read, with the fields that this version does not know. */
	readonly row: Readonly<Record<string, unknown>>;
}

export interface BrokenLine {
	/** Line number from 1, counted by the caller. */
	readonly line: number;
	readonly reason: string;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function count(value: unknown): number | undefined {
	return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function messagesOf(value: unknown): ChatMessage[] {
	return Array.isArray(value)
		? value.filter(
				(item): item is ChatMessage =>
					isRecord(item) && typeof item['role'] === 'string' && typeof item['content'] === 'string',
			)
		: [];
}

/**
 * Reads one line. Only the prompt and the text are indispensable; what else is missing gets a
 * neutral value, so that files of other tools can be compared too. A string tells what is wrong.
 */
export function parseResponse(line: string, fallbackLabel: string): ModelResponse | string {
	let row: unknown;
	try {
		row = JSON.parse(line);
	} catch (error) {
		return `not valid JSON: ${(error as Error).message}`;
	}
	if (!isRecord(row)) {
		return 'it is not an object';
	}
	const { promptId, promptIndex, model, response, finishReason, tokens, sampling } = row;
	if (typeof response !== 'string') {
		return '"response" is not a text';
	}
	const index = count(promptIndex);
	if (typeof promptId !== 'string' && index === undefined) {
		return 'it names no prompt ("promptId" or "promptIndex")';
	}
	const tokenCounts = isRecord(tokens) ? tokens : {};
	return {
		promptId: typeof promptId === 'string' ? promptId : String(index),
		promptIndex: index ?? -1,
		model: typeof model === 'string' ? model : fallbackLabel,
		messages: messagesOf(row['messages']),
		response,
		finishReason: finishReason === 'length' || finishReason === 'error' ? finishReason : 'stop',
		sample: Math.max(0, Math.trunc(count(row['sample']) ?? 0)),
		tokens: {
			prompt: count(tokenCounts['prompt']),
			response: count(tokenCounts['response']),
		},
		sampling: isRecord(sampling) ? sampling : {},
		row,
	};
}
