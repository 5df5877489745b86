import { signal } from '@preact/signals';
import { render } from 'preact';
import type { RecipeFormHost, RecipeFormPage, ShownForm } from '../../src/protocol/recipeForm';
import '../shared/base.css';
import { connectToHost, loadViewState, saveViewState } from '../shared/host';
import type { Actions } from './actions';
import { App } from './app';
import './recipeForm.css';

const shown = signal<ShownForm | undefined>(undefined);
/** Options with a field that the recipe may not have yet; kept while the tab is. */
let { wanted } = loadViewState<{ wanted: readonly string[] }>({ wanted: [] });
const host = connectToHost<RecipeFormPage, RecipeFormHost>(
	{},
	{
		formChanged: form => {
			shown.value = form;
		},
	},
);
const actions: Actions = {
	change: (key, value) => host.notify('fieldChanged', { key, value }),
	want: key => {
		wanted = [...wanted, key];
		saveViewState({ wanted });
		host.notify('optionsWanted', { keys: wanted });
	},
	launch: () => host.notify('launchAsked', {}),
	showText: key => host.notify('textAsked', key === undefined ? {} : { key }),
};
const root = document.getElementById('root');
if (root) {
	render(<App shown={shown} actions={actions} />, root);
}
host.ready();
if (wanted.length > 0) {
	host.notify('optionsWanted', { keys: wanted });
}
