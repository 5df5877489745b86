import type { JSX } from 'preact';
import type { MatrixRow } from '../../src/core/runTable/inputsMatrix';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import { ProgressRing } from '../shared/components/progressRing';
import type { TableActions } from './actions';
import type { ShownInputs, TableState } from './state';

/** In what the chosen runs differ by their inputs: only what is not the same in all of them. */
export function InputsSection(props: {
	readonly state: TableState;
	readonly inputs: ShownInputs;
	readonly actions: TableActions;
}): JSX.Element {
	const { state, inputs, actions } = props;
	const { runIds, sections } = inputs;
	const names = runIds.map(
		id => state.rows.value.find(({ shown }) => shown.id === id)?.shown.name ?? id,
	);
	const [before = '', after = ''] = runIds;
	const close = (): void => void (state.inputs.value = undefined);
	return (
		<section
			class="inputs"
			aria-label="What differs"
			data-testid="inputs"
			onKeyDown={event => event.key === 'Escape' && close()}
		>
			<header class="inputs-head">
				<h2>What differs</h2>
				<span class="ws-spacer" />
				{runIds.length === 2 && (
					<Button
						onClick={() => actions.openInputsDiff(before, after)}
						label="Open as Diff, with versions, files of the code and rows of the data, as far as the hosts have them"
						testId="open-diff"
					>
						Open as Diff
					</Button>
				)}
				<Button appearance="icon" label="Close" onClick={close} testId="close-inputs">
					<Icon name="drop" />
				</Button>
			</header>
			{sections === undefined && <ProgressRing label="Comparing" />}
			{sections === null && (
				<p class="ws-muted">Nothing is on record of what one of these runs was made of.</p>
			)}
			{sections?.length === 0 && (
				<p class="ws-muted" data-testid="inputs-same">
					Nothing that is on record differs.
				</p>
			)}
			{sections !== undefined && sections !== null && sections.length > 0 && (
				<div class="inputs-scroll" tabIndex={0} role="region" aria-label="Table of what differs">
					<table>
						<thead>
							<tr>
								<td />
								{names.map((name, i) => (
									<th scope="col" key={runIds[i]} title={name}>
										{name}
									</th>
								))}
							</tr>
						</thead>
						{sections.map(({ title, rows }) => (
							<tbody key={title}>
								<tr>
									<th scope="rowgroup" colSpan={names.length + 1} class="inputs-title">
										{title}
									</th>
								</tr>
								{rows.map(row => (
									<Values key={row.key} row={row} runIds={runIds} actions={actions} />
								))}
							</tbody>
						))}
					</table>
				</div>
			)}
		</section>
	);
}

function Values(props: {
	readonly row: MatrixRow;
	readonly runIds: readonly string[];
	readonly actions: TableActions;
}): JSX.Element {
	const { row, runIds, actions } = props;
	const { split } = row;
	return (
		<tr>
			<th scope="row">{row.key}</th>
			{row.values.map((value, i) => (
				<td key={runIds[i]} class={value === row.values[0] ? '' : 'inputs-other'}>
					{value ?? (
						<span class="ws-muted">
							{row.default === undefined ? 'none' : `unset (${row.default})`}
						</span>
					)}
					{split !== undefined && i > 0 && value !== null && row.values[0] !== null && (
						<Button
							appearance="icon"
							label="Compare the rows with those of the first run"
							onClick={() => actions.openDataDiff(runIds[0] ?? '', runIds[i] ?? '', split)}
							testId={`data-diff-${split}-${i}`}
						>
							<Icon name="diff" />
						</Button>
					)}
				</td>
			))}
		</tr>
	);
}
