import type { JSX } from 'preact';
import { keyNames, queryKeys } from '../../src/core/dataset/query/queryKeys';
import type { QueryModel } from './queryModel';

/** How terms are put together, with an example of each. */
const ways: readonly (readonly [example: string, meaning: string])[] = [
	['personal "as an AI"', 'words anywhere in the row, in any letter case; both must be there'],
	['/don.t have/i', 'a regular expression; i for any letter case'],
	['-label:drop', 'not'],
	['is:reviewed rating<=2', 'what was said about the row'],
	['finding:any OR is:edited', 'one or the other; parentheses group'],
	['role:assistant len>2000', 'side by side, about one and the same message'],
	['(role:user code) (role:assistant sorry)', 'about two messages'],
];

/** What can be asked, each example a click away from the field. */
export function QueryHelp(props: {
	readonly query: QueryModel;
	readonly field: { readonly current: HTMLInputElement | null };
}): JSX.Element {
	const { query } = props;
	const use = (example: string): void => {
		query.text.value = example;
		query.popup.value = 'none';
		query.apply();
		props.field.current?.focus();
	};
	const line = (example: string, meaning: string): JSX.Element => (
		<div class="ws-query-help-line" key={example}>
			<button type="button" class="ws-link" onClick={() => use(example)}>
				<code>{example}</code>
			</button>
			<span>{meaning}</span>
		</div>
	);
	return (
		<div
			class="ws-query-popup ws-query-help"
			role="dialog"
			aria-label="What can be asked"
			data-testid="query-help-panel"
		>
			<h2>Terms</h2>
			{ways.map(([example, meaning]) => line(example, meaning))}
			<h2>About one message</h2>
			{keyNames
				.filter(key => queryKeys[key].isAboutMessage)
				.map(key => line(queryKeys[key].example, queryKeys[key].meaning))}
			<h2>About the row</h2>
			{keyNames
				.filter(key => !queryKeys[key].isAboutMessage)
				.map(key => line(queryKeys[key].example, queryKeys[key].meaning))}
			<p class="ws-muted">
				: looks for a part, = for the whole; != turns it round. Enter and F3 go to the next match,
				Shift+R looks again after edits, Arrow Down brings queries of before, Escape clears.
			</p>
		</div>
	);
}
