import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import { keepToField } from '../shared/fieldKeys';
import type { DatasetPageModel } from './pageModel';
import type { QueryModel } from './queryModel';
import { QueryHelp } from './queryHelp';

/** Milliseconds without a key after which a search starts. */
const typingPause = 250;
const popupId = 'ws-query-popup';

/** The field for queries, with what hangs under it: completions, queries of before, or the help. */
export function QueryField({ model }: { readonly model: DatasetPageModel }): JSX.Element {
	const { query } = model;
	const field = useRef<HTMLInputElement>(null);
	const frame = useRef<HTMLDivElement>(null);
	const text = query.text.value;
	useEffect(() => {
		const timer = setTimeout(() => query.apply(), typingPause);
		return () => clearTimeout(timer);
	}, [text]);
	useLayoutEffect(() => closeOutside(query, frame), []);
	const entries = query.entries();
	const isOpen = entries.length > 0;
	const takeEntry = (place: number): void => {
		const entry = entries[place];
		if (entry && field.current) {
			const caret = query.take(entry);
			field.current.value = query.text.value;
			field.current.focus();
			field.current.setSelectionRange(caret, caret);
			query.apply();
		}
	};
	const active = query.active.value;
	return (
		<div class="ws-query" ref={frame} onKeyDown={event => closeHelp(event, query, field)}>
			<div class={`ws-query-frame${query.fault.value ? ' ws-query-faulty' : ''}`}>
				<input
					ref={field}
					class="ws-query-input"
					type="text"
					role="combobox"
					spellcheck={false}
					autocomplete="off"
					aria-label="Filter rows by a query"
					aria-expanded={isOpen}
					aria-autocomplete="list"
					aria-controls={popupId}
					aria-invalid={query.fault.value !== undefined}
					aria-describedby="ws-query-fault"
					aria-activedescendant={isOpen && active >= 0 ? `${popupId}-${active}` : undefined}
					placeholder="Filter: words, role:assistant len>2000, finding:casing"
					data-testid="query"
					value={text}
					onInput={event => {
						query.text.value = event.currentTarget.value;
						query.caret.value = event.currentTarget.selectionStart ?? 0;
						query.active.value = -1;
						query.popup.value = event.currentTarget.value === '' ? 'none' : 'completions';
					}}
					onClick={event => (query.caret.value = event.currentTarget.selectionStart ?? 0)}
					onBlur={() => query.keep()}
					onKeyDown={event => onQueryKey(event, model, takeEntry)}
				/>
				{text !== '' && (
					<Button
						appearance="icon"
						label="Clear the query (Escape)"
						testId="query-clear"
						onClick={() => {
							query.clear();
							field.current?.focus();
						}}
					>
						<Icon name="drop" />
					</Button>
				)}
				<Button
					appearance="icon"
					label="What can be asked"
					testId="query-help"
					pressed={query.popup.value === 'help'}
					onClick={() => (query.popup.value = query.popup.value === 'help' ? 'none' : 'help')}
				>
					<Icon name="help" />
				</Button>
			</div>
			{isOpen && <Entries query={query} onTake={takeEntry} />}
			{query.popup.value === 'help' && <QueryHelp query={query} field={field} />}
		</div>
	);
}

function Entries(props: {
	readonly query: QueryModel;
	readonly onTake: (place: number) => void;
}): JSX.Element {
	const { query } = props;
	const label = query.popup.value === 'history' ? 'Queries of before' : 'Completions';
	return (
		<div class="ws-query-popup" role="listbox" id={popupId} aria-label={label}>
			{query.entries().map((entry, i) => (
				<div
					key={entry.text}
					id={`${popupId}-${i}`}
					class="ws-query-entry"
					role="option"
					aria-selected={query.active.value === i}
					data-testid={`query-entry-${i}`}
					// The field would lose the focus to the click.
					onMouseDown={event => event.preventDefault()}
					onClick={() => props.onTake(i)}
				>
					<code>{entry.text}</code>
					<span class="ws-query-meaning">{entry.meaning}</span>
				</div>
			))}
		</div>
	);
}

/** Escape closes the help wherever in it the keyboard is, and gives the keyboard to the field. */
function closeHelp(
	event: KeyboardEvent,
	query: QueryModel,
	field: { readonly current: HTMLInputElement | null },
): void {
	if (event.key === 'Escape' && query.popup.value === 'help') {
		query.popup.value = 'none';
		event.preventDefault();
		field.current?.focus();
	}
}

function onQueryKey(
	event: KeyboardEvent & { readonly currentTarget: HTMLInputElement },
	model: DatasetPageModel,
	takeEntry: (place: number) => void,
): void {
	const { query } = model;
	const entries = query.entries();
	keepToField(event);
	query.caret.value = event.currentTarget.selectionStart ?? 0;
	switch (event.key) {
		case 'ArrowDown':
		case 'ArrowUp':
			moveIn(query, event.key === 'ArrowDown' ? 1 : -1);
			break;
		case ' ':
			if (!event.ctrlKey) {
				return;
			}
			query.popup.value = 'completions';
			break;
		case 'Tab':
			if (entries.length === 0 || event.shiftKey) {
				return;
			}
			takeEntry(Math.max(0, query.active.value));
			break;
		case 'Enter':
			onEnter(event, model, takeEntry);
			break;
		case 'Escape':
			if (query.popup.value !== 'none') {
				query.popup.value = 'none';
				query.active.value = -1;
			} else {
				query.clear();
			}
			break;
		default:
			return;
	}
	event.preventDefault();
}

/** Takes the entry; else shows the rows; else, when they are shown, goes to the next one. */
function onEnter(
	event: KeyboardEvent,
	model: DatasetPageModel,
	takeEntry: (place: number) => void,
): void {
	const { query } = model;
	if (query.entries().length > 0 && query.active.value >= 0) {
		takeEntry(query.active.value);
		return;
	}
	query.popup.value = 'none';
	const isShown = query.text.value.trim() === model.filter.value.query;
	if (isShown && query.isOutdated) {
		void query.runAgain();
		return;
	}
	if (query.apply()) {
		query.keep();
		if (isShown) {
			void query.stepMatch(event.shiftKey ? -1 : 1);
		}
	}
}

function moveIn(query: QueryModel, by: 1 | -1): void {
	if (query.entries().length === 0) {
		query.popup.value =
			query.text.value === '' && query.history.value.length > 0 ? 'history' : 'completions';
		query.active.value = 0;
		return;
	}
	const count = query.entries().length;
	query.active.value = (query.active.value + by + count) % count;
}

function closeOutside(
	query: QueryModel,
	frame: { readonly current: HTMLElement | null },
): () => void {
	const close = (event: Event): void => {
		if (!frame.current?.contains(event.target as Node)) {
			query.popup.value = 'none';
			query.active.value = -1;
		}
	};
	document.addEventListener('mousedown', close);
	document.addEventListener('focusin', close);
	return () => {
		document.removeEventListener('mousedown', close);
		document.removeEventListener('focusin', close);
	};
}
