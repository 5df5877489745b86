import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { LaneMarks, TextMark } from '../../src/core/responses/answerMarks';
import type { LaneView, MarkedPrompt, PromptView } from '../../src/protocol/responseDiff';
import { Button } from '../shared/components/button';
import { Tag } from '../shared/components/tag';
import { voteFor } from './actions';
import { AnswerEditor } from './answerEditor';
import { beginDraft, draftOf } from './drafts';
import { shortUseWords } from './editWords';
import { FindingTags, Figures, OwnTurns, Samples } from './laneParts';
import { LaneText } from './laneText';
import { MapToggle, RewardMapLane } from './rewardMap/rewardMapLane';
import { showsFirstSamples } from './voteWords';
import { followScroll, placeAcross } from './scrollTogether';
import {
	busy,
	isRendered,
	lens,
	mapPlace,
	marked,
	pointedLane,
	referenceLane,
	scrollsTogether,
} from './state';

/** The answers side by side, each with its figures and its vote. */
export function Lanes(props: { readonly view: PromptView }): JSX.Element {
	const { lanes } = props.view;
	const element = useRef<HTMLDivElement>(null);
	const reference = referenceLane.value < lanes.length ? lanes[referenceLane.value] : undefined;
	const marks = marksFor(props.view);
	useEffect(() => {
		if (!scrollsTogether.value || !element.current || !marks) {
			return undefined;
		}
		const base = lanes[Math.max(0, referenceLane.value)]?.text?.length ?? 0;
		return followScroll(element.current, (offset, from, to) => {
			const [here, there] = [marks.lanes[from], marks.lanes[to]];
			return here && there && placeAcross(offset, here, there, base);
		});
	}, [marks, lanes, scrollsTogether.value]);
	const against = reference && opposite(lanes, reference);
	// The lanes of the prompt before serve the next one, but each is read from its beginning.
	useLayoutEffect(() => {
		for (const text of element.current?.querySelectorAll('.rd-text') ?? []) {
			text.scrollTop = 0;
		}
	}, [props.view.id]);
	return (
		<div class="rd-lanes" ref={element} style={{ '--rd-lane-count': lanes.length }}>
			{lanes.map((lane, place) => (
				<Lane
					key={place}
					lane={lane}
					place={place}
					view={props.view}
					reference={reference}
					marks={marks?.lanes[place]}
					against={
						lane === reference && against && lens.value === 'difference'
							? { place: against, marks: marks?.lanes[against] }
							: undefined
					}
				/>
			))}
		</div>
	);
}

/** What the lens shows, while it fits the texts in view. */
function marksFor({ id, lanes }: PromptView): MarkedPrompt | undefined {
	const found = marked.value;
	return found?.promptId === id &&
		found.reference === referenceLane.value &&
		found.lens === lens.value &&
		found.lanes.every((lane, i) => lane.length === (lanes[i]?.text?.length ?? 0))
		? found
		: undefined;
}

/** Place of the lane that the reference is shown against: the only other one, or the one pointed at. */
function opposite(lanes: readonly LaneView[], reference: LaneView): number | undefined {
	const others = lanes.filter(lane => lane !== reference);
	const other =
		others.length === 1 ? others[0] : others.find(lane => lane.key === pointedLane.value);
	return other && lanes.indexOf(other);
}

interface LaneProps {
	readonly lane: LaneView;
	readonly place: number;
	readonly view: PromptView;
	readonly reference: LaneView | undefined;
	/** Absent while the answers are compared. */
	readonly marks: LaneMarks | undefined;
	/** On the reference: the lane whose differences it shows. */
	readonly against: { readonly place: number; readonly marks: LaneMarks | undefined } | undefined;
}

const noMarks: readonly TextMark[] = [];

function Lane(props: LaneProps): JSX.Element {
	const { lane, place, view, reference, against } = props;
	const number = place + 1;
	const isReference = lane === reference;
	const vote = view.vote;
	const draft = draftOf(view, lane);
	const best = vote?.best === lane.key;
	const worst = vote?.worst === lane.key;
	const point = (key: string | undefined): void => {
		pointedLane.value = key;
	};
	return (
		<section
			class={`rd-lane rd-hue-${number}${best ? ' rd-lane-best' : ''}`}
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
				{lane.edit && (
					<Tag
						title="You edited this answer; it is shown as it was"
						testId={`lane-${number}-edited`}
					>
						{shortUseWords[lane.edit.use]}
					</Tag>
				)}
				<Samples lane={lane} number={number} />
				<FindingTags lane={lane} number={number} />
				<MapToggle lane={lane} place={place} />
			</header>
			<Figures
				lane={lane}
				reference={isReference ? undefined : reference}
				share={props.marks?.share}
			/>
			<OwnTurns key={view.id} lane={lane} />
			{mapPlace.value === place && lane.model !== undefined && lane.text !== undefined ? (
				<RewardMapLane lane={lane} />
			) : lane.text === undefined ? (
				<div class="rd-text rd-absent ws-muted" data-testid={`lane-text-${number}`}>
					{lane.missing ? 'No answer' : 'Waiting for the answers'}
				</div>
			) : draft ? (
				<AnswerEditor key={view.id} view={view} lane={lane} number={number} draft={draft} />
			) : (
				<LaneText
					text={lane.text}
					marks={(against ? against.marks?.onReference : props.marks?.marks) ?? noMarks}
					hue={(against?.place ?? place) + 1}
					isReference={isReference}
					isRendered={isRendered.value}
					testId={`lane-text-${number}`}
					laneKey={lane.key}
				/>
			)}
			<footer class="rd-lane-foot" hidden={view.index < 0}>
				<Button
					appearance={best ? 'primary' : 'secondary'}
					disabled={
						!view.votable || lane.text === undefined || busy.value || !showsFirstSamples(view)
					}
					pressed={best}
					label={`Best ${number}: answer ${number} is the best (key ${number})`}
					testId={`vote-${number}`}
					onClick={() => voteFor('best', place)}
				>
					Best <kbd>{number}</kbd>
				</Button>
				{vote?.best !== undefined && !best && lane.text !== undefined && view.lanes.length > 2 && (
					<Button
						appearance="secondary"
						pressed={worst}
						label={`Worst ⇧${number}: answer ${number} is the worst (Shift+${number})`}
						testId={`vote-worst-${number}`}
						onClick={() => voteFor('worst', place)}
					>
						Worst <kbd>⇧{number}</kbd>
					</Button>
				)}
				{lane.editable && !draft && (
					<Button
						appearance="secondary"
						label={`Edit e: write answer ${number} better (key e)`}
						testId={`edit-${number}`}
						onClick={() => beginDraft(view, lane)}
					>
						Edit <kbd>e</kbd>
					</Button>
				)}
			</footer>
		</section>
	);
}
