import type { JSX, Ref } from 'preact';
import { formatCount } from '../../src/core/metrics/format';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import { ProgressRing } from '../shared/components/progressRing';
import { TextField } from '../shared/components/textField';
import type { TableActions } from './actions';
import { comparedRuns, mostCompared } from './comparedRuns';
import type { TableState } from './state';

export function Toolbar(props: {
	readonly state: TableState;
	readonly actions: TableActions;
	readonly field: Ref<HTMLDivElement>;
}): JSX.Element {
	const { state, actions } = props;
	const { remarks } = state.filter.value;
	return (
		<>
			<div class="ws-toolbar table-bar" role="toolbar" aria-label="Run table">
				<div class="filter" ref={props.field}>
					<TextField
						value={state.view.value.filter}
						onInput={text => state.setFilter(text)}
						label="Filter runs: words, or column:word and column<number, as eval_loss<2; a minus before a term turns it round"
						placeholder="Filter, such as zephyr state:finished loss<2"
						testId="filter"
					/>
				</div>
				<Count state={state} />
				<span class="ws-spacer" />
				<Selected state={state} actions={actions} />
				<Button
					onClick={() => actions.copy(copiedRuns(state))}
					label="Copy As… Markdown or LaTeX: the selected runs, or all that the filter lets through"
					testId="copy-table"
				>
					Copy As…
				</Button>
				<Button onClick={() => actions.chooseColumns()} testId="choose-columns">
					Columns…
				</Button>
			</div>
			{remarks.length > 0 && (
				<div class="ws-banner ws-banner-warning" role="status" data-testid="filter-remark">
					<Icon name="warning" />
					<span>{remarks.join(' ')}</span>
				</div>
			)}
		</>
	);
}

function Count({ state }: { readonly state: TableState }): JSX.Element {
	const all = state.rows.value.length;
	const isFiltered = state.view.value.filter.trim() !== '';
	const pending = state.pending.value;
	return (
		<>
			<span class="ws-muted count" role="status" data-testid="count">
				{!isFiltered
					? `${formatCount(all)} ${all === 1 ? 'run' : 'runs'}`
					: `${formatCount(state.matching.value)} of ${formatCount(all)} runs`}
			</span>
			{pending > 0 && (
				<span class="ws-muted reading" data-testid="reading">
					<ProgressRing label="Reading metrics" />
					{formatCount(pending)} to read
				</span>
			)}
		</>
	);
}

/** What can be done with the rows that are selected. */
function Selected(props: {
	readonly state: TableState;
	readonly actions: TableActions;
}): JSX.Element | null {
	const { state, actions } = props;
	const chosen = state.chosen();
	const [first] = chosen;
	if (first === undefined) {
		return state.baseline.value === undefined ? null : (
			<Button onClick={() => actions.pin(undefined)} testId="unpin">
				Unpin Baseline
			</Button>
		);
	}
	const isBaseline = chosen.length === 1 && first === state.baseline.value;
	const few = chosen.length <= mostCompared;
	return (
		<>
			{chosen.length > 1 && <span class="ws-muted">{formatCount(chosen.length)} selected</span>}
			{chosen.length === 1 && (
				<Button
					onClick={() => actions.pin(isBaseline ? undefined : first)}
					testId="pin"
					label={
						isBaseline ? 'Unpin Baseline (B)' : 'Pin as Baseline: show differences to this run (B)'
					}
				>
					{isBaseline ? 'Unpin Baseline' : 'Pin as Baseline'}
				</Button>
			)}
			{comparedRuns(state).length > 1 && (
				<Button
					onClick={() => actions.compareInputs(comparedRuns(state))}
					disabled={!few}
					label={few ? 'Compare Inputs: in what they differ' : tooMany('Compare Inputs')}
					testId="compare-inputs"
				>
					Compare Inputs
				</Button>
			)}
			<Button
				appearance="primary"
				onClick={() => actions.showMetrics(chosen)}
				disabled={!few}
				label={few ? 'Show Metrics (Enter)' : tooMany('Show Metrics')}
				testId="show-metrics"
			>
				Show Metrics
			</Button>
		</>
	);
}

function tooMany(action: string): string {
	return `${action}: select at most ${mostCompared} runs for that`;
}

/** One selected row is where somebody was last; several are a choice. */
function copiedRuns(state: TableState): readonly string[] {
	const chosen = state.chosen();
	return chosen.length > 1 ? chosen : state.shown.value.map(({ shown }) => shown.id);
}
