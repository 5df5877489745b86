import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { secondsEach } from '../../src/core/dataset/annotate/reviewState';
import { labels, type Label, type Rating } from '../../src/core/dataset/annotation';
import type { RowId } from '../../src/core/dataset/overlay';
import type { ReviewAction, ReviewView } from '../../src/protocol/datasetReview';
import { Icon } from '../shared/components/icon';
import { Tag } from '../shared/components/tag';
import { saidParts } from './otherWords';
import type { DatasetPageModel } from './pageModel';

interface ReviewProps {
	readonly model: DatasetPageModel;
	readonly review: ReviewView;
}

const decisions: Readonly<Record<Label, string>> = { keep: 'Keep', drop: 'Drop', fix: 'Fix' };
const ratings: readonly Rating[] = [1, 2, 3, 4, 5];
const remarks: readonly (readonly [ReviewAction, string])[] = [
	['tag', 'Tag'],
	['note', 'Note'],
];
const moves: readonly (readonly [ReviewAction, string])[] = [
	['skip', 'Skip'],
	['next', 'Next'],
	['previous', 'Previous'],
	['undo', 'Undo'],
	['clear', 'Clear'],
];

/** The state of a review above its example: how far, how fast, what I said, and the keys. */
export function ReviewBar({ model }: { readonly model: DatasetPageModel }): JSX.Element | null {
	const review = model.review.value;
	const id = review?.isDone === false ? model.detail.value?.summary.id : undefined;
	const [taken, setTaken] = useState<RowId | undefined>(undefined);
	// After the example is drawn: what is decided from now on is about it.
	useEffect(() => {
		if (id !== undefined) {
			model.reviewing.shown(id);
			setTaken(id);
		}
	}, [id]);
	if (!review) {
		return null;
	}
	return (
		<section
			class="ws-review"
			aria-label="Review"
			data-testid="review-bar"
			data-takes-keys={taken === id}
		>
			<ReviewHeader model={model} review={review} />
			<ReviewActions model={model} review={review} />
		</section>
	);
}

function ReviewHeader({ model, review }: ReviewProps): JSX.Element {
	const { counts } = review;
	const seconds = secondsEach(review.pace);
	return (
		<div class="ws-review-line">
			<strong class="ws-review-title">Review: {review.title}</strong>
			<ReviewProgress review={review} />
			<span class="ws-count" data-testid="review-progress">
				{counts.done.toLocaleString('en-US')} / {counts.total.toLocaleString('en-US')}
			</span>
			{counts.skipped > 0 && <span class="ws-muted">{counts.skipped} skipped</span>}
			{seconds !== undefined && (
				<span class="ws-muted" title="Mean of this sitting, pauses left out">
					{seconds} s each
				</span>
			)}
			<span class="ws-spacer" />
			<button
				type="button"
				class="ws-review-key"
				title="Decisions by annotator, time, and agreement"
				data-testid="review-report"
				onClick={() => void model.reviewing.showReport()}
			>
				Summary
			</button>
			<Key model={model} review={review} action="stop" words="Stop" />
		</div>
	);
}

export function ReviewProgress({ review }: { readonly review: ReviewView }): JSX.Element {
	const { done, total } = review.counts;
	const share = total === 0 ? 0 : done / total;
	return (
		<div
			class="ws-review-progress"
			role="progressbar"
			aria-label="Reviewed"
			aria-valuemin={0}
			aria-valuemax={total}
			aria-valuenow={done}
		>
			<div style={{ width: `${100 * share}%` }} />
		</div>
	);
}

function ReviewActions({ model, review }: ReviewProps): JSX.Element {
	const { mine } = review;
	const parts = saidParts(mine && { ...mine, label: undefined, rating: undefined });
	return (
		<div class="ws-review-line ws-review-actions">
			<span class="ws-review-group">
				{labels.map(label => (
					<button
						key={label}
						type="button"
						class={`ws-review-decision ws-review-${label}`}
						aria-pressed={mine?.label === label}
						data-testid={`review-${label}`}
						onClick={() => void model.reviewing.act(label)}
					>
						<Icon name={label} />
						{decisions[label]}
						<KeyCap keys={review.keys[label]} />
					</button>
				))}
			</span>
			<span class="ws-review-group ws-review-rating" role="group" aria-label="Rating">
				{ratings.map(rating => (
					<button
						key={rating}
						type="button"
						class="ws-review-star"
						aria-pressed={mine?.rating === rating}
						aria-label={`Rate ${rating} of 5`}
						title={`Rate ${rating} of 5 (key ${review.keys.rate ?? 'none'})`}
						data-testid={`review-rate-${rating}`}
						onClick={() => void model.reviewing.act('rate', rating)}
					>
						{rating}
					</button>
				))}
			</span>
			<span class="ws-review-group">
				{remarks.map(([action, words]) => (
					<Key key={action} model={model} review={review} action={action} words={words} />
				))}
			</span>
			<span class="ws-review-group ws-review-moves">
				{moves.map(([action, words]) => (
					<Key key={action} model={model} review={review} action={action} words={words} />
				))}
				<button
					type="button"
					class="ws-review-key"
					onClick={() => void model.reviewing.changeKeys()}
				>
					Change Keys…
				</button>
			</span>
			<span class="ws-review-said" data-testid="review-said">
				{parts.map(part => (
					<Tag key={part}>{part}</Tag>
				))}
			</span>
		</div>
	);
}

function Key(
	props: ReviewProps & { readonly action: ReviewAction; readonly words: string },
): JSX.Element {
	const { model, review, action, words } = props;
	return (
		<button
			type="button"
			class="ws-review-key"
			data-testid={`review-${action}`}
			onClick={() => void model.reviewing.act(action)}
		>
			{words} <KeyCap keys={review.keys[action]} />
		</button>
	);
}

function KeyCap({ keys }: { readonly keys: string | undefined }): JSX.Element | null {
	return keys === undefined ? null : <kbd>{keys === 'Escape' ? 'Esc' : keys}</kbd>;
}
