import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { messageText, type Example, type Message } from '../../src/core/dataset/example';
import type { TextSpan } from '../../src/core/responses/proseDiff';
import type { RowDetail } from '../../src/protocol/datasetEditor';
import { ScalarValue } from './fieldsTable';
import { MessageView } from './messageView';
import type { DatasetPageModel } from './pageModel';
import { replyDiff } from './replyDiff';

type Preference = Extract<Example, { kind: 'preference' }>;

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
			{diff?.says !== undefined && (
				<p class="ws-muted ws-diff-note" role="note">
					{diff.says}
				</p>
			)}
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
	readonly marked: readonly (readonly TextSpan[] | undefined)[] | undefined;
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
				{messages.length > 1 && (
					<span class="ws-muted">{length.toLocaleString('en-US')} characters</span>
				)}
			</header>
			{messages.map((message, i) => (
				<MessageView
					key={i}
					model={model}
					detail={detail}
					message={message}
					index={from + i}
					marked={props.marked?.[i]}
				/>
			))}
		</section>
	);
}
