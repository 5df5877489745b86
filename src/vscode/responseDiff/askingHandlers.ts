import type { Comparison } from '../../core/responses/comparison';
import type { AskedPrompt } from './askedPrompt';
import type { ViewContext } from './comparisonViews';
import type { ResponseDiffActions } from './responseDiffActions';

/** What the page says of a prompt of one's own. */
export function askingHandlers(
	asked: AskedPrompt,
	session: {
		read(): Promise<Comparison | undefined>;
		context(comparison: Comparison): ViewContext;
		readonly actions: Pick<ResponseDiffActions, 'keepPrompt'>;
	},
): {
	promptAsked(request: { readonly text: string }): void;
	hostAsked(): void;
	askedLeft(): void;
	keepAsked(): void;
} {
	const ask = async (text: string): Promise<void> => {
		const comparison = await session.read();
		if (comparison && text !== '') {
			await asked.ask(text, comparison, session.context(comparison));
		}
	};
	const askHost = async (): Promise<void> => {
		const comparison = await session.read();
		if (comparison) {
			await asked.askHost(comparison);
		}
	};
	return {
		promptAsked: ({ text }) => void ask(text.trim()),
		hostAsked: () => void askHost(),
		askedLeft: () => asked.stop(),
		keepAsked: () => session.actions.keepPrompt(asked.messages ?? []),
	};
}
