import { Component, type JSX } from 'preact';
import type { SeriesFacts } from '../../src/core/metrics/drawing';
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
					<SummaryRow key={key} name={`${shown.name}, ${label}`} facts={drawn.facts} />
				))}
			</tbody>
		</table>
	);
}

interface SummaryRowProps {
	readonly name: string;
	readonly facts: SeriesFacts;
}

/** Rendered only when its own line has new points: with many runs most lines have none. */
class SummaryRow extends Component<SummaryRowProps> {
	override shouldComponentUpdate(next: SummaryRowProps): boolean {
		return next.facts !== this.props.facts || next.name !== this.props.name;
	}

	override render(): JSX.Element {
		const { name, facts } = this.props;
		return (
			<tr>
				<th scope="row">{name}</th>
				<td>{facts.points}</td>
				<td>{formatNumber(facts.first)}</td>
				<td>{formatNumber(facts.last)}</td>
				<td>{facts.lastStep}</td>
				<td>{formatNumber(facts.lowest)}</td>
				<td>{formatNumber(facts.highest)}</td>
			</tr>
		);
	}
}
