import { Fragment, type JSX } from 'preact';
import { fieldsRead, titleOfFormat } from '../../src/core/dataset/readAs';
import type { RowDetail } from '../../src/protocol/datasetEditor';
import { isFieldOfItsOwn, oneTextEach } from './messageActions';
import type { DatasetPageModel } from './pageModel';

/** What the row is taken for, and the fields that its texts come from. */
export function ReadAsLine(props: {
	readonly model: DatasetPageModel;
	readonly detail: RowDetail;
}): JSX.Element {
	const { model, detail } = props;
	const { summary, example } = detail;
	const fields = fieldsRead(example);
	const { messages } = detail.actions;
	const isFixed =
		summary.format === 'mapped' && messages.length > 0 && messages.every(isFieldOfItsOwn);
	return (
		<p class="ws-read-as ws-muted" data-testid="read-as">
			Read as: {titleOfFormat(summary.format)}
			{fields.length > 0 && ' from '}
			{fields.map((name, i) => (
				<Fragment key={name}>
					{i > 0 && ', '}
					<code>{name}</code>
				</Fragment>
			))}
			{isFixed && (
				<span title={oneTextEach} data-testid="read-as-fixed">
					{' '}
					(one text each)
				</span>
			)}
			{' · '}
			<button
				class="ws-link"
				title="Read the rows of this dataset in another way"
				data-testid="choose-mapping"
				onClick={() => void model.chooseMapping()}
			>
				Change…
			</button>
		</p>
	);
}
