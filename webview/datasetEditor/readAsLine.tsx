import { Fragment, type JSX } from 'preact';
import { fieldsRead, titleOfFormat } from '../../src/core/dataset/readAs';
import type { RowDetail } from '../../src/protocol/datasetEditor';

/** What the row is taken for, and the fields that its texts come from. */
export function ReadAsLine({ detail }: { readonly detail: RowDetail }): JSX.Element {
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
		</p>
	);
}
