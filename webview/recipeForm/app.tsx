import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { RecipeForm } from '../../src/core/training/form/recipeForm';
import type { ShownForm } from '../../src/protocol/recipeForm';
import { Button } from '../shared/components/button';
import type { Actions } from './actions';
import { AddKey } from './addKey';
import { Field } from './field';
import { Notes } from './notes';

export function App(props: {
	readonly shown: ReadonlySignal<ShownForm | undefined>;
	readonly actions: Actions;
}): JSX.Element | null {
	const { actions } = props;
	const shown = props.shown.value;
	if (shown === undefined) {
		return null;
	}
	const { form, title } = shown;
	const isReadable = 'groups' in form;
	return (
		<>
			<header class="ws-toolbar">
				<h1 class="form-title" title={title}>
					{title}
				</h1>
				{isReadable && <span class="ws-muted form-batch">{form.globalBatch}</span>}
				<span class="ws-spacer" />
				<Button testId="show-text" onClick={() => actions.showText()}>
					Show Text
				</Button>
				<Button
					appearance="primary"
					testId="launch"
					disabled={!isReadable}
					onClick={() => actions.launch()}
				>
					Launch Training…
				</Button>
			</header>
			{isReadable ? (
				<Form form={form} actions={actions} />
			) : (
				<Unreadable reason={form.unreadable} actions={actions} />
			)}
		</>
	);
}

function Form(props: { readonly form: RecipeForm; readonly actions: Actions }): JSX.Element {
	const { form, actions } = props;
	return (
		<main class="form">
			<Notes notes={form.notes} />
			{form.groups.map(({ title, fields }) => (
				<section key={title} class="form-group" aria-label={title}>
					<h2>{title}</h2>
					{fields.map(field => (
						<Field key={field.key} field={field} actions={actions} />
					))}
				</section>
			))}
			<AddKey keys={form.more} actions={actions} />
		</main>
	);
}

function Unreadable(props: { readonly reason: string; readonly actions: Actions }): JSX.Element {
	return (
		<div class="ws-empty" role="alert">
			<p>This recipe cannot be read: {props.reason}</p>
			<Button onClick={() => props.actions.showText()}>Mend the Text</Button>
		</div>
	);
}
