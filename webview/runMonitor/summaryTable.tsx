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
				{props.lines.map(({ key, label, drawn, shown }) => (
					<tr key={key}>
						<th scope="row">
							{shown.name}, {label}
						</th>
						<td>{drawn.facts.points}</td>
						<td>{formatNumber(drawn.facts.first)}</td>
						<td>{formatNumber(drawn.facts.last)}</td>
						<td>{drawn.facts.lastStep}</td>
						<td>{formatNumber(drawn.facts.lowest)}</td>
						<td>{formatNumber(drawn.facts.highest)}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
