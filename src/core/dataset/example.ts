import type { JsonPath } from './jsonScanner';

/**
 * The shapes that fine-tuning data comes in; each row is recognised by itself. The order is that of
 * the numbers that stand for formats in a scan table.
 */
export const formatNames = [
	'messages',
	'sharegpt',
	'sharegpt-preference',
	'trl-preference',
	'h4-preference',
	'v1-preference',
	'openai-preference',
	'axolotl-preference',
	'alpaca',
	'alpaca-preference',
	'prompt-completion',
	'prompt-only',
	'question-answer',
	'kto',
	'stepwise',
	'text',
	'dialogue-text',
	'dialogue-text-preference',
	'ultrachat',
	'ultrafeedback',
	'ranked-answers',
	'alpaca-eval-output',
	'alpaca-eval-annotation',
	'mt-bench-question',
	'mt-bench-answer',
	'session-trace',
	'mapped',
	'json',
	'broken',
] as const;
export type FormatName = (typeof formatNames)[number];

/** Rows that are prompts, or one message, and nothing else: they end with the user by their nature. */
export const promptFormats: ReadonlySet<FormatName> = new Set<FormatName>([
	'prompt-only',
	'mt-bench-question',
	'session-trace',
]);

export type Role = 'system' | 'user' | 'assistant' | 'tool' | 'developer' | 'unknown';

/** A text together with every place in the row where it stands, for editing it in place. */
export interface EditableText {
	readonly text: string;
	/** Empty when the text cannot be edited. An edit changes all of them. */
	readonly paths: readonly JsonPath[];
	/** The part of the string at each path that this text is; absent where it is the whole string. */
	readonly range?: StringRange;
}

export interface StringRange {
	/** UTF-16 offsets, end exclusive. */
	readonly start: number;
	readonly end: number;
}

export type Block =
	| ({
			readonly kind: 'text';
			/** Whether the trainer learns from this part, when the row says so for parts. */
			readonly weight?: number;
	  } & EditableText)
	| ({
			readonly kind: 'reasoning';
			/** With its tags, as it stands inside the reply; absent where it has a field of its own. */
			readonly written?: string;
	  } & EditableText)
	| {
			readonly kind: 'toolCall';
			readonly name: string;
			readonly arguments: string;
			readonly raw: unknown;
	  }
	| {
			readonly kind: 'image';
			/** A path, an address or a `data:` URI; empty when the row does not say. */
			readonly source: string;
			readonly place: ImagePlace;
			readonly raw: unknown;
	  }
	| { readonly kind: 'other'; readonly raw: unknown };

/**
 * How a row holds an image: as a content part of its own, as a part that stands for the next image
 * of the row, as `<image>` in a text, or in a field of the row only.
 */
export type ImagePlace = 'part' | 'slot' | 'token' | 'field';

/** A part of a message's text that is trained on or left out, as Axolotl's `train_detail` says. */
export interface TrainedPart extends StringRange {
	readonly isTrained: boolean;
}

export interface Message {
	readonly role: Role;
	/** As written in the row: `human`, `function_call`, … */
	readonly writtenRole: string;
	/** Of a tool or a speaker. */
	readonly name?: string;
	readonly blocks: readonly Block[];
	/** Whether or how much the trainer is to learn from it, when the row says so. */
	readonly weight?: number;
	readonly trainedParts?: readonly TrainedPart[];
	/** Keys of the message that no block shows: `tool_call_id`, … */
	readonly extra?: Readonly<Record<string, unknown>>;
	/**
	 * Every place in the row that holds the message: an object, or a string of a known role. More
	 * than one where two dialogues share it. Absent when it can only be shown.
	 */
	readonly places?: readonly JsonPath[];
	/** The names of its role and text there, when a person named them. */
	readonly keys?: { readonly role: string; readonly text: string };
}

/** A field of the row that the view does not show as text: ids, scores, tools. */
export interface Field {
	readonly name: string;
	readonly value: unknown;
	/** Where it stands, when that is not at the top under its name. */
	readonly path?: JsonPath;
}

/** What a judge says about one aspect of an answer. */
export interface AspectRating {
	readonly aspect: string;
	/** As written: a number, or `N/A`. */
	readonly rating: string;
	readonly rationale?: string;
	/** Kinds of fault or of help that the judge names. */
	readonly types?: readonly string[];
	readonly typesRationale?: string;
}

/** One of several answers to a prompt. */
export interface Completion {
	/** The model that wrote it, where the row says so. */
	readonly name: string;
	readonly messages: readonly Message[];
	/** The overall score. */
	readonly score?: number;
	/** 1 for the best; where the row ranks its answers. */
	readonly rank?: number;
	readonly ratings: readonly AspectRating[];
	readonly critique?: EditableText;
	/** The principle that it was written under, the score before it was mended, … */
	readonly fields: readonly Field[];
}

/** A step of a solution and whether it is right, where the row says so. */
export interface Step {
	readonly message: Message;
	readonly isRight: boolean | undefined;
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
	| {
			/** Several answers to one prompt, scored or ranked, none of them called the chosen one. */
			readonly kind: 'completions';
			readonly prompt: readonly Message[];
			readonly completions: readonly Completion[];
			readonly fields: readonly Field[];
	  }
	| {
			/** A solution whose steps are marked one by one. */
			readonly kind: 'stepwise';
			readonly prompt: readonly Message[];
			readonly steps: readonly Step[];
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
	const { blocks } = message;
	const [only] = blocks;
	if (blocks.length === 1 && only?.kind === 'text') {
		return only.text;
	}
	return blocks.flatMap(block => (block.kind === 'text' ? [block.text] : [])).join('\n');
}

/** All messages of an example in the order in which they are shown and numbered. */
export function messagesOf(example: Example): readonly Message[] {
	switch (example.kind) {
		case 'messages':
			return example.messages;
		case 'preference':
			return [...example.prompt, ...example.chosen, ...example.rejected];
		case 'completions':
			return [...example.prompt, ...example.completions.flatMap(({ messages }) => messages)];
		case 'stepwise':
			return [...example.prompt, ...example.steps.map(({ message }) => message)];
		default:
			return [];
	}
}

/** A message without the places of its texts: equal for messages that say the same. */
export function messageSaying(message: Message): unknown {
	const [only] = message.blocks;
	if (message.blocks.length === 1 && only?.kind === 'text' && only.weight === undefined) {
		return [message.role, only.text];
	}
	const blocks = message.blocks.map(block => ({ ...block, paths: undefined, range: undefined }));
	return [message.role, blocks];
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
		case 'completions':
			return [
				...messageTexts(example),
				...example.completions.flatMap(({ critique }) => (critique ? [critique.text] : [])),
			];
		default:
			return messageTexts(example);
	}
}

function messageTexts(example: Example): string[] {
	return messagesOf(example).flatMap(message => message.blocks.flatMap(blockTexts));
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
