import type { JSX } from 'preact';
import type { FormNote } from '../../src/core/training/form/recipeForm';

/** What is wrong, below the field that it is about or above all. */
export function Notes(props: { readonly notes: readonly FormNote[] }): JSX.Element {
	return (
		<>
			{props.notes.map(({ severity, message }) => (
				<p key={message} class={`form-note form-note-${severity}`} role="status">
					{message}
				</p>
			))}
		</>
	);
}
