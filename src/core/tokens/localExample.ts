import { ChatTemplate } from './chatTemplate';
import { LocalTokenizer, type TokenSequence } from './localTokenizer';
import type { TokenizerFiles } from './tokenizerFiles';

/** A row in TRL's form. */
export type TrlRow = Readonly<Record<string, unknown>>;

export type SideName = 'text' | 'chosen' | 'rejected';

/** A side of an example as this machine reads it; what carries loss only the host knows. */
export interface LocalSide extends TokenSequence {
	readonly name: SideName;
	/** Tokens that stand for no text of their own, by their places. */
	readonly special: readonly { readonly at: number; readonly name: string }[];
}

/**
 * Reads rows as TRL's trainers do, as far as text and ids go. The trainer's own code on the host
 * is what counts; this is here at once.
 */
export class LocalExamples {
	readonly #tokenizer: LocalTokenizer;
	readonly #template: ChatTemplate | undefined;
	readonly #endOfText: string;
	readonly #added: ReadonlyMap<number, string>;

	/**
	 * @param template the recipe's, in the place of the tokenizer's own
	 * @throws Error for files that are no tokenizer or a text that is no template
	 */
	constructor(files: TokenizerFiles, template?: string) {
		this.#tokenizer = new LocalTokenizer(files);
		const added = files.tokenizer.added_tokens ?? [];
		this.#added = new Map(added.map(({ id, content }) => [id, content]));
		const text = template ?? files.chatTemplate;
		this.#template = text === undefined ? undefined : new ChatTemplate(text, files.specialTokens);
		this.#endOfText = files.specialTokens['eos_token'] ?? '';
	}

	/**
	 * The sides of a row; undefined where only the host can say.
	 *
	 * @throws Error with the template's own words where it refuses the row
	 */
	read(row: TrlRow, method: 'sft' | 'dpo'): readonly LocalSide[] | undefined {
		if (method === 'dpo') {
			const chosen = this.#reply(row, 'chosen');
			const rejected = this.#reply(row, 'rejected');
			return chosen && rejected && [chosen, rejected];
		}
		const side = this.#example(row);
		return side && [side];
	}

	#example(row: TrlRow): LocalSide | undefined {
		const { messages, tools, prompt, completion, text } = row;
		if (Array.isArray(messages)) {
			return this.#chat('text', messages, toolsOf(tools));
		}
		if (Array.isArray(prompt) && Array.isArray(completion)) {
			return this.#chat('text', [...(prompt as unknown[]), ...(completion as unknown[])]);
		}
		if (typeof prompt === 'string' && typeof completion === 'string') {
			return this.#plain('text', prompt + this.#ended(completion));
		}
		return typeof text === 'string' ? this.#plain('text', this.#ended(text)) : undefined;
	}

	/** TRL puts the ids of a prompt before what follows as many ids in prompt and reply together. */
	#reply(row: TrlRow, name: 'chosen' | 'rejected'): LocalSide | undefined {
		const { prompt } = row;
		const reply = row[name];
		if (Array.isArray(prompt) && Array.isArray(reply)) {
			const side = this.#chat(name, [...(prompt as unknown[]), ...(reply as unknown[])]);
			const before = this.#rendered(prompt, null, true);
			return side && before !== undefined && this.#beginsWith(side, before, false)
				? side
				: undefined;
		}
		if (typeof prompt === 'string' && typeof reply === 'string') {
			const side = this.#plain(name, prompt + this.#ended(reply));
			return this.#beginsWith(side, prompt, true) ? side : undefined;
		}
		return undefined;
	}

	#chat(
		name: SideName,
		messages: readonly unknown[],
		tools: readonly unknown[] | null = null,
	): LocalSide | undefined {
		const text = this.#rendered(messages, tools, false);
		return text === undefined ? undefined : this.#side(name, text, false);
	}

	#rendered(
		messages: readonly unknown[],
		tools: readonly unknown[] | null,
		prompts: boolean,
	): string | undefined {
		return this.#template?.render({ messages, tools, add_generation_prompt: prompts });
	}

	#plain(name: SideName, text: string): LocalSide {
		return this.#side(name, text, true);
	}

	#side(name: SideName, text: string, addsSpecial: boolean): LocalSide {
		const { ids, tokens } = this.#tokenizer.encode(text, addsSpecial);
		const special = ids.flatMap((id, at) => {
			const own = this.#added.get(id);
			return own === undefined ? [] : [{ at, name: own }];
		});
		return { name, special, ...this.#tokenizer.sequence(text, tokens, ids) };
	}

	#beginsWith(side: TokenSequence, text: string, addsSpecial: boolean): boolean {
		const { ids } = this.#tokenizer.encode(text, addsSpecial);
		return ids.every((id, i) => side.ids[i] === id);
	}

	#ended(text: string): string {
		return text.endsWith(this.#endOfText) ? text : text + this.#endOfText;
	}
}

/** TRL takes tools as a list or as the text of one. */
function toolsOf(tools: unknown): readonly unknown[] | null {
	const list: unknown = typeof tools === 'string' && tools !== '' ? JSON.parse(tools) : tools;
	return Array.isArray(list) && list.length > 0 ? list : null;
}
