import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { ratePerHour } from '../../src/core/dataset/annotate/reviewState';
import type { Annotation } from '../../src/core/dataset/annotate/annotationFold';
import type { ReviewAction, ReviewView } from '../../src/protocol/datasetReview';
import { Button } from '../shared/components/button';
import { Tag } from '../shared/components/tag';
import type { DatasetPageModel } from './pageModel';

const help: readonly (readonly [ReviewAction, string])[] = [
	['keep', 'Keep'],
	['drop', 'Drop'],
	['fix', 'Fix'],
	['rate', 'Rate'],
	['tag', 'Tag'],
	['note', 'Note'],
	['skip', 'Skip'],
	['next', 'Next'],
	['previous', 'Previous'],
	['undo', 'Undo'],
	['clear', 'Clear'],
	['stop', 'Stop'],
];

/** The state of a review above its example: how far, how fast, what I said, and the keys. */
export function ReviewBar({ model }: { readonly model: DatasetPageModel }): JSX.Element | null {
	const review = model.review.value;
	const id = review?.isDone === false ? model.detail.value?.summary.id : undefined;
	// After the example is drawn: what is decided from now on is about it.
	useEffect(() => {
		if (id !== undefined) {
			model.reviewShown(id);
		}
	}, [id]);
	if (!review) {
		return null;
	}
	const { counts, mine } = review;
	const rate = ratePerHour(review.pace);
	return (
		<section class="ws-review" aria-label="Review" data-testid="review-bar">
			<div class="ws-review-line">
				<strong>Review</strong>
				<span class="ws-muted">{review.title}</span>
				<progress
					class="ws-review-progress"
					max={counts.total}
					value={counts.done}
					aria-label="Reviewed"
				/>
				<span class="ws-count" data-testid="review-progress">
					{counts.done.toLocaleString('en-US')} / {counts.total.toLocaleString('en-US')}
				</span>
				{counts.skipped > 0 && <span class="ws-muted">{counts.skipped} skipped</span>}
				{rate !== undefined && <span class="ws-muted">{rate.toLocaleString('en-US')} an hour</span>}
				<span class="ws-spacer" />
				<Said mine={mine} />
			</div>
			<div class="ws-review-line ws-review-keys">
				{help.map(([action, words]) => (
					<button
						key={action}
						type="button"
						class="ws-review-key"
						data-testid={`review-${action}`}
						onClick={() => void model.act(action)}
					>
						{review.keys[action] !== undefined && <kbd>{review.keys[action]}</kbd>} {words}
					</button>
				))}
				<button type="button" class="ws-review-key" onClick={() => void model.changeKeys()}>
					Change Keys…
				</button>
			</div>
		</section>
	);
}

/** What one author says about the example in view. */
function Said({ mine }: { readonly mine: Annotation | undefined }): JSX.Element {
	return (
		<span class="ws-review-said" data-testid="review-said">
			{saidParts(mine).map(part => (
				<Tag key={part}>{part}</Tag>
			))}
		</span>
	);
}

export function saidParts(said: Annotation | undefined): string[] {
	return [
		...(said?.label ? [said.label] : []),
		...(said?.rating ? [`${said.rating} of 5`] : []),
		...(said?.isSkipped ? ['skipped'] : []),
		...(said?.tags ?? []).map(tag => `#${tag}`),
		...(said?.note === undefined ? [] : [`“${said.note}”`]),
	];
}

/** What others say, which is there once I have decided, and what programs suggest. */
export function OtherWords({ model }: { readonly model: DatasetPageModel }): JSX.Element | null {
	const annotation = model.detail.value?.annotation;
	const lines = [...(annotation?.others ?? []), ...(annotation?.suggestions ?? [])];
	return lines.length === 0 ? null : (
		<p class="ws-review-others" data-testid="others-said">
			{lines.map(({ author, annotation: said }) => (
				<span key={author}>
					<strong>{author}</strong> {saidParts(said).join(', ')}{' '}
				</span>
			))}
		</p>
	);
}

/** What a review came to, in the place of the example. */
export function ReviewSummary(props: {
	readonly model: DatasetPageModel;
	readonly review: ReviewView;
}): JSX.Element {
	const { model } = props;
	const { counts, pace } = props.review;
	const rate = ratePerHour(pace);
	return (
		<div class="ws-empty" data-testid="review-summary">
			<strong>
				{counts.done} of {counts.total} reviewed
			</strong>
			<span>
				{counts.byLabel.keep} keep, {counts.byLabel.drop} drop, {counts.byLabel.fix} fix,{' '}
				{counts.skipped} skipped
			</span>
			<span class="ws-muted">
				This sitting: {pace.decided} in {Math.round(pace.seconds)} s
				{rate === undefined ? '' : `, ${rate} an hour`}
			</span>
			{counts.skipped > 0 && (
				<Button onClick={() => void model.reviewSkipped()}>Review the Skipped Ones</Button>
			)}
			<Button onClick={() => void model.startReview()}>Another Review…</Button>
			<Button onClick={() => void model.act('stop')}>Done</Button>
		</div>
	);
}
