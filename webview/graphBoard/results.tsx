import type { JSX } from 'preact';
import { formatNumber } from '../../src/core/metrics/format';
import type { ResultCell, ResultColumn, ResultTable } from '../../src/core/graph/resultTable';

/** What the runs came to: a row each, and published numbers as marks beside their own. */
export function Results(props: {
	readonly table: ResultTable;
	readonly actions: { open(stage: string): void };
}): JSX.Element | null {
	const { columns, rows } = props.table;
	if (columns.length === 0) {
		return (
			<section class="results" aria-label="Results">
				<h2>Results</h2>
				<p class="ws-muted">Numbers stand here as soon as a run has logged some.</p>
			</section>
		);
	}
	const reasons = [
		...new Set(rows.flatMap(({ cells }) => cells.flatMap(cell => cell?.published?.reason ?? []))),
	];
	const sources = [
		...new Set(rows.flatMap(({ cells }) => cells.flatMap(cell => cell?.published?.source ?? []))),
	];
	const warned = columns.filter(({ warning }) => warning !== undefined);
	return (
		<section class="results" aria-label="Results">
			<h2>Results</h2>
			<div class="results-scroll" tabIndex={0} role="region" aria-label="Table of results">
				<table data-testid="results">
					<thead>
						<tr>
							<th scope="col">Stage</th>
							{columns.map(column => (
								<th scope="col" key={column.key} class="number" title={column.note}>
									{column.title}
									{column.warning !== undefined && <span class="column-warning"> !</span>}
								</th>
							))}
						</tr>
					</thead>
					<tbody>
						{rows.map(({ stage, cells }) => (
							<tr key={stage}>
								<th scope="row">
									<button
										type="button"
										class="results-stage"
										onClick={() => props.actions.open(stage)}
									>
										{stage}
									</button>
								</th>
								{columns.map((column, i) => (
									<Cell key={column.key} cell={cells[i]} column={column} />
								))}
							</tr>
						))}
					</tbody>
				</table>
			</div>
			{warned.map(({ key, title, warning }) => (
				<p class="results-note results-warning" key={key}>
					<b>! {title}</b>: {warning}.
				</p>
			))}
			{reasons.length > 0 && (
				<p class="results-note" data-testid="published-note">
					<span class="mark">Grey in brackets</span>: published in {sources.join(', ')}.{' '}
					{reasons.join(' ')}
				</p>
			)}
			<p class="results-note">Small: 95% interval, where there is one.</p>
		</section>
	);
}

function Cell(props: {
	readonly cell: ResultCell | undefined;
	readonly column: ResultColumn;
}): JSX.Element {
	const { cell, column } = props;
	const { value, interval, published } = cell ?? {};
	const text = (number: number): string =>
		column.isShare ? `${(number * 100).toFixed(1)}%` : formatNumber(number);
	return (
		<td class="number">
			{value !== undefined && text(value)}
			{interval !== undefined && (
				<span class="interval">
					{text(interval.low)}–{text(interval.high)}
				</span>
			)}
			{published !== undefined && (
				<span
					class={published.reason === undefined ? 'published' : 'mark'}
					title={`${published.source}. ${published.reason ?? 'Measured in the same way.'}`}
				>
					({published.value.toFixed(2)}
					{published.plusMinus !== undefined && ` ± ${published.plusMinus}`})
				</span>
			)}
			{cell === undefined && <span class="ws-muted">–</span>}
		</td>
	);
}
