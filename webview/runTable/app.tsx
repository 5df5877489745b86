import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { filterName } from '../../src/core/runTable/tableFilter';
import { Button } from '../shared/components/button';
import { ProgressRing } from '../shared/components/progressRing';
import type { TableActions } from './actions';
import { Grid } from './grid';
import { InputsSection } from './inputsSection';
import type { TableState } from './state';
import { Toolbar } from './toolbar';

export function App(props: {
	readonly state: TableState;
	readonly actions: TableActions;
}): JSX.Element {
	const { state, actions } = props;
	const field = useRef<HTMLDivElement>(null);
	if (!state.loaded.value) {
		return (
			<div class="ws-empty">
				<ProgressRing label="Loading the runs" />
			</div>
		);
	}
	if (state.rows.value.length === 0) {
		return (
			<main class="ws-empty" data-testid="no-runs">
				<p>No training runs in this workspace yet.</p>
				<Button appearance="primary" onClick={() => actions.launch()}>
					Launch Training…
				</Button>
			</main>
		);
	}
	const inputs = state.inputs.value;
	const filterColumn = (title: string): void => {
		const { filter } = state.view.value;
		const begin = filter.trim() === '' ? '' : `${filter.trimEnd()} `;
		state.setFilter(`${begin}${filterName(title)}:`);
		field.current?.querySelector<HTMLElement>('vscode-text-field')?.focus();
	};
	return (
		<main class="table-page">
			<h1 class="ws-visually-hidden">Run table</h1>
			<Toolbar state={state} actions={actions} field={field} />
			<div class={`table-parts${inputs === undefined ? '' : ' table-with-inputs'}`}>
				<div class="grid-part">
					<Grid state={state} actions={actions} onFilterColumn={filterColumn} />
					{state.matching.value === 0 && state.view.value.filter !== '' && (
						<div class="ws-empty no-match" data-testid="no-match">
							<p>No run matches the filter.</p>
							<Button onClick={() => state.setFilter('')}>Clear Filter</Button>
						</div>
					)}
				</div>
				{inputs !== undefined && <InputsSection state={state} inputs={inputs} actions={actions} />}
			</div>
		</main>
	);
}
