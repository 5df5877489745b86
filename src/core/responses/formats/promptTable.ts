import type { ChatMessage, Prompt } from '../promptSet';
import { printExactly } from './exactRows';
import type { ReadAnswer, ReadPrompt } from './readAnswer';

/** Tells prompts apart where no id does. */
export function promptKey(messages: readonly ChatMessage[]): string {
	return messages.map(({ role, content }) => `${role}\n${content}`).join('\0');
}

/** A prompt whose text may come later than its id. */
interface KnownPrompt extends Omit<Prompt, 'messages'> {
	messages: readonly ChatMessage[];
}

/** The prompts of several files, each once: found by id, or by text where a file has no ids. */
export class PromptTable {
	readonly #prompts: KnownPrompt[] = [];
	readonly #byId = new Map<string, number>();
	readonly #byText = new Map<string, number>();
	readonly #places = new Map<Prompt, number>();
	readonly #duplicates = new Map<ReadPrompt, string>();

	get prompts(): readonly Prompt[] {
		return this.#prompts;
	}

	get size(): number {
		return this.#prompts.length;
	}

	/** A prompt of a set. One that is there already stays as it is. */
	add(prompt: ReadPrompt): void {
		const known =
			prompt.id === undefined
				? this.#byText.get(promptKey(prompt.messages))
				: this.#byId.get(prompt.id);
		if (known !== undefined) {
			this.#duplicates.set(prompt, this.#prompts[known]?.id ?? '');
			return;
		}
		this.#push({
			id: prompt.id ?? this.#freeId(),
			messages: prompt.messages,
			tags: prompt.tags,
			...(prompt.reference === undefined ? {} : { reference: prompt.reference }),
			...(prompt.sampling === undefined ? {} : { sampling: prompt.sampling }),
			line: prompt.line,
			extra: { origin: printExactly(prompt.row) },
		});
	}

	/** The prompt that an answer is to; made from the answer where no set has it. */
	promptOf(answer: ReadAnswer): Prompt {
		const { id, messages = [], tags, line } = answer;
		const byText = messages.length > 0 ? this.#byText.get(promptKey(messages)) : undefined;
		const place = id === undefined ? byText : this.#byId.get(id);
		const known = place === undefined ? undefined : this.#prompts[place];
		if (known && (known.messages.length > 0 || messages.length === 0)) {
			return known;
		}
		if (known && place !== undefined) {
			// An earlier file only named it.
			known.messages = messages;
			this.#byText.set(promptKey(messages), place);
			return known;
		}
		return this.#push({ id: id ?? this.#freeId(), messages, tags, line, extra: {} });
	}

	placeOf(prompt: Prompt): number {
		return this.#places.get(prompt) ?? -1;
	}

	/** Ids of those prompts that stood in the table before they came. */
	duplicatesOf(prompts: readonly ReadPrompt[]): string[] {
		return prompts.flatMap(prompt => this.#duplicates.get(prompt) ?? []);
	}

	#push(prompt: KnownPrompt): Prompt {
		const place = this.#prompts.length;
		this.#prompts.push(prompt);
		this.#places.set(prompt, place);
		this.#byId.set(prompt.id, place);
		if (prompt.messages.length > 0) {
			this.#byText.set(promptKey(prompt.messages), place);
		}
		return prompt;
	}

	/** Its place in the set, as for rows of a prompt set without an id. */
	#freeId(): string {
		let n = this.#prompts.length;
		while (this.#byId.has(String(n))) {
			n++;
		}
		return String(n);
	}
}
