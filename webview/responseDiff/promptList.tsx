import type { JSX } from 'preact';
import { Icon } from '../shared/components/icon';
import { TextField } from '../shared/components/textField';
import { VirtualList } from '../shared/virtualList';
import { showPrompt } from './actions';
import { currentIndex, keepViewState, listed, overview, search } from './state';
import type { ListedPrompt } from './promptOrder';
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
			</div>
			{prompts.length === 0 && all > 0 ? (
				<p class="rd-none ws-muted">No prompt has these words.</p>
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
