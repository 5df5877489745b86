import type { JSX } from 'preact';
import type { Annotation } from '../../src/core/dataset/annotate/annotationFold';
import { Icon } from '../shared/components/icon';
import type { DatasetPageModel } from './pageModel';

/** What others say, which is there once I have decided, and what programs suggest. */
export function OtherWords({ model }: { readonly model: DatasetPageModel }): JSX.Element | null {
	const annotation = model.detail.value?.annotation;
	if (!annotation) {
		return null;
	}
	const { others, suggestions, hidden, mine } = annotation;
	if (others.length + suggestions.length + hidden === 0) {
		return null;
	}
	return (
		<div class="ws-review-others" data-testid="others-said">
			{hidden > 0 && (
				<span class="ws-muted">
					{hidden === 1 ? 'Another annotator has' : `${hidden} other annotators have`} answered;
					shown once you have decided.
				</span>
			)}
			{others.map(({ author, annotation: said }) => (
				<Words
					key={`person ${author}`}
					author={author}
					said={said}
					isOtherwise={
						mine?.label !== undefined && said.label !== undefined && said.label !== mine.label
					}
				/>
			))}
			{suggestions.map(({ author, annotation: said }) => (
				<Words key={`tool ${author}`} author={`${author} suggests`} said={said} />
			))}
		</div>
	);
}

function Words(props: {
	readonly author: string;
	readonly said: Annotation;
	readonly isOtherwise?: boolean;
}): JSX.Element {
	const { author, said, isOtherwise } = props;
	const { label, ...rest } = said;
	return (
		<span class="ws-review-other">
			<strong>{author}</strong>
			{label && (
				<span class="ws-review-other-label">
					<span class={`ws-mark-${label}`}>
						<Icon name={label} />
					</span>
					{label}
				</span>
			)}
			{isOtherwise === true && <span class="ws-muted">(not as you)</span>}
			{saidParts(rest).map(part => (
				<span key={part}>{part}</span>
			))}
		</span>
	);
}

/** What an annotation says, in the words of the page. */
export function saidParts(said: Annotation | undefined): string[] {
	return [
		...(said?.label ? [said.label] : []),
		...(said?.rating ? [`${said.rating} of 5`] : []),
		...(said?.isSkipped ? ['skipped'] : []),
		...(said?.tags ?? []).map(tag => `#${tag}`),
		...(said?.note === undefined ? [] : [`“${said.note}”`]),
	];
}
