import type { RecipeForm } from '../core/training/form/recipeForm';
import type { Side } from './rpc';

export interface ShownForm {
	/** File name of the recipe. */
	readonly title: string;
	readonly form: RecipeForm | { readonly unreadable: string };
}

/** What the page listens to. */
export interface RecipeFormPage extends Side {
	requests: Record<never, never>;
	notifications: {
		/** At first, and after each change of the recipe's text, whoever made it. */
		formChanged: ShownForm;
	};
}

/** What the extension host does for the page. */
export interface RecipeFormHost extends Side {
	requests: Record<never, never>;
	notifications: {
		/** A field was changed; an empty value takes its key out of the recipe. */
		fieldChanged: { readonly key: string; readonly value: string };
		/** Options that get a field though the recipe does not have them yet. */
		optionsWanted: { readonly keys: readonly string[] };
		launchAsked: Record<never, never>;
		/** The text is wanted, where it speaks of `key`. */
		textAsked: { readonly key?: string };
	};
}
