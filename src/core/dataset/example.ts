import type { JsonPath } from './jsonScanner';

/** The shapes that fine-tuning data comes in; each row is recognised by itself. */
export type FormatName =
	| 'messages'
	| 'sharegpt'
	| 'sharegpt-preference'
	| 'trl-preference'
	| 'h4-preference'
	| 'v1-preference'
	| 'openai-preference'
	| 'alpaca'
	| 'alpaca-preference'
	| 'prompt-completion'
	| 'prompt-only'
	| 'kto'
	| 'text'
	| 'ultrachat'
	| 'json'
	| 'broken';

export type Role = 'system' | 'user' | 'assistant' | 'tool' | 'developer' | 'unknown';

/** A text together with every place in the row where it stands, for editing it in place. */
export interface EditableText {
	readonly text: string;
	/** Empty when the text cannot be edited. An edit changes all of them. */
	readonly paths: readonly JsonPath[];
}

export type Block =
	| ({ readonly kind: 'text' } & EditableText)
	| ({ readonly kind: 'reasoning' } & EditableText)
	| {
			readonly kind: 'toolCall';
			readonly name: string;
			readonly arguments: string;
			readonly raw: unknown;
	  }
	| { readonly kind: 'image'; readonly source: string; readonly raw: unknown }
	| { readonly kind: 'other'; readonly raw: unknown };

export interface Message {
	readonly role: Role;
	/** As written in the row: `human`, `function_call`, … */
	readonly writtenRole: string;
	/** Of a tool or a speaker. */
	readonly name?: string;
	readonly blocks: readonly Block[];
	/** Whether or how much the trainer is to learn from it, when the row says so. */
	readonly weight?: number;
	/** Keys of the message that no block shows: `tool_call_id`, … */
	readonly extra?: Readonly<Record<string, unknown>>;
	/**
	 * Every place in the row that holds the message: an object, or a string of a known role. More
	 * than one where two dialogues share it. Absent when it can only be shown.
	 */
	readonly places?: readonly JsonPath[];
}

/** A field of the row that the view does not show as text: ids, scores, tools. */
export interface Field {
	readonly name: string;
	readonly value: unknown;
	/** Where it stands, when that is not at the top under its name. */
	readonly path?: JsonPath;
}

/** A row as a person reads it. */
export type Example =
	| {
			readonly kind: 'messages';
			readonly messages: readonly Message[];
			/** Marked as good or bad (KTO). */
			readonly desirable?: boolean;
			readonly fields: readonly Field[];
	  }
	| {
			readonly kind: 'preference';
			readonly prompt: readonly Message[];
			readonly chosen: readonly Message[];
			readonly rejected: readonly Message[];
			readonly scores?: { readonly chosen: number; readonly rejected: number };
			readonly fields: readonly Field[];
	  }
	| { readonly kind: 'text'; readonly body: EditableText; readonly fields: readonly Field[] }
	| { readonly kind: 'json'; readonly value: unknown }
	| { readonly kind: 'broken'; readonly text: string; readonly reason: string };

export interface RecognisedRow {
	readonly format: FormatName;
	readonly example: Example;
}

/** The text of a message as one string: its text blocks, without reasoning, calls and images. */
export function messageText(message: Message): string {
	return message.blocks.flatMap(block => (block.kind === 'text' ? [block.text] : [])).join('\n');
}

/** All messages of an example in the order in which they are shown and numbered. */
export function messagesOf(example: Example): readonly Message[] {
	switch (example.kind) {
		case 'messages':
			return example.messages;
		case 'preference':
			return [...example.prompt, ...example.chosen, ...example.rejected];
		default:
			return [];
	}
}

/** Every text of an example that a person can read, for searching. */
export function textsOf(example: Example): string[] {
	switch (example.kind) {
		case 'text':
			return [example.body.text];
		case 'broken':
			return [example.text];
		case 'json':
			return stringsIn(example.value);
		default:
			return messagesOf(example).flatMap(message => message.blocks.flatMap(blockTexts));
	}
}

function blockTexts(block: Block): string[] {
	switch (block.kind) {
		case 'text':
		case 'reasoning':
			return [block.text];
		case 'toolCall':
			return [block.name, block.arguments];
		case 'image':
			return [block.source];
		case 'other':
			return stringsIn(block.raw);
	}
}

function stringsIn(value: unknown): string[] {
	const found: string[] = [];
	const waiting: unknown[] = [value];
	while (waiting.length > 0) {
		const next = waiting.pop();
		if (typeof next === 'string') {
			found.push(next);
		} else if (next !== null && typeof next === 'object') {
			for (const child of Object.values(next).toReversed()) {
				waiting.push(child);
			}
		}
	}
	return found;
}
