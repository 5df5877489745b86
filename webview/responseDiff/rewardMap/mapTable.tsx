import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RewardMap } from '../../../src/core/responses/rewardMap/rewardMap';
import type { ScoredToken } from '../../../src/core/responses/rewardMap/scoredAnswer';
import { visibleText } from '../visibleText';
import { namedToken, probability, signed } from './mapWords';

/** The sums and the tokens as tables, for screen readers and for copying; made when they are opened. */
export function MapTables(props: {
	readonly tokens: readonly ScoredToken[];
	readonly map: RewardMap;
	readonly names: { readonly policy: string; readonly reference: string };
	readonly factor: number;
}): JSX.Element {
	const { map, tokens, names, factor } = props;
	return (
		<div class="rd-map-tables">
			<Folded title="Sums per sentence" testId="map-sentences">
				{() => (
					<table>
						<thead>
							<tr>
								<th scope="col">Sentence</th>
								<th scope="col">Sum</th>
								<th scope="col">Noise</th>
							</tr>
						</thead>
						<tbody>
							{map.sentences.map(({ start, text, sum, noise, isEnding }) => (
								<tr key={start}>
									<td dir="auto">{isEnding ? 'End of the answer' : visibleText(text.trim())}</td>
									<td class="rd-number">{signed(factor * sum, 3)}</td>
									<td class="rd-number">{(factor * noise).toFixed(3)}</td>
								</tr>
							))}
						</tbody>
					</table>
				)}
			</Folded>
			<Folded title="All tokens" testId="map-table">
				{() => (
					<table>
						<thead>
							<tr>
								<th scope="col">Token</th>
								<th scope="col">{factor === 1 ? 'Log-ratio' : 'Reward'}</th>
								<th scope="col">p {names.policy}</th>
								<th scope="col">p {names.reference}</th>
								<th scope="col">Likeliest</th>
							</tr>
						</thead>
						<tbody>
							{tokens.map((token, i) => (
								<tr key={i}>
									<td>{namedToken(token.text)}</td>
									<td class="rd-number">{signed(factor * (map.ratios[i] ?? 0), 3)}</td>
									<td class="rd-number">{probability(token.policy)}</td>
									<td class="rd-number">{probability(token.reference)}</td>
									<td>{token.policyTop.map(({ text }) => namedToken(text)).join(' ')}</td>
								</tr>
							))}
						</tbody>
					</table>
				)}
			</Folded>
		</div>
	);
}

function Folded(props: {
	readonly title: string;
	readonly testId: string;
	readonly children: () => JSX.Element;
}): JSX.Element {
	const [isOpen, setOpen] = useState(false);
	return (
		<details
			data-testid={props.testId}
			onToggle={event => setOpen((event.currentTarget as HTMLDetailsElement).open)}
		>
			<summary>{props.title}</summary>
			{isOpen && props.children()}
		</details>
	);
}
