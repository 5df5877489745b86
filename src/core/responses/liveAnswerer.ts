import type { Result } from '../base/result';
import type { ChatMessage } from './promptSet';

export interface StreamedAnswer {
	readonly text: string;
	/** `cut`: the stream ended before the model did; what had come is the text. */
	readonly finishReason: 'stop' | 'length' | 'cut';
}

/** A model whose answer is read while it is written. */
export interface LiveAnswerer {
	/**
	 * Asks for one answer. Fails with `endpointFailed`, `languageModelFailed` or `cancelled` where nothing came.
	 *
	 * @param onText hears the whole text so far whenever it has grown
	 */
	stream(
		messages: readonly ChatMessage[],
		sampling: Readonly<Record<string, unknown>>,
		signal: AbortSignal,
		onText: (text: string) => void,
	): Promise<Result<StreamedAnswer>>;
}
