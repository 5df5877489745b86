import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { messageText, type Example, type Message } from '../../src/core/dataset/example';
import { proseDiff, spansOf, type TextSpan } from '../../src/core/responses/proseDiff';
import type { RowDetail } from '../../src/protocol/datasetEditor';
import { ScalarValue } from './fieldsTable';
import { MessageView } from './messageView';
import type { DatasetPageModel } from './pageModel';

type Preference = Extract<Example, { kind: 'preference' }>;

/** Above this share of different words, marks say nothing any more. */
const mostMarked = 0.75;

interface PreferenceViewProps {
	readonly model: DatasetPageModel;
	readonly detail: RowDetail;
	readonly example: Preference;
}

/** The prompt once, and under it the two replies side by side with the words that differ. */
export function PreferenceView({ model, detail, example }: PreferenceViewProps): JSX.Element {
	const { prompt, chosen, rejected, scores } = example;
	const isMarking = model.reading.marksWords.value;
	const diff = useMemo(
		() => (isMarking ? replyDiff(chosen, rejected) : undefined),
		[chosen, rejected, isMarking],
	);
	return (
		<>
			{prompt.map((message, i) => (
				<MessageView key={i} model={model} detail={detail} message={message} index={i} />
			))}
			<div class="ws-pair">
				<Side
					model={model}
					detail={detail}
					name="chosen"
					messages={chosen}
					from={prompt.length}
					score={scores?.chosen}
					marked={diff?.chosen}
				/>
				<Side
					model={model}
					detail={detail}
					name="rejected"
					messages={rejected}
					from={prompt.length + chosen.length}
					score={scores?.rejected}
					marked={diff?.rejected}
				/>
			</div>
		</>
	);
}

function Side(props: {
	readonly model: DatasetPageModel;
	readonly detail: RowDetail;
	readonly name: 'chosen' | 'rejected';
	readonly messages: readonly Message[];
	readonly from: number;
	readonly score: number | undefined;
	readonly marked: readonly TextSpan[] | undefined;
}): JSX.Element {
	const { model, detail, name, messages, from } = props;
	const length = messages.reduce((sum, message) => sum + messageText(message).length, 0);
	return (
		<section class={`ws-side ws-side-${name}`} aria-label={name} data-testid={`pair-${name}`}>
			<header class="ws-side-header">
				<h2>{name === 'chosen' ? 'Chosen' : 'Rejected'}</h2>
				{props.score !== undefined && (
					<span class="ws-score" title="Score of this reply">
						score{' '}
						{detail.actions.scores ? (
							<ScalarValue
								model={model}
								detail={detail}
								path={detail.actions.scores[name]}
								value={props.score}
								label={`score of ${name}`}
							/>
						) : (
							props.score
						)}
					</span>
				)}
				<span class="ws-muted">{length.toLocaleString('en-US')} characters</span>
			</header>
			{messages.map((message, i) => (
				<MessageView
					key={i}
					model={model}
					detail={detail}
					message={message}
					index={from + i}
					marked={messages.length === 1 ? props.marked : undefined}
				/>
			))}
		</section>
	);
}

interface ReplyDiff {
	readonly chosen: readonly TextSpan[];
	readonly rejected: readonly TextSpan[];
}

/** Word differences of two single replies that have something in common. */
function replyDiff(
	chosen: readonly Message[],
	rejected: readonly Message[],
): ReplyDiff | undefined {
	const [left, right] = [chosen, rejected].map(onlyText);
	if (left === undefined || right === undefined) {
		return undefined;
	}
	const diff = proseDiff(left, right);
	const spans = { chosen: spansOf(diff, 'reference'), rejected: spansOf(diff, 'other') };
	return changedShare(spans.chosen) > mostMarked || changedShare(spans.rejected) > mostMarked
		? undefined
		: spans;
}

function onlyText(messages: readonly Message[]): string | undefined {
	const [block] = messages.length === 1 ? (messages[0]?.blocks ?? []) : [];
	return block?.kind === 'text' ? block.text : undefined;
}

function changedShare(spans: readonly TextSpan[]): number {
	const length = (isEqual: boolean): number =>
		spans.reduce(
			(sum, { kind, text }) => sum + ((kind === 'equal') === isEqual ? text.length : 0),
			0,
		);
	return length(false) / Math.max(1, length(true) + length(false));
}
