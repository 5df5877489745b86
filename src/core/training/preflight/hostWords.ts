import type { Words } from './wording';

/** What is said of the recipe, the host and foreign code. */
export const hostWords: Readonly<Record<string, Words>> = {
	recipeRefused: {
		name: 'refused',
		sentence: say => `TRL refuses the recipe: ${say.text('said')}`,
		advice: 'Change or remove the key',
	},
	settingUnreadable: {
		name: 'not loadable',
		sentence: say => `model, tokenizer or template cannot be loaded: ${say.text('said')}`,
		advice: 'See that the host has the model, and that the template is whole',
	},
	noTokens: {
		name: 'tokens unknown',
		sentence: say => `no tokens could be made: ${say.text('said')}`,
		advice: 'See the host’s card (Windsock: Check Host), then check again',
	},
	tokensFailed: {
		name: 'tokens unknown',
		sentence: say => `the process that makes tokens ended: ${say.text('said')}`,
		advice: 'See whether the host has memory left, then check again',
	},
	cacheDiscarded: {
		name: 'cache',
		sentence: 'what was kept of an earlier check was broken and was thrown away',
		advice: 'Nothing is to do: all rows were looked at anew',
	},
};
