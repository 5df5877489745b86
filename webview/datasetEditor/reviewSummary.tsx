import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { secondsEach } from '../../src/core/dataset/annotate/reviewState';
import type { AnnotationSummary, ReviewView } from '../../src/protocol/datasetReview';
import { Button } from '../shared/components/button';
import { AnnotationNumbers } from './annotationSummary';
import type { DatasetPageModel } from './pageModel';
import { ReviewProgress } from './reviewBar';

/** What a review came to, in the place of the example. */
export function ReviewSummary(props: {
	readonly model: DatasetPageModel;
	readonly review: ReviewView;
}): JSX.Element {
	const { model, review } = props;
	const { counts, pace } = review;
	const [summary, setSummary] = useState<AnnotationSummary | undefined>(undefined);
	useEffect(() => void model.reviewing.loadReport().then(setSummary), [counts]);
	const seconds = secondsEach(pace);
	const isWhole = counts.done >= counts.total;
	return (
		<div class="ws-report" data-testid="review-summary">
			<h1>{isWhole ? 'All reviewed' : 'Nothing left but what you skipped'}</h1>
			<p class="ws-review-line">
				<strong>
					{number(counts.done)} of {number(counts.total)} reviewed
				</strong>
				<ReviewProgress review={review} />
				<span class="ws-muted">{review.title}</span>
			</p>
			<p>
				{number(counts.byLabel.keep)} keep, {number(counts.byLabel.drop)} drop,{' '}
				{number(counts.byLabel.fix)} fix, {number(counts.skipped)} skipped.
				{pace.decided > 0 &&
					` This sitting: ${number(pace.decided)} in ${duration(pace.seconds)}${
						seconds === undefined ? '' : `, ${seconds} s each`
					}.`}
			</p>
			<p class="ws-review-line">
				{counts.skipped > 0 && (
					<Button appearance="primary" onClick={() => void model.reviewing.takeSkipped()}>
						Review the Skipped Ones
					</Button>
				)}
				<Button onClick={() => void model.reviewing.start()}>Another Review…</Button>
				<Button onClick={() => void model.reviewing.act('undo')}>Undo the Last Decision</Button>
				<Button onClick={() => void model.reviewing.act('stop')}>Done</Button>
			</p>
			{summary && <AnnotationNumbers model={model} summary={summary} />}
		</div>
	);
}

function number(value: number): string {
	return value.toLocaleString('en-US');
}

/** Seconds in the words of a clock. */
export function duration(seconds: number): string {
	const whole = Math.round(seconds);
	const minutes = Math.floor(whole / 60);
	if (minutes === 0) {
		return `${whole} s`;
	}
	return minutes < 60
		? `${minutes} min ${whole % 60} s`
		: `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
