import { Template } from '@huggingface/jinja';

/** What a template is rendered with beside the tokenizer's special tokens. */
export interface ChatVariables {
	readonly messages: readonly unknown[];
	readonly tools: readonly unknown[] | null;
	readonly add_generation_prompt: boolean;
}

/** A compiled chat template. */
export class ChatTemplate {
	readonly #template: Template;

	/** @throws Error in the words of the Jinja library for a text that is no template */
	constructor(
		text: string,
		private readonly specialTokens: Readonly<Record<string, string>>,
	) {
		this.#template = new Template(text);
	}

	/** @throws Error with what the template itself says where it refuses the messages */
	render(variables: ChatVariables): string {
		// A variable that is absent is undefined to a template, one that is null is none.
		return this.#template.render({ documents: null, ...this.specialTokens, ...variables });
	}
}
