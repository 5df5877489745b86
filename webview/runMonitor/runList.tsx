import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../shared/components/icon';
import { TextField } from '../shared/components/textField';
import type { Actions } from './actions';
import { toggled } from './pageView';
import { toggleRuns } from './runChoices';
import { filterRuns, groupRuns, listRuns, type ListedRun, type RunGroup } from './runListModel';
import { RunRow } from './runRow';
import type { MonitorState } from './state';

/** Fewer runs than this are seen at a glance. */
const filteredFrom = 6;

/** For several runs until the user closes it; a single one has its header. */
export function isListOpen(state: MonitorState): boolean {
	return state.runs.value.length > 1 && state.view.value.listOpen;
}

/** All runs of the page, to show, hide, pin, rename and recolour. */
export function RunList(props: {
	readonly state: MonitorState;
	readonly actions: Actions;
}): JSX.Element {
	const { state, actions } = props;
	const view = state.view.value;
	const all = listRuns(state.runs.value, view);
	const hasFilter = all.length >= filteredFrom;
	const found = hasFilter ? filterRuns(all, view.runFilter) : all;
	const groups = groupRuns(found);
	const open = groups.flatMap(group =>
		view.closedRunGroups.includes(group.heading) && group.heading !== '' ? [] : group.runs,
	);
	const [current, setCurrent] = useState<string>();
	const currentId = open.some(({ run }) => run.id === current) ? current : open[0]?.run.id;
	const row = (listed: ListedRun): JSX.Element => (
		<RunRow
			key={listed.run.id}
			state={state}
			actions={actions}
			listed={listed}
			isCurrent={listed.run.id === currentId}
			onFocus={() => setCurrent(listed.run.id)}
		/>
	);
	return (
		<aside class="run-list" aria-label="Runs" data-testid="run-list">
			<div class="run-list-head">
				<h2>
					Runs <span class="ws-muted">{countWords(all, found)}</span>
				</h2>
				<button
					type="button"
					class="ws-icon-button"
					aria-label="Add Runs…"
					title="Add Runs…"
					data-testid="add-runs"
					onClick={() => actions.openRunPicker()}
				>
					<Icon name="add" />
				</button>
			</div>
			{hasFilter && (
				<TextField
					class="run-filter"
					value={view.runFilter}
					label="Filter runs by name, host, state or method"
					placeholder="Filter runs"
					testId="run-filter"
					onInput={runFilter => state.change({ runFilter })}
				/>
			)}
			<div class="run-list-rows" onKeyDown={moveBetweenRows}>
				{groups.map(group =>
					group.heading === '' ? (
						<ul key="">{group.runs.map(row)}</ul>
					) : (
						<Group key={group.heading} state={state} group={group} row={row} />
					),
				)}
				{found.length === 0 && <p class="run-list-none ws-muted">No run matches.</p>}
			</div>
		</aside>
	);
}

function Group(props: {
	readonly state: MonitorState;
	readonly group: RunGroup;
	readonly row: (listed: ListedRun) => JSX.Element;
}): JSX.Element {
	const { state, group } = props;
	const { closedRunGroups } = state.view.value;
	const isOpen = !closedRunGroups.includes(group.heading);
	const areHidden = group.runs.every(run => run.isHidden);
	return (
		<section aria-label={group.heading}>
			<div class="run-group">
				<button
					type="button"
					class="run-group-toggle ws-bare-button"
					aria-expanded={isOpen}
					data-testid={`run-group-${group.heading}`}
					onClick={() => state.change({ closedRunGroups: toggled(closedRunGroups, group.heading) })}
				>
					<Icon name={isOpen ? 'down' : 'right'} />
					<span class="run-group-name">{group.heading}</span>
					<span class="ws-muted">{group.runs.length}</span>
				</button>
				<button
					type="button"
					class="ws-icon-button"
					aria-pressed={!areHidden}
					aria-label={`Show the runs of ${group.heading}`}
					title={areHidden ? 'Show these runs' : 'Hide these runs'}
					onClick={() =>
						toggleRuns(
							state,
							group.runs.map(({ run }) => run.id),
						)
					}
				>
					<Icon name={areHidden ? 'hidden' : 'rendered'} />
				</button>
			</div>
			{isOpen && <ul>{group.runs.map(props.row)}</ul>}
		</section>
	);
}

function countWords(all: readonly ListedRun[], found: readonly ListedRun[]): string {
	const hidden = found.filter(run => run.isHidden).length;
	const count = found.length === all.length ? `${all.length}` : `${found.length} of ${all.length}`;
	return hidden === 0 ? count : `${count}, ${hidden} hidden`;
}

/** Up and down, Home and End go from run to run; Tab leaves the list. */
function moveBetweenRows(event: KeyboardEvent): void {
	const list = event.currentTarget as HTMLElement;
	const from = event.target as HTMLElement;
	if (!from.matches('.run-toggle, .run-more')) {
		return;
	}
	const kind = from.matches('.run-more') ? '.run-more' : '.run-toggle';
	const entries = [...list.querySelectorAll<HTMLElement>(kind)];
	const at = entries.indexOf(from);
	const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[
		event.key
	];
	const element = target === undefined ? undefined : entries[target];
	if (element) {
		event.preventDefault();
		element.focus();
	}
}
