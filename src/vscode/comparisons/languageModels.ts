import * as vscode from 'vscode';
import type { LanguageModel } from '../../core/responses/languageModelAnswerer';

/** The language models that extensions offer in this window now; asking for them sends nothing. */
export async function languageModels(): Promise<readonly LanguageModel[]> {
	return (await vscode.lm.selectChatModels()).map(asLanguageModel);
}

function asLanguageModel(chat: vscode.LanguageModelChat): LanguageModel {
	return {
		id: chat.id,
		name: chat.name,
		vendor: chat.vendor,
		version: chat.version,
		countTokens: async text => chat.countTokens(text),
		send: async (messages, modelOptions, signal) => {
			const cancel = new vscode.CancellationTokenSource();
			const onAbort = (): void => cancel.cancel();
			signal?.addEventListener('abort', onAbort);
			const end = (): void => {
				signal?.removeEventListener('abort', onAbort);
				cancel.dispose();
			};
			try {
				const answer = await chat.sendRequest(
					messages.map(({ role, content }) =>
						role === 'assistant'
							? vscode.LanguageModelChatMessage.Assistant(content)
							: vscode.LanguageModelChatMessage.User(content),
					),
					{ justification: 'Answer the prompts of a comparison.', modelOptions },
					cancel.token,
				);
				return endingWith(answer.text, end);
			} catch (error) {
				end();
				throw error;
			}
		},
	};
}

async function* endingWith(pieces: AsyncIterable<string>, end: () => void): AsyncIterable<string> {
	try {
		yield* pieces;
	} finally {
		end();
	}
}
