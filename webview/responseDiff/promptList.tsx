import type { JSX } from 'preact';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import { TextField } from '../shared/components/textField';
import { VirtualList } from '../shared/virtualList';
import { clearNarrowing, setTag, showPrompt, toggleFilter } from './actions';
import { clearBar } from './behaviourActions';
import { barFilter } from './behaviourState';
import { filters, type ListedPrompt } from './promptOrder';
import {
	chosenFilters,
	chosenTag,
	currentIndex,
	filterCounts,
	keepViewState,
	listed,
	overview,
	search,
	tags,
} from './state';
import { visibleText } from './visibleText';

const rowHeight = 48;

/** The prompts on the left: search, one row each, what is voted on and what is equal. */
export function PromptList(): JSX.Element {
	const prompts = listed.value;
	const all = overview.value?.prompts.length ?? 0;
	const selected = prompts.findIndex(item => item.index === currentIndex.value);
	return (
		<nav class="rd-prompts" aria-label="Prompts">
			<div class="rd-search">
				<TextField
					value={search.value}
					label="Search prompts by text, id or tag"
					placeholder="Search prompts"
					testId="prompt-search"
					onInput={value => {
						search.value = value;
						keepViewState();
					}}
				/>
				<Filters />
				<BarChip />
			</div>
			{prompts.length === 0 && all > 0 ? (
				<div class="rd-none ws-muted" data-testid="no-prompt">
					<p>None of the {all} prompts is left.</p>
					<Button onClick={() => clearNarrowing()}>Show All</Button>
				</div>
			) : (
				<VirtualList
					count={prompts.length}
					rowHeight={rowHeight}
					selected={selected < 0 ? undefined : selected}
					label="Prompts"
					testId="prompt-list"
					rowTestId={place => `prompt-row-${prompts[place]?.index ?? place}`}
					onSelect={place => {
						const item = prompts[place];
						if (item) {
							void showPrompt(item.index);
						}
					}}
					renderRow={place => <Row item={prompts[place]} />}
				/>
			)}
		</nav>
	);
}

/** The bar of the behaviour panel whose prompts are listed. */
function BarChip(): JSX.Element | null {
	const bar = barFilter.value;
	if (!bar) {
		return null;
	}
	return (
		<button
			type="button"
			class="rd-chip"
			aria-label={`Remove the filter: ${bar.words}`}
			title={`Only prompts where ${bar.words}. Click, Enter or Delete removes it.`}
			data-testid="bar-chip"
			onClick={() => clearBar()}
			onKeyDown={event => {
				if (event.key === 'Delete' || event.key === 'Backspace') {
					clearBar();
					event.preventDefault();
				}
			}}
		>
			<span class="rd-row-title">{bar.words}</span>
			<Icon name="drop" />
		</button>
	);
}

/** Buttons that narrow the list; each says how many prompts it would leave of all. */
function Filters(): JSX.Element {
	const current = overview.value;
	const chosen = chosenFilters.value;
	return (
		<div class="rd-filters" role="group" aria-label="Filters">
			{filterCounts.value.map(([name, count]) => {
				const isOn = chosen.includes(name);
				const isPending = name === 'refusal' && current?.checked === false;
				return count === 0 && !isOn ? null : (
					<button
						key={name}
						type="button"
						class="rd-filter"
						aria-pressed={isOn}
						title={filters[name].meaning}
						data-testid={`filter-${name}`}
						onClick={() => toggleFilter(name)}
					>
						{filters[name].word} {count}
						{isPending ? '…' : ''}
					</button>
				);
			})}
			{tags.value.length > 0 && (
				<select
					class="rd-tag-picker"
					aria-label="Prompts with this tag"
					data-testid="tag-picker"
					value={chosenTag.value}
					onChange={event => setTag(event.currentTarget.value)}
				>
					<option value="">any tag</option>
					{tags.value.map(([tag, count]) => (
						<option key={tag} value={tag}>
							{tag} ({count})
						</option>
					))}
				</select>
			)}
		</div>
	);
}

function Row(props: { readonly item: ListedPrompt | undefined }): JSX.Element | null {
	if (!props.item) {
		return null;
	}
	const { entry, index } = props.item;
	const lanes = overview.value?.lanes ?? 0;
	const notes = [
		...(entry.equal ? ['equal answers'] : []),
		...(entry.answers < lanes ? [`${entry.answers} of ${lanes} answers`] : []),
		...entry.tags,
	];
	return (
		<div class="rd-row">
			<span class="rd-row-number ws-muted">{index + 1}</span>
			<span class="rd-row-text">
				<span class="rd-row-title" dir="auto">
					{visibleText(entry.title)}
				</span>
				<span class="rd-row-notes ws-muted">{notes.join(' · ')}</span>
			</span>
			{entry.voted && (
				<span class="rd-row-voted" title="Voted">
					<Icon name="keep" />
					<span class="ws-visually-hidden">voted</span>
				</span>
			)}
		</div>
	);
}
