import type { JSX } from 'preact';
import type { ModelPair } from '../../src/core/responses/statistics/modelPair';
import type { Tally } from '../../src/protocol/responseDiff';
import { IntervalBar } from './intervalBar';
import { intervalOf, moreWords, noLengthWords, percent, range } from './tallyWords';

type Look = Tally['statistics']['look'];

/** One line for each two models; with a tag each where they are of parts of the prompts. */
export function PairsTable(props: {
	readonly rows: readonly { readonly pair: ModelPair; readonly tag?: string }[];
	readonly look: Look;
	readonly testId: string;
}): JSX.Element {
	const { rows, look, testId } = props;
	const hasTags = rows.some(({ tag }) => tag !== undefined);
	return (
		<table data-testid={testId}>
			<thead>
				<tr>
					{hasTags && <th>Tag</th>}
					<th>Model</th>
					<th>against</th>
					<th class="rd-number">Won · lost · even</th>
					<th class="rd-number">Share</th>
					<th>95% interval</th>
					<th class="rd-number rd-wide">At equal length</th>
					<th class="rd-wide">To separate them</th>
				</tr>
			</thead>
			<tbody>
				{rows.map(({ pair, tag }) => (
					<tr key={`${tag ?? ''}\n${pair.label}\n${pair.against}`}>
						{hasTags && <td>{tag}</td>}
						<td>{pair.label}</td>
						<td>{pair.against}</td>
						<td class="rd-number">
							{pair.wins} · {pair.losses} · {pair.ties}
						</td>
						<td class="rd-number">{percent(pair.share.value)}</td>
						<td>
							<Between pair={pair} look={look} />
						</td>
						<td
							class="rd-number rd-wide"
							title="The share if both answers were of one length, as AlpacaEval controls for length"
						>
							{pair.lengthControlled
								? `${percent(pair.lengthControlled.value)} (${range(pair.lengthControlled)})`
								: noLengthWords[pair.lengthNotEstimable ?? 'fewPrompts']}
						</td>
						<td class="rd-wide">{moreWords(pair, look)}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

function Between({ pair, look }: { readonly pair: ModelPair; readonly look: Look }): JSX.Element {
	const interval = intervalOf(pair, look);
	return (
		<span class="rd-interval">
			<IntervalBar low={interval.low} high={interval.high} point={pair.share.value} middle={0.5} />
			{range(interval)}
		</span>
	);
}
