import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { DatasetSnapshot, RowFilter } from '../../src/protocol/datasetEditor';
import { Button } from '../shared/components/button';
import { Dropdown } from '../shared/components/dropdown';
import { Icon } from '../shared/components/icon';
import { ProgressRing } from '../shared/components/progressRing';
import { TextField } from '../shared/components/textField';
import type { DatasetPageModel } from './pageModel';

/** Milliseconds without a key after which a search starts. */
const typingPause = 250;

interface ToolbarProps {
	readonly model: DatasetPageModel;
	readonly snapshot: DatasetSnapshot;
}

export function Toolbar({ model, snapshot }: ToolbarProps): JSX.Element {
	const { dataset } = snapshot;
	const filter = model.filter.value;
	const findings = dataset.findings.reduce((sum, { rows }) => sum + rows, 0);
	return (
		<div class="ws-toolbar" role="toolbar" aria-label="Dataset">
			<SearchField model={model} />
			<Dropdown
				label="Rows shown"
				testId="filter"
				value={filter.rows}
				options={[
					{ value: 'all', text: 'All rows' },
					{ value: 'findings', text: findings > 0 ? 'With findings' : 'With findings (none)' },
					{ value: 'kept', text: `Kept (${number(dataset.kept)})` },
					{ value: 'dropped', text: `Dropped (${number(dataset.dropped)})` },
				]}
				onChange={value =>
					void model.setFilter({ ...model.filter.value, rows: value as RowFilter['rows'] })
				}
			/>
			<Progress snapshot={snapshot} />
			<span class="ws-spacer" />
			<span class="ws-muted ws-count" data-testid="dataset-count">
				{countText(snapshot)}
			</span>
			{dataset.noLabels === undefined && dataset.rows > 0 && !snapshot.review && (
				<Button
					label="Review examples one after another by keys"
					testId="start-review"
					class="ws-review-start"
					onClick={() => void model.startReview()}
				>
					<Icon name="review" />
					Review…
				</Button>
			)}
			<Button
				appearance="icon"
				label="Open as text"
				testId="open-as-text"
				onClick={() => void model.openAsText()}
			>
				<Icon name="text" />
			</Button>
		</div>
	);
}

function SearchField({ model }: { readonly model: DatasetPageModel }): JSX.Element {
	const current = model.filter.value.text;
	const [text, setText] = useState(current);
	const search = (): void => {
		if (text !== model.filter.value.text) {
			void model.setFilter({ ...model.filter.value, text });
		}
	};
	useEffect(() => setText(current), [current]);
	useEffect(() => {
		const timer = setTimeout(search, typingPause);
		return () => clearTimeout(timer);
	}, [text]);
	return (
		<TextField
			class="ws-search"
			label="Search in what examples say"
			placeholder="Search"
			testId="search"
			value={text}
			onInput={setText}
			onKeyDown={event => {
				if (event.key === 'Enter') {
					search();
				} else if (event.key === 'Escape' && text !== '') {
					setText('');
				}
			}}
		/>
	);
}

/** What is still going on: reading, checking or filtering, with how far it is. */
function Progress({ snapshot }: { readonly snapshot: DatasetSnapshot }): JSX.Element | null {
	const { dataset } = snapshot;
	const going = dataset.error !== undefined ? undefined : goingOn(snapshot);
	return going === undefined ? null : (
		<span class="ws-progress" role="status" data-testid="progress">
			<ProgressRing label={going} />
			<span class="ws-muted">{going}</span>
			<span class="ws-visually-hidden">{dataset.name}</span>
		</span>
	);
}

function goingOn({ dataset, isFiltering }: DatasetSnapshot): string | undefined {
	if (!dataset.isIndexed) {
		return `Reading ${percent(dataset.bytesRead, dataset.size)}`;
	}
	if (isFiltering) {
		return 'Filtering';
	}
	return dataset.isChecked ? undefined : `Checking ${percent(dataset.checkedRows, dataset.rows)}`;
}

function countText({ dataset, shownRows, filter }: DatasetSnapshot): string {
	const rows = `${number(dataset.rows)}${dataset.isIndexed ? '' : '+'} ${dataset.rows === 1 ? 'row' : 'rows'}`;
	const isFiltered = filter.rows !== 'all' || filter.text !== '';
	return isFiltered ? `${number(shownRows)} of ${rows}` : rows;
}

function number(value: number): string {
	return value.toLocaleString('en-US');
}

function percent(part: number, whole: number): string {
	return `${Math.floor((100 * part) / Math.max(1, whole))}%`;
}
