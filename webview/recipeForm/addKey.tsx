import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../shared/components/button';
import { TextField } from '../shared/components/textField';
import type { Actions } from './actions';

/** So many names are offered at once. */
const offered = 12;

/** Every other option of the method, found by a part of its name. */
export function AddKey(props: {
	readonly keys: readonly string[];
	readonly actions: Actions;
}): JSX.Element {
	const [search, setSearch] = useState('');
	const wanted = search.trim().toLowerCase();
	const found = wanted === '' ? [] : props.keys.filter(key => key.includes(wanted));
	const choose = (key: string): void => {
		setSearch('');
		props.actions.want(key);
	};
	return (
		<section class="form-group" aria-label="Another option">
			<h2>Another option</h2>
			<p class="ws-muted">
				{props.keys.length} more can be set. What you leave empty stays as it is by default.
			</p>
			<TextField
				label="Part of an option’s name"
				placeholder="weight_decay, lora_…"
				value={search}
				testId="option-search"
				onInput={setSearch}
			/>
			<div class="form-more">
				{found.slice(0, offered).map(key => (
					<Button key={key} onClick={() => choose(key)}>
						{key}
					</Button>
				))}
				{found.length > offered && <span class="ws-muted">and {found.length - offered} more</span>}
				{wanted !== '' && found.length === 0 && (
					<span class="ws-muted">No option is called so.</span>
				)}
			</div>
		</section>
	);
}
