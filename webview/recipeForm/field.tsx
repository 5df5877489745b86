import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { FormField } from '../../src/core/training/form/recipeForm';
import { Button } from '../shared/components/button';
import { Checkbox } from '../shared/components/checkbox';
import { Dropdown } from '../shared/components/dropdown';
import { TextField } from '../shared/components/textField';
import type { Actions } from './actions';
import { Notes } from './notes';

/** One key of the recipe: its name, what it is for, its value, and what is wrong with it. */
export function Field(props: {
	readonly field: FormField;
	readonly actions: Actions;
}): JSX.Element {
	const { field, actions } = props;
	const { key, words, value, notes } = field;
	const isSaid = value !== '';
	const isWrong = notes.some(({ severity }) => severity === 'error');
	return (
		<div
			class={`field ${isSaid ? 'field-said' : ''} ${isWrong ? 'field-wrong' : ''}`}
			data-testid={`field-${key}`}
		>
			<div class="field-about">
				<span class="field-key">{key}</span>
				{words !== '' && <span class="ws-muted field-words">{words}</span>}
			</div>
			<div class="field-value">
				<Value field={field} actions={actions} />
				{isSaid && field.kind !== 'fixed' && key !== 'method' && (
					<Button
						appearance="icon"
						label={`Take ${key} out of the recipe`}
						onClick={() => actions.change(key, '')}
					>
						<span aria-hidden="true">✕</span>
					</Button>
				)}
			</div>
			<Notes notes={notes} />
		</div>
	);
}

function Value({ field, actions }: { field: FormField; actions: Actions }): JSX.Element {
	const { key, kind, value, fallback, choices } = field;
	const change = (now: string): void => actions.change(key, now);
	switch (kind) {
		case 'switch': {
			const checked = (value === '' ? fallback : value) === 'true';
			return (
				<Checkbox checked={checked} onChange={now => change(String(now))}>
					{value === '' ? `${checked ? 'on' : 'off'} by default` : checked ? 'on' : 'off'}
				</Checkbox>
			);
		}
		case 'choice': {
			// What the recipe says stands in the list, also where it is none of the choices.
			const known = value === '' || choices.includes(value) ? choices : [value, ...choices];
			const none = { value: '', text: fallback === '' ? 'not set' : `${fallback} (default)` };
			return (
				<Dropdown
					label={key}
					value={value}
					options={[none, ...known.map(choice => ({ value: choice, text: choice }))]}
					onChange={change}
				/>
			);
		}
		case 'fixed':
			return (
				<button type="button" class="field-fixed" onClick={() => actions.showText(key)}>
					<span class="ws-mono field-fixed-text">{value}</span>
					<span class="ws-muted">kept as it is · change it in the text</span>
				</button>
			);
		default:
			return <Text field={field} onChange={change} />;
	}
}

/** A value is taken over with Enter and when the field is left, never half written. */
function Text(props: {
	readonly field: FormField;
	readonly onChange: (value: string) => void;
}): JSX.Element {
	const { key, value, fallback } = props.field;
	const [draft, setDraft] = useState(value);
	useEffect(() => setDraft(value), [value]);
	const take = (): void => {
		if (draft.trim() !== value) {
			props.onChange(draft);
		}
	};
	return (
		<span class="field-text" onFocusOut={take}>
			<TextField
				label={key}
				value={draft}
				placeholder={fallback === '' ? '' : `${fallback} (default)`}
				onInput={setDraft}
				onKeyDown={event => {
					if (event.key === 'Enter') {
						take();
					} else if (event.key === 'Escape') {
						setDraft(value);
					}
				}}
			/>
		</span>
	);
}
