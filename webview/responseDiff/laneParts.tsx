import type { JSX } from 'preact';
import { sentenceFor, severityOf, shortNameOf } from '../../src/core/dataset/findings/checks';
import type { SharedFloors } from '../../src/core/responses/sharedFloors';
import type { LaneView } from '../../src/protocol/responseDiff';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import { Tag } from '../shared/components/tag';
import { flipSample } from './actions';
import { overview } from './state';
import { visibleText } from './visibleText';

/** Within this of the floor, two answers have no more in common than answers to two prompts. */
const nearFloor = 0.05;

/** What the checks of datasets say about an answer, in the words of the dataset editor. */
export function FindingTags(props: {
	readonly lane: LaneView;
	readonly number: number;
}): JSX.Element {
	const { lane, number } = props;
	return (
		<>
			{lane.masked !== undefined && (
				<Tag
					title="The answer says who it is by, or names a model or a maker; shown with the names"
					testId={`lane-${number}-masked`}
				>
					{lane.masked} {lane.masked === 1 ? 'name' : 'names'} masked
				</Tag>
			)}
			{lane.findings.map(finding => (
				<Tag
					key={finding.code}
					kind={severityOf(finding.code)}
					title={sentenceFor(finding)}
					testId={`lane-${number}-finding-${finding.code}`}
				>
					{shortNameOf(finding.code)}
				</Tag>
			))}
		</>
	);
}

/** Goes through the samples of one model. */
export function Samples(props: {
	readonly lane: LaneView;
	readonly number: number;
}): JSX.Element | null {
	const { lane, number } = props;
	if (!lane.samples) {
		return null;
	}
	const { count, shown, equal } = lane.samples;
	return (
		<span class="rd-samples">
			<Button
				appearance="icon"
				label={`Sample before, answer ${number}`}
				testId={`sample-previous-${number}`}
				onClick={() => void flipSample(lane, -1)}
			>
				<Icon name="left" />
			</Button>
			<span data-testid={`sample-${number}`}>
				sample {shown + 1} of {count}
				{equal > 1 ? `, ${equal} equal` : ''}
			</span>
			<Button
				appearance="icon"
				label={`Next sample, answer ${number}`}
				testId={`sample-next-${number}`}
				onClick={() => void flipSample(lane, 1)}
			>
				<Icon name="right" />
			</Button>
		</span>
	);
}

/** What the model said itself before this answer, folded away. */
export function OwnTurns({ lane }: { readonly lane: LaneView }): JSX.Element | null {
	if (!lane.turns) {
		return null;
	}
	return (
		<details class="rd-own-turns">
			<summary>Its own earlier turns</summary>
			{lane.turns.map((turn, i) => (
				<div key={i} class="rd-own-turn" dir="auto">
					<span class="rd-role ws-muted">{turn.role}</span>
					<div class="rd-turn-text">{visibleText(turn.content)}</div>
				</div>
			))}
		</details>
	);
}

export function Figures(props: {
	readonly lane: LaneView;
	readonly reference: LaneView | undefined;
	/** Words in common with the reference. */
	readonly share: number | undefined;
}): JSX.Element {
	const { lane, reference, share } = props;
	const floors = overview.value?.floors ?? {};
	const equal = lane.text !== undefined && lane.text === reference?.text;
	const figures = [
		...(lane.text === undefined ? [] : [`${lane.text.length.toLocaleString('en')} chars`]),
		// A server that counts no tokens is known by 0 of them.
		...(lane.tokens === undefined || (lane.tokens === 0 && lane.text)
			? []
			: [`${lane.tokens.toLocaleString('en')} tokens`]),
	];
	return (
		<p class="rd-figures ws-muted">
			{figures.join(' · ')}
			{equal && <span class="rd-equal"> · equal to the reference</span>}
			{share !== undefined && !equal && (
				<span data-testid="shared-text" title={shareMeaning}>
					{' · '}
					{percent(share)} shared text
					{floorWords(share, floors)}
				</span>
			)}
		</p>
	);
}

const shareMeaning =
	'Share of words that stand in both answers in the same order, beside two floors: answers to different prompts, and one model asked twice. Near the first the marks mean nothing; near the second they are no more than chance.';

/** The two floors beside the figure, as far as they are known. */
function floorWords(share: number, floors: SharedFloors): string {
	const { otherPrompt, resampled } = floors;
	const beside = [
		...(otherPrompt === undefined ? [] : [`other prompts ${percent(otherPrompt)}`]),
		...(resampled === undefined ? [] : [`same model again ${percent(resampled)}`]),
	];
	const verdict =
		otherPrompt !== undefined && share <= otherPrompt + nearFloor
			? ', no more than unrelated answers'
			: '';
	return `${beside.length === 0 ? '' : ` (${beside.join(', ')})`}${verdict}`;
}

function percent(share: number): string {
	return `${Math.round(share * 100)}%`;
}
