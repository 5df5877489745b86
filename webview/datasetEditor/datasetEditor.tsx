import type { JSX } from 'preact';
import { Button } from '../shared/components/button';
import { ProgressRing } from '../shared/components/progressRing';
import { allRows } from '../../src/core/dataset/query/rowSelection';
import { Banners } from './banners';
import { ExampleView } from './exampleView';
import type { DatasetPageModel } from './pageModel';
import { QueryNotices } from './queryNotices';
import { RowList } from './rowList';
import { StatisticsPanel } from './statisticsPanel';
import { Toolbar } from './toolbar';

/** The page: a line of controls, the list of rows, and the row that is selected. */
export function DatasetEditor({ model }: { readonly model: DatasetPageModel }): JSX.Element {
	const snapshot = model.snapshot.value;
	if (!snapshot) {
		return (
			<div class="ws-empty">
				<ProgressRing label="Opening the dataset" />
			</div>
		);
	}
	const { dataset, shownRows, isFiltering } = snapshot;
	const isEmpty = dataset.rows === 0 && dataset.isIndexed;
	const isNothingShown = shownRows === 0 && !isFiltering && dataset.isIndexed;
	return (
		<>
			<Toolbar model={model} snapshot={snapshot} />
			<QueryNotices model={model} snapshot={snapshot} />
			<StatisticsPanel model={model} snapshot={snapshot} />
			<Banners model={model} snapshot={snapshot} />
			{isEmpty ? (
				<div class="ws-empty">This dataset has no rows.</div>
			) : isNothingShown && !model.review.value ? (
				<NoMatch model={model} />
			) : (
				<main class="ws-split">
					<RowList model={model} />
					<ExampleView model={model} />
				</main>
			)}
			<div class="ws-visually-hidden" role="status" aria-live="polite">
				{model.announcement}
			</div>
		</>
	);
}

function NoMatch({ model }: { readonly model: DatasetPageModel }): JSX.Element {
	return (
		<div class="ws-empty">
			<span>
				{model.snapshot.value?.filterFailure === undefined
					? 'No row passes this filter.'
					: 'No row passed before the search was stopped.'}
			</span>
			<Button onClick={() => void model.setFilter(allRows)}>Show All Rows</Button>
		</div>
	);
}
