import type { JSX } from 'preact';
import { isAllRows } from '../../src/core/dataset/query/rowSelection';
import type { DatasetSnapshot } from '../../src/protocol/datasetEditor';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import { ProgressRing } from '../shared/components/progressRing';
import type { DatasetPageModel } from './pageModel';
import { QueryField } from './queryField';

interface ToolbarProps {
	readonly model: DatasetPageModel;
	readonly snapshot: DatasetSnapshot;
}

export function Toolbar({ model, snapshot }: ToolbarProps): JSX.Element {
	const { dataset } = snapshot;
	return (
		<div class="ws-toolbar" role="toolbar" aria-label="Dataset">
			<QueryField model={model} />
			<QuickTerms model={model} snapshot={snapshot} />
			<Progress snapshot={snapshot} />
			<span class="ws-spacer" />
			<span class="ws-muted ws-count" data-testid="dataset-count">
				{countText(snapshot)}
			</span>
			{dataset.noLabels === undefined && dataset.rows > 0 && !snapshot.review && (
				<Button
					label="Review examples one after another by keys"
					testId="start-review"
					class="ws-review-start"
					onClick={() => void model.reviewing.start()}
				>
					<Icon name="review" />
					Review…
				</Button>
			)}
			<Button
				appearance="icon"
				label="Column statistics"
				testId="toggle-statistics"
				pressed={model.statistics.isOpen.value}
				onClick={() => model.statistics.toggle()}
			>
				<Icon name="chart" />
			</Button>
			<Button
				appearance="icon"
				label="Open as text"
				testId="open-as-text"
				onClick={() => void model.openAsText()}
			>
				<Icon name="text" />
			</Button>
		</div>
	);
}

const labelTerms = ['label:keep', 'label:drop', 'label:fix'];

/** The filters that are used most, one click away; they write into the query. */
function QuickTerms({ model, snapshot }: ToolbarProps): JSX.Element {
	const { kept, dropped } = snapshot.dataset;
	const { preflight } = snapshot;
	const findings = snapshot.dataset.findings.filter(({ code }) => code !== 'preflight');
	const kinds = findings.length + (preflight?.kinds.length ?? 0);
	const button = (
		term: string,
		name: string,
		label: string,
		others: readonly string[] = [],
	): JSX.Element => (
		<Button
			key={term}
			label={label}
			testId={`quick-${term}`}
			pressed={model.query.has(term)}
			onClick={() => model.query.toggle(term, others)}
		>
			{name}
		</Button>
	);
	const isUsed = (rows: number, term: string): boolean => rows > 0 || model.query.has(term);
	return (
		<span class="ws-quick-terms" role="group" aria-label="Quick filters">
			{(kinds > 0 || preflight !== undefined) && <FindingsButton model={model} kinds={kinds} />}
			{isUsed(kept, 'label:keep') &&
				button('label:keep', `Kept ${number(kept)}`, 'Rows to keep', labelTerms)}
			{isUsed(dropped, 'label:drop') &&
				button('label:drop', `Dropped ${number(dropped)}`, 'Rows to drop', labelTerms)}
		</span>
	);
}

function FindingsButton(props: {
	readonly model: DatasetPageModel;
	readonly kinds: number;
}): JSX.Element {
	const { isOpen } = props.model.findings;
	return (
		<Button
			label={`List the findings: ${props.kinds} ${props.kinds === 1 ? 'kind' : 'kinds'}`}
			testId="toggle-findings"
			pressed={isOpen.value}
			onClick={() => (isOpen.value = !isOpen.value)}
		>
			Findings
		</Button>
	);
}

/** What is still going on: reading, checking or filtering, with how far it is. */
function Progress({ snapshot }: { readonly snapshot: DatasetSnapshot }): JSX.Element | null {
	const { dataset } = snapshot;
	const going = dataset.error !== undefined ? undefined : goingOn(snapshot);
	return going === undefined ? null : (
		<span class="ws-progress" role="status" data-testid="progress">
			<ProgressRing label={going} />
			<span class="ws-muted">{going}</span>
			<span class="ws-visually-hidden">{dataset.name}</span>
		</span>
	);
}

function goingOn({ dataset, isFiltering, rowsFiltered }: DatasetSnapshot): string | undefined {
	if (!dataset.isIndexed) {
		return `Reading ${percent(dataset.bytesRead, dataset.size)}`;
	}
	if (isFiltering) {
		return `Filtering ${percent(rowsFiltered, dataset.rows)}`;
	}
	const isWaiting = dataset.far !== undefined && !dataset.far.isReadingAll;
	return dataset.isChecked || isWaiting
		? undefined
		: `Checking ${percent(dataset.checkedRows, dataset.rows)}`;
}

function countText({ dataset, shownRows, filter }: DatasetSnapshot): string {
	const rows = `${number(dataset.rows)}${dataset.isIndexed ? '' : '+'} ${dataset.rows === 1 ? 'row' : 'rows'}`;
	// Sorting alone hides no row.
	return !isAllRows({ ...filter, sort: undefined }) ? `${number(shownRows)} of ${rows}` : rows;
}

function number(value: number): string {
	return value.toLocaleString('en-US');
}

function percent(part: number, whole: number): string {
	return `${Math.floor((100 * part) / Math.max(1, whole))}%`;
}
