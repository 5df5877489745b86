import type { ExactRow } from './exactRows';

/** As `ChatMessage` of prompt sets, which are read with this. */
export interface AskedMessage {
	readonly role: string;
	readonly content: string;
}

/** A prompt of a published file. */
export interface ReadPrompt {
	readonly line: number;
	/** Absent where the format has none and the text itself tells prompts apart. */
	readonly id?: string;
	readonly messages: readonly AskedMessage[];
	readonly tags: readonly string[];
	readonly reference?: string;
	readonly sampling?: Readonly<Record<string, unknown>>;
	readonly row: ExactRow;
}

/** An answer of a published file. */
export interface ReadAnswer {
	readonly line: number;
	/** Absent where the format has none and the prompt's text tells prompts apart. */
	readonly id?: string;
	/** Absent where the file only names the prompt. */
	readonly messages?: readonly AskedMessage[];
	readonly tags: readonly string[];
	/** Undefined: the file's name says it. */
	readonly model: string | undefined;
	/** One reply per turn. */
	readonly turns: readonly string[];
	/** Which of several answers by the same model, from 0. */
	readonly sample: number;
	/** Tokens of the answer, by the tokenizer of the benchmark. */
	readonly tokens?: number;
	readonly row: ExactRow;
}

export function tagsOf(...values: readonly unknown[]): string[] {
	return values.filter((value): value is string => typeof value === 'string' && value !== '');
}
