import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AnnotationState, DetachedLine } from '../../src/protocol/datasetReview';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import type { DatasetPageModel } from './pageModel';
import { saidParts } from './otherWords';

/** Annotations that are in trouble: not written yet, or without a row. */
export function AnnotationBanners(props: {
	readonly model: DatasetPageModel;
	readonly state: AnnotationState;
}): JSX.Element {
	const { model } = props;
	const { detached, unwritten } = props.state;
	const [lines, setLines] = useState<readonly DetachedLine[]>([]);
	return (
		<>
			{unwritten && (
				<div class="ws-banner ws-banner-error" role="alert" data-testid="banner-unwritten">
					<Icon name="warning" />
					<span>
						{unwritten.events} annotation events are not written yet. {unwritten.reason}
					</span>
					<Button onClick={() => void model.reviewing.writeAnnotations()}>Try Again</Button>
				</div>
			)}
			{detached > 0 && (
				<div class="ws-banner ws-banner-info" role="note" data-testid="banner-detached">
					<Icon name="tag" />
					<span>
						{detached} annotations are about examples that are not in this file.
						{lines.map(({ author, name, annotation }) => (
							<span class="ws-detached" key={`${author} ${name}`}>
								{author}: {saidParts(annotation).join(', ')} ({name})
							</span>
						))}
					</span>
					<Button
						onClick={() =>
							lines.length > 0 ? setLines([]) : void model.reviewing.loadDetached().then(setLines)
						}
					>
						{lines.length > 0 ? 'Hide' : 'Show'}
					</Button>
				</div>
			)}
		</>
	);
}
