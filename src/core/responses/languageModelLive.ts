import { reasonOf, WindsockError } from '../base/errors';
import { err, ok } from '../base/result';
import { languageModelOptions, type LanguageModel } from './languageModelAnswerer';
import type { LiveAnswerer } from './liveAnswerer';

/** One of the editor's language models, read while it writes. No editor says why a model ended. */
export function liveLanguageModel(model: LanguageModel): LiveAnswerer {
	return {
		stream: async (messages, sampling, signal, onText) => {
			let text = '';
			try {
				const pieces = await model.send(
					messages.map(({ role, content }) => ({
						role: role === 'assistant' ? 'assistant' : 'user',
						content,
					})),
					languageModelOptions(sampling),
					signal,
				);
				for await (const piece of pieces) {
					text += piece;
					onText(text);
				}
				return ok({ text, finishReason: signal.aborted ? 'cut' : 'stop' });
			} catch (error) {
				if (text !== '') {
					return ok({ text, finishReason: 'cut' });
				}
				return err(
					signal.aborted
						? new WindsockError('cancelled', { what: `asking ${model.name}` })
						: new WindsockError(
								'languageModelFailed',
								{ name: model.name, reason: reasonOf(error) },
								{ cause: error },
							),
				);
			}
		},
	};
}
