import type { JSX } from 'preact';
import type { RowDetail } from '../../src/protocol/datasetEditor';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import { keyName } from './keys';
import type { DatasetPageModel } from './pageModel';

interface RowProps {
	readonly model: DatasetPageModel;
	readonly detail: RowDetail;
}

/** What can be done with the row that is shown, or with all that are marked. */
export function RowButtons({ model, detail }: RowProps): JSX.Element | null {
	const { rowEditor } = model;
	if (!rowEditor.canEdit) {
		return null;
	}
	// Read here, so that the words follow the marks.
	const rows = rowEditor.marks.value.length > 0 ? `${rowEditor.count} rows` : 'row';
	return (
		<>
			{detail.actions.canSwapReplies && (
				<Button
					appearance="icon"
					label="Swap chosen and rejected, with their scores (S)"
					testId="swap-replies"
					onClick={() =>
						void rowEditor.change({ kind: 'swapReplies' }, 'Chosen and rejected swapped.')
					}
				>
					<Icon name="swap" />
				</Button>
			)}
			<Button
				appearance="icon"
				label={`Insert a row after this one (${keyName('Ctrl+Enter')} in the list)`}
				testId="insert-row"
				onClick={() => void rowEditor.insertRow()}
			>
				<Icon name="addRow" />
			</Button>
			<Button
				appearance="icon"
				label={`Duplicate ${rows} (${keyName('Shift+Alt+↓')} in the list)`}
				testId="duplicate-rows"
				onClick={() => void rowEditor.act({ kind: 'duplicate' }, `${rows} duplicated.`)}
			>
				<Icon name="copy" />
			</Button>
			<Button
				appearance="icon"
				label={`Delete ${rows} (${keyName('Delete')} in the list)`}
				testId="delete-rows"
				onClick={() => void rowEditor.act({ kind: 'delete' }, `${rows} deleted.`)}
			>
				<Icon name="trash" />
			</Button>
			{rowEditor.marks.value.length > 0 && (
				<span class="ws-muted ws-count" data-testid="marked-rows">
					{rowEditor.count} selected
				</span>
			)}
			<span class="ws-action-gap" />
		</>
	);
}

/** KTO's mark; a click turns it. */
export function DesirableMark(props: RowProps & { readonly isDesirable: boolean }): JSX.Element {
	const { model, detail, isDesirable } = props;
	const { mark } = detail.actions;
	const words = isDesirable ? 'desirable' : 'not desirable';
	return (
		<button
			class={`ws-link ws-mark-${isDesirable ? 'keep' : 'drop'}`}
			title={mark ? `This example is ${words}; click to turn it` : words}
			data-testid="desirable"
			disabled={!mark}
			onClick={() =>
				mark &&
				void model.rowEditor.change(
					{ kind: 'setScalar', path: mark, typed: String(!isDesirable) },
					`Now ${isDesirable ? 'not desirable' : 'desirable'}.`,
				)
			}
		>
			{words}
		</button>
	);
}
