import type { TokensAnswer } from '../core/contract/runFiles.generated';
import type { RowId } from '../core/dataset/overlay';
import type { LocalSide } from '../core/tokens/localExample';

/** How far the host is with an example. */
export type TrainerState =
	/** Nothing that could read it has been chosen. */
	| { readonly kind: 'noRecipe'; readonly canChoose: boolean }
	| { readonly kind: 'noHost' }
	/** A phrase that says what goes on. */
	| { readonly kind: 'loading'; readonly message: string }
	| { readonly kind: 'environmentMissing' }
	/** A sentence; `needsTemplate` where the template does not mark replies. */
	| { readonly kind: 'failed'; readonly message: string; readonly needsTemplate?: boolean }
	/** Training is never sent the row. */
	| { readonly kind: 'leftOut'; readonly reason: string }
	| { readonly kind: 'shown'; readonly answer: TokensAnswer };

/** What this machine can say before the host does, and without it. */
export type LocalView =
	| { readonly kind: 'sides'; readonly sides: readonly LocalSide[] }
	| { readonly kind: 'refused'; readonly reason: string };

/** What the trainer sees of one row, as far as it is known. */
export interface TokensView {
	readonly id: RowId;
	/** Of the row's content. */
	readonly stamp: string;
	readonly recipe?: {
		readonly name: string;
		readonly path: string;
		/** Absent where the recipe cannot be read. */
		readonly method?: 'sft' | 'dpo';
	};
	readonly host?: string;
	/** What is different from the row in what is sent, each as a phrase. */
	readonly changes: readonly string[];
	/** Why another model's tokenizer stands in for the recipe's, as a sentence. */
	readonly standIn?: string;
	readonly trainer: TrainerState;
	readonly local?: LocalView;
}

export type TokensRequests = {
	/** Shows a row from now on, with its edits; `null` shows none. */
	showTokens: { params: { readonly id: RowId | null }; result: void };
	/** Asks which recipe to go by. */
	chooseTokensRecipe: { params: null; result: void };
	chooseTokensHost: { params: null; result: void };
	/** Builds the environment of the host, which was said to have none. */
	buildEnvironment: { params: null; result: void };
	/** Gives up on what is being loaded. */
	stopTokens: { params: null; result: void };
	/** Offers a chat template that marks replies, then tries again. */
	useTemplate: { params: null; result: void };
	/** Tries again after a failure. */
	retryTokens: { params: null; result: void };
	copyText: { params: { readonly text: string }; result: void };
};

export type TokensPageNotifications = {
	tokensChanged: TokensView;
};
