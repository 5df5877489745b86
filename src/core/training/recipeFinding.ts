/** What a check says about a recipe, with the line it is about where there is one. */
export interface RecipeFinding {
	readonly code: RecipeFindingCode;
	readonly severity: 'error' | 'warning';
	/** What is wrong and what to do, without a full stop. */
	readonly message: string;
	/** From 1. */
	readonly line?: number;
	/** The top-level key that it is about. */
	readonly key?: string;
	/** What one click may do about it. */
	readonly fix?: RecipeFix;
}

export type RecipeFindingCode =
	| 'recipeUnreadable'
	| 'methodUnknown'
	| 'datasetMissing'
	| 'datasetWeight'
	| 'modelInvalid'
	| 'argumentUnknown'
	| 'argumentManaged'
	| 'argumentType'
	| 'argumentChoice'
	| 'argumentsConflict'
	| 'argumentWithoutEffect'
	| 'learningRateRange'
	| 'weightsTooCoarse'
	| 'lossHidden'
	| 'warmupTooLong'
	| 'secretInRecipe'
	| 'scriptMissing'
	| 'labelsUnknown';

export type RecipeFix =
	| { readonly kind: 'rename'; readonly to: string }
	/** Sets this or, where `key` names one, another key. */
	| { readonly kind: 'set'; readonly key: string; readonly value: unknown }
	| { readonly kind: 'remove' };

/** A finding before it knows its line. */
export type FindingDraft = Omit<RecipeFinding, 'line'>;
