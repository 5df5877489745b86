import { Fragment, type JSX } from 'preact';
import { fieldsRead, titleOfFormat } from '../../src/core/dataset/readAs';
import type { RowDetail } from '../../src/protocol/datasetEditor';
import type { DatasetPageModel } from './pageModel';

/** What the row is taken for, and the fields that its texts come from. */
export function ReadAsLine(props: {
	readonly model: DatasetPageModel;
	readonly detail: RowDetail;
}): JSX.Element {
	const { model, detail } = props;
	const { summary, example } = detail;
	const fields = fieldsRead(example);
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
