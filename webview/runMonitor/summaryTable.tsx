import type { JSX } from 'preact';
import { formatNumber } from '../../src/core/metrics/format';
import type { Panel } from '../../src/core/metrics/panels';
import type { ModelLine } from './panelModel';

/** What a canvas cannot tell a screen reader: each line's points, ends and extremes. */
export function SummaryTable(props: {
	readonly panel: Panel;
	readonly lines: readonly ModelLine[];
}): JSX.Element {
	return (
		<table class="ws-visually-hidden">
			<caption>{props.panel.title}</caption>
			<thead>
				<tr>
					<th scope="col">Line</th>
					<th scope="col">Points</th>
					<th scope="col">First</th>
					<th scope="col">Newest</th>
					<th scope="col">At step</th>
					<th scope="col">Lowest</th>
					<th scope="col">Highest</th>
				</tr>
			</thead>
			<tbody>
				{props.lines.map(({ key, line, series, shown }) => {
					const [lowest, highest] = extremes(series.values);
					return (
						<tr key={key}>
							<th scope="row">
								{shown.name}, {line.label}
							</th>
							<td>{series.length}</td>
							<td>{formatNumber(series.values[0] ?? Number.NaN)}</td>
							<td>{formatNumber(series.values.at(-1) ?? Number.NaN)}</td>
							<td>{series.lastStep}</td>
							<td>{formatNumber(lowest)}</td>
							<td>{formatNumber(highest)}</td>
						</tr>
					);
				})}
			</tbody>
		</table>
	);
}

function extremes(values: Float64Array): readonly [number, number] {
	let lowest = Number.NaN;
	let highest = Number.NaN;
	for (const value of values) {
		if (Number.isFinite(value)) {
			lowest = value < lowest || Number.isNaN(lowest) ? value : lowest;
			highest = value > highest || Number.isNaN(highest) ? value : highest;
		}
	}
	return [lowest, highest];
}
