import type { JSX } from 'preact';
import { shortNameOf } from '../../src/core/dataset/findings/checks';
import type { Bar, ColumnSummary } from '../../src/core/dataset/statistics/columnSummary';
import type { DatasetSnapshot } from '../../src/protocol/datasetEditor';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import { ProgressRing } from '../shared/components/progressRing';
import type { DatasetPageModel } from './pageModel';

interface PanelProps {
	readonly model: DatasetPageModel;
	readonly snapshot: DatasetSnapshot;
}

/** What the columns of a dataset hold, as bars; a click on one asks for its rows. */
export function StatisticsPanel({ model, snapshot }: PanelProps): JSX.Element | null {
	const { statistics } = model;
	if (!statistics.isOpen.value) {
		return null;
	}
	const { dataset } = snapshot;
	const problem = statistics.problem.value;
	return (
		<section
			class="ws-statistics"
			aria-label="Column statistics"
			data-testid="statistics"
			onKeyDown={event => {
				if (event.key === 'Escape') {
					statistics.toggle();
				}
			}}
		>
			<header class="ws-statistics-header">
				<h2>Columns of all {count(dataset.rows)} rows</h2>
				{statistics.isReading.value && <Reading snapshot={snapshot} />}
				{problem !== undefined && <span class="ws-statistics-problem">{problem}</span>}
				<span class="ws-spacer" />
				<Button
					appearance="icon"
					label="Read again what was edited"
					testId="statistics-again"
					onClick={() => void statistics.load()}
				>
					<Icon name="refresh" />
				</Button>
				<Button
					appearance="icon"
					label="Close the statistics (Escape)"
					testId="statistics-close"
					onClick={() => statistics.toggle()}
				>
					<Icon name="drop" />
				</Button>
			</header>
			<div class="ws-statistics-columns">
				{ownColumns(snapshot).map(column => (
					<Column key={column.name} model={model} column={column} />
				))}
				{statistics.columns.value.map(column => (
					<Column key={column.name} model={model} column={column} />
				))}
			</div>
		</section>
	);
}

function Reading({ snapshot }: { readonly snapshot: DatasetSnapshot }): JSX.Element {
	const { dataset, rowsSummarised } = snapshot;
	const share = Math.floor((100 * rowsSummarised) / Math.max(1, dataset.rows));
	const text = `Reading all rows ${share}%`;
	return (
		<span class="ws-progress" role="status">
			<ProgressRing label={text} />
			<span class="ws-muted">{text}</span>
		</span>
	);
}

/** What the page knows of all rows without reading them. */
function ownColumns({ dataset }: DatasetSnapshot): ColumnSummary[] {
	const own = (name: string, bars: readonly Bar[]): ColumnSummary[] =>
		bars.length === 0 ? [] : [{ name, bars, isOfMessages: false, others: 0, numbers: undefined }];
	const labels = [
		{ label: 'keep', count: dataset.kept, term: 'label:keep' },
		{ label: 'drop', count: dataset.dropped, term: 'label:drop' },
	].filter(bar => bar.count > 0);
	return [
		...own(
			'findings',
			dataset.findings
				.map(({ code, rows }) => ({
					label: shortNameOf(code),
					count: rows,
					term: `finding:${code}`,
				}))
				.toSorted((a, b) => b.count - a.count),
		),
		...own('labels', labels),
		...own(
			'format',
			dataset.formats
				.map(({ format, rows }) => ({ label: format, count: rows, term: `format:${format}` }))
				.toSorted((a, b) => b.count - a.count),
		),
	];
}

function Column(props: {
	readonly model: DatasetPageModel;
	readonly column: ColumnSummary;
}): JSX.Element {
	const { column, model } = props;
	const most = Math.max(1, ...column.bars.map(bar => bar.count));
	const title = titleOf(column.name);
	const unit = column.isOfMessages ? 'messages' : 'rows';
	return (
		<div class="ws-column" data-testid={`column-${column.name}`}>
			<h3 title={title}>{title}</h3>
			<div class="ws-muted ws-column-facts">{factsOf(column)}</div>
			<ul class="ws-bars" aria-label={title}>
				{column.bars.map(bar => {
					const isAsked = model.query.has(bar.term);
					return (
						<li key={bar.term}>
							<button
								type="button"
								class={`ws-bar${isAsked ? ' ws-bar-asked' : ''}`}
								aria-pressed={isAsked}
								aria-label={`${bar.label}: ${count(bar.count)} ${unit}`}
								title={`${bar.label}: ${count(bar.count)} ${unit}. Click for ${bar.term}`}
								disabled={bar.count === 0}
								onClick={() => model.query.toggle(bar.term)}
							>
								<span class="ws-bar-label">{bar.label === '' ? 'empty' : bar.label}</span>
								<span class="ws-bar-track">
									<span class="ws-bar-fill" style={{ width: `${(100 * bar.count) / most}%` }} />
								</span>
								<span class="ws-bar-count">{count(bar.count)}</span>
							</button>
						</li>
					);
				})}
			</ul>
		</div>
	);
}

function titleOf(name: string): string {
	if (name.startsWith('field.')) {
		return name.slice('field.'.length);
	}
	if (name.startsWith('len.')) {
		return `length of ${name.slice('len.'.length)} messages`;
	}
	return { turns: 'turns', chars: 'length of the row', margin: 'margin of scores' }[name] ?? name;
}

function factsOf({ numbers, others }: ColumnSummary): string {
	const parts = [
		...(numbers
			? [
					`${short(numbers.least)} – ${short(numbers.most)}`,
					`median ${short(numbers.median)}`,
					`mean ${short(numbers.mean)}`,
				]
			: []),
		...(others > 0 ? [`${count(others)} with other texts`] : []),
	];
	return parts.join(' · ');
}

function short(value: number): string {
	return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

function count(value: number): string {
	return value.toLocaleString('en-US');
}
