import type { JSX } from 'preact';
import { useCallback } from 'preact/hooks';
import { shortNameOf } from '../../src/core/dataset/findings/checks';
import type { RowSummary } from '../../src/protocol/datasetEditor';
import { Icon } from '../shared/components/icon';
import { VirtualList } from '../shared/virtualList';
import { FindingsPanel } from './findingsPanel';
import type { DatasetPageModel } from './pageModel';
import { RowOrderBar } from './rowOrderBar';

const rowHeight = 26;

/** All rows that pass the filter; only those in view are in the page. */
export function RowList({ model }: { readonly model: DatasetPageModel }): JSX.Element {
	const onRange = useCallback((start: number, end: number) => void model.loadRange(start, end), []);
	const snapshot = model.snapshot.value;
	const isSorted = model.filter.value.sort !== undefined;
	// Read here, so that the list is drawn again when rows arrive.
	const version = `${model.rowsVersion.value} ${model.rowEditor.marks.value.length}`;
	return (
		<nav class="ws-rows" aria-label="Rows" data-version={version}>
			{snapshot && <RowOrderBar model={model} snapshot={snapshot} />}
			<FindingsPanel model={model} />
			<VirtualList
				label="Examples"
				testId="dataset-rows"
				count={model.shownRows.value}
				rowHeight={rowHeight}
				selected={model.selected.value}
				onSelect={(index, mode) => void model.rowEditor.pick(index, mode)}
				isMarked={index => model.rowEditor.isMarked(index)}
				onKeyDown={event => onRowKey(event, model)}
				onOpen={focusExample}
				onRange={onRange}
				rowTestId={index => `dataset-row-${model.row(index)?.number ?? `loading-${index}`}`}
				renderRow={index => <RowLine row={model.row(index)} index={index} isSorted={isSorted} />}
			/>
		</nav>
	);
}

const labelTitles = { keep: 'Keep', drop: 'Drop', fix: 'Fix' } as const;

/** Keys for rows, as VS Code has them for lines. */
function onRowKey(event: KeyboardEvent, { rowEditor }: DatasetPageModel): void {
	const up = event.key === 'ArrowUp';
	const isArrow = up || event.key === 'ArrowDown';
	const rows = rowEditor.count === 1 ? 'Row' : `${rowEditor.count} rows`;
	if (event.key === 'Delete' || (event.key === 'Backspace' && event.metaKey)) {
		void rowEditor.act({ kind: 'delete' }, `${rows} deleted.`);
	} else if (isArrow && event.altKey && event.shiftKey) {
		void rowEditor.act({ kind: 'duplicate' }, `${rows} duplicated.`);
	} else if (isArrow && event.altKey) {
		void rowEditor.act({ kind: 'move', to: up ? 'up' : 'down' }, `${rows} moved.`);
	} else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
		void rowEditor.insertRow();
	} else if (event.key === 'Escape') {
		rowEditor.clearMarks();
		return;
	} else {
		return;
	}
	event.preventDefault();
}

/** Enter leads from the list into the example, where the next Enter edits a message. */
function focusExample(): void {
	document.querySelector<HTMLElement>('.ws-message')?.focus();
}

function RowLine(props: {
	readonly row: RowSummary | undefined;
	readonly index: number;
	readonly isSorted: boolean;
}): JSX.Element {
	const { row, isSorted } = props;
	if (!row) {
		return <span class="ws-row ws-muted">…</span>;
	}
	const findings = row.findings.map(shortNameOf).join(', ');
	return (
		<span class={`ws-row${row.label === 'drop' ? ' ws-row-dropped' : ''}`}>
			<span class="ws-row-number">{row.number}</span>
			<span class="ws-row-title">
				{row.title === '' ? <em class="ws-muted">{row.format}</em> : row.title}
			</span>
			{isSorted && <SortValueMark value={row.sortValue} />}
			{row.isEdited && (
				<span
					class="ws-mark ws-mark-edited"
					role="img"
					aria-label="edited"
					title="Edited, not saved"
				>
					●
				</span>
			)}
			{findings !== '' && (
				<span
					class={`ws-mark ws-mark-${row.findings.includes('brokenRow') ? 'error' : 'warning'}`}
					role="img"
					aria-label={findings}
					title={findings}
				>
					<Icon name="warning" />
				</span>
			)}
			<AnnotationMarks marks={row.marks} />
			{row.label && (
				<span
					class={`ws-mark ws-mark-${row.label}`}
					role="img"
					aria-label={row.label}
					title={labelTitles[row.label]}
				>
					<Icon name={row.label} />
				</span>
			)}
		</span>
	);
}

/** What the rows are put in order by, of this one. */
function SortValueMark({ value }: { readonly value: RowSummary['sortValue'] }): JSX.Element {
	const text =
		typeof value === 'number'
			? value.toLocaleString('en-US', { maximumFractionDigits: 4 })
			: (value ?? '–');
	return (
		<span class="ws-row-sort-value" data-testid="row-sort-value" title={`Sorted by this: ${text}`}>
			{text}
		</span>
	);
}

function AnnotationMarks({ marks }: { readonly marks: RowSummary['marks'] }): JSX.Element {
	const tags = marks.tags.join(', ');
	return (
		<>
			{marks.rating !== undefined && (
				<span class="ws-mark ws-muted" title={`Rated ${marks.rating} of 5`}>
					{marks.rating}
				</span>
			)}
			{tags !== '' && (
				<span class="ws-mark" role="img" aria-label={`Tags: ${tags}`} title={tags}>
					<Icon name="tag" />
				</span>
			)}
			{marks.hasNote && (
				<span class="ws-mark" role="img" aria-label="note" title="Has a note">
					<Icon name="note" />
				</span>
			)}
			{marks.isSkipped && (
				<span class="ws-mark ws-muted" role="img" aria-label="skipped" title="Skipped">
					<Icon name="skip" />
				</span>
			)}
		</>
	);
}
