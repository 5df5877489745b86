import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { sentenceFor, severityOf, shortNameOf } from '../../src/core/dataset/findings/checks';
import { sharedText } from '../../src/core/responses/sharedText';
import type { LaneView, PromptView } from '../../src/protocol/responseDiff';
import { Button } from '../shared/components/button';
import { Tag } from '../shared/components/tag';
import { voteFor } from './actions';
import { LaneText, useDiff } from './laneText';
import { busy, overview, pointedLane, referenceLane } from './state';

/** Within this of the floor, two answers have no more in common than answers to two prompts. */
const nearFloor = 0.05;

/** The answers side by side, each with its figures and its vote. */
export function Lanes(props: { readonly view: PromptView }): JSX.Element {
	const { lanes } = props.view;
	const reference = referenceLane.value < lanes.length ? lanes[referenceLane.value] : undefined;
	return (
		<div class="rd-lanes" style={{ '--rd-lane-count': lanes.length }}>
			{lanes.map((lane, place) => (
				<Lane
					key={lane.key}
					lane={lane}
					place={place}
					view={props.view}
					reference={reference}
					against={lane === reference ? opposite(lanes, lane) : undefined}
				/>
			))}
		</div>
	);
}

/** The lane that the reference is shown against: the only other one, or the one pointed at. */
function opposite(lanes: readonly LaneView[], reference: LaneView): LaneView | undefined {
	const others = lanes.filter(lane => lane !== reference);
	return others.length === 1 ? others[0] : others.find(lane => lane.key === pointedLane.value);
}

interface LaneProps {
	readonly lane: LaneView;
	readonly place: number;
	readonly view: PromptView;
	readonly reference: LaneView | undefined;
	readonly against: LaneView | undefined;
}

function Lane(props: LaneProps): JSX.Element {
	const { lane, place, view, reference, against } = props;
	const number = place + 1;
	const isReference = lane === reference;
	const diff = useDiff(
		isReference ? lane.text : reference?.text,
		isReference ? against?.text : lane.text,
	);
	const vote = view.vote;
	const best = vote?.best === lane.key;
	const worst = vote?.worst === lane.key;
	const point = (key: string | undefined): void => {
		pointedLane.value = key;
	};
	return (
		<section
			class={`rd-lane${best ? ' rd-lane-best' : ''}`}
			aria-label={lane.model ? `Answer ${number}, ${lane.model.label}` : `Answer ${number}`}
			data-testid={`lane-${number}`}
			onPointerEnter={() => point(lane.key)}
			onPointerLeave={() => point(undefined)}
			onFocusCapture={() => point(lane.key)}
		>
			<header class="rd-lane-head">
				<span class="rd-lane-number">{number}</span>
				<span
					class={`rd-lane-name${lane.model ? '' : ' ws-muted'}`}
					title={lane.model?.ref}
					data-testid={`lane-name-${number}`}
				>
					{lane.model?.label ?? 'name hidden'}
				</span>
				{best && <Tag>best</Tag>}
				{worst && <Tag>worst</Tag>}
				{isReference && <Tag title="The other answers are compared with this one">reference</Tag>}
				{lane.cut && (
					<Tag kind="warning" title="The answer reached the limit of tokens and was cut there">
						cut
					</Tag>
				)}
				{lane.failed && <Tag kind="error">failed</Tag>}
				<FindingTags lane={lane} number={number} />
			</header>
			<Figures lane={lane} reference={isReference ? undefined : reference} />
			{lane.text === undefined ? (
				<div class="rd-text rd-absent ws-muted" data-testid={`lane-text-${number}`}>
					{lane.missing ? 'No answer' : 'Waiting for the answers'}
				</div>
			) : (
				<LaneText
					text={lane.text}
					diff={diff}
					side={isReference ? 'reference' : 'other'}
					testId={`lane-text-${number}`}
				/>
			)}
			<footer class="rd-lane-foot">
				<Button
					appearance={best ? 'primary' : 'secondary'}
					disabled={!view.votable || lane.text === undefined || busy.value}
					pressed={best}
					label={`Answer ${number} is the best (key ${number})`}
					testId={`vote-${number}`}
					onClick={() => voteFor('best', place)}
				>
					Best <kbd>{number}</kbd>
				</Button>
				{vote?.best !== undefined && !best && view.lanes.length > 2 && (
					<Button
						appearance="secondary"
						pressed={worst}
						label={`Answer ${number} is the worst (Shift+${number})`}
						testId={`vote-worst-${number}`}
						onClick={() => voteFor('worst', place)}
					>
						Worst <kbd>⇧{number}</kbd>
					</Button>
				)}
			</footer>
		</section>
	);
}

/** What the checks of datasets say about an answer, in the words of the dataset editor. */
function FindingTags(props: { readonly lane: LaneView; readonly number: number }): JSX.Element {
	const { lane, number } = props;
	return (
		<>
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

function Figures(props: {
	readonly lane: LaneView;
	readonly reference: LaneView | undefined;
}): JSX.Element {
	const { lane, reference } = props;
	const share = useMemo(
		() =>
			lane.text === undefined || reference?.text === undefined
				? undefined
				: sharedText(reference.text, lane.text),
		[lane.text, reference?.text],
	);
	const floor = overview.value?.sharedFloor;
	const equal = lane.text !== undefined && lane.text === reference?.text;
	const figures = [
		...(lane.text === undefined ? [] : [`${lane.text.length.toLocaleString('en')} chars`]),
		...(lane.tokens === undefined ? [] : [`${lane.tokens.toLocaleString('en')} tokens`]),
	];
	return (
		<p class="rd-figures ws-muted">
			{figures.join(' · ')}
			{equal && <span class="rd-equal"> · equal to the reference</span>}
			{share !== undefined && !equal && (
				<span
					title={
						floor === undefined
							? 'Share of words that stand in both answers in the same order'
							: `Share of words that stand in both answers in the same order. Answers to different prompts share ${percent(floor)}: near that, the marks mean nothing.`
					}
				>
					{' · '}
					{percent(share)} shared text
					{floor !== undefined && share <= floor + nearFloor && ', no more than unrelated answers'}
				</span>
			)}
		</p>
	);
}

function percent(share: number): string {
	return `${Math.round(share * 100)}%`;
}
