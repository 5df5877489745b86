import { reasonOf, WindsockError } from '../base/errors';
import { err, ok, type Result } from '../base/result';
import type { Answerer, GivenAnswer } from './answerer';
import type { ChatMessage } from './promptSet';

/** A language model of the editor, as extensions offer them. */
export interface LanguageModel {
	/** Lasting name: what `vscode:` references hold. */
	readonly id: string;
	readonly name: string;
	readonly vendor: string;
	readonly version: string;
	/**
	 * The pieces of one answer as they come. Rejects, or ends its pieces with an error, where the
	 * user declined, the quota is used up or the model is gone.
	 */
	send(
		messages: readonly LanguageModelMessage[],
		options: Readonly<Record<string, unknown>>,
		signal: AbortSignal | undefined,
	): Promise<AsyncIterable<string>>;
	countTokens(text: string): Promise<number>;
}

/** Editors know no system messages: a prompt's is the first that the user says. */
export interface LanguageModelMessage {
	readonly role: 'user' | 'assistant';
	readonly content: string;
}

/** Asks one of the editor's language models. Its sampling is up to the extension that offers it. */
export class LanguageModelAnswerer implements Answerer {
	readonly isOwn = false;

	constructor(
		private readonly model: LanguageModel,
		/** Milliseconds of a clock that never goes back. */
		private readonly now: () => number,
	) {}

	get name(): string {
		return this.model.name;
	}

	async complete(
		messages: readonly ChatMessage[],
		sampling: Readonly<Record<string, unknown>>,
		signal?: AbortSignal,
	): Promise<Result<GivenAnswer>> {
		const cancelled = err(new WindsockError('cancelled', { what: `asking ${this.name}` }));
		const began = this.now();
		try {
			const pieces = await this.model.send(
				messages.map(({ role, content }) => ({
					role: role === 'assistant' ? 'assistant' : 'user',
					content,
				})),
				languageModelOptions(sampling),
				signal,
			);
			let text = '';
			for await (const piece of pieces) {
				if (signal?.aborted === true) {
					return cancelled;
				}
				text += piece;
			}
			const seconds = (this.now() - began) / 1000;
			const prompt = await this.#count(messages.map(({ content }) => content).join('\n'));
			const response = await this.#count(text);
			const limit = sampling['max_new_tokens'];
			return ok({
				text,
				// No editor says why a model ended; one that wrote up to its limit was most likely cut.
				finishReason: typeof limit === 'number' && response >= limit ? 'length' : 'stop',
				tokens: { prompt, response },
				seconds,
				servedModel: `${this.model.vendor}/${this.model.id} ${this.model.version}`.trim(),
			});
		} catch (error) {
			return signal?.aborted === true
				? cancelled
				: err(
						new WindsockError(
							'languageModelFailed',
							{ name: this.name, reason: reasonOf(error) },
							{ cause: error },
						),
					);
		}
	}

	/** A count is worth less than the answer that stands. */
	async #count(text: string): Promise<number> {
		try {
			return await this.model.countTokens(text);
		} catch {
			// Told as 0, as by an endpoint that counts nothing.
			return 0;
		}
	}
}

/** Sampling in the words that most extensions pass on to their service. */
export function languageModelOptions(
	sampling: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
	const { max_new_tokens: limit, do_sample: doSample, ...rest } = sampling;
	return {
		...rest,
		...(limit === undefined ? {} : { max_tokens: limit }),
		...(doSample === false ? { temperature: 0 } : {}),
	};
}
