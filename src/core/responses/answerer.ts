import type { Result } from '../base/result';
import type { ChatMessage } from './promptSet';

/** One answer of a model that is asked from this machine. */
export interface GivenAnswer {
	readonly text: string;
	readonly finishReason: 'stop' | 'length';
	/** As the model's side counted; 0 where it told nothing. */
	readonly tokens: { readonly prompt: number; readonly response: number };
	readonly seconds: number;
	/** What the other side says it served. */
	readonly servedModel: string;
}

/** A model that is asked from this machine: an endpoint, or one of the editor's own. */
export interface Answerer {
	/** For messages, and kept with each answer. */
	readonly name: string;
	/** Whether it runs on this machine or its network, so that no provider's terms apply. */
	readonly isOwn: boolean;
	/**
	 * Asks for one answer. Fails with `endpointFailed`, `languageModelFailed` or `cancelled`.
	 *
	 * @param onWait hears why and for how many milliseconds it waits before it asks again
	 */
	complete(
		messages: readonly ChatMessage[],
		sampling: Readonly<Record<string, unknown>>,
		signal?: AbortSignal,
		onWait?: (reason: string, milliseconds: number) => void,
	): Promise<Result<GivenAnswer>>;
}
