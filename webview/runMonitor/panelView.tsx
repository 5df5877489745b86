import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { formatCount, formatNumber } from '../../src/core/metrics/format';
import { panelKey, type Panel } from '../../src/core/metrics/panels';
import { valueRange, wholeOf } from '../../src/core/metrics/valueRange';
import { axisNames } from './axisWords';
import { HealthyNote } from './healthyNote';
import { LineSample } from './legend';
import { chartHeight, PanelChart } from './panelChart';
import { PanelHead } from './panelHead';
import { dashOf } from './palette';
import type { Actions } from './actions';
import { PanelTable, type NamedColumn } from './panelTable';
import {
	countPoints,
	countsOf,
	modelLines,
	shownExtents,
	wholeExtent,
	type ModelLine,
} from './panelModel';
import { countText } from './runWords';
import { ScoreStrips } from './scoreStrips';
import { useSeenWidth } from './seenWidth';
import type { MonitorState } from './state';
import { SummaryTable } from './summaryTable';

/** One metric or pair of metrics. Its canvases exist only while it is near the visible part. */
export function PanelView(props: {
	readonly state: MonitorState;
	readonly actions: Actions;
	readonly panel: Panel;
	/** Scores of checkpoints that belong beneath it. */
	readonly scores: readonly Panel[];
	readonly themeVersion: number;
}): JSX.Element {
	const { state, panel, scores } = props;
	const frame = useRef<HTMLElement>(null);
	const width = useSeenWidth(frame, state, panel);
	const drawing = state.drawingOf(panelKey(panel)).value;
	const isSeen = useComputed(() => state.isSeen(panelKey(panel))).value;
	const view = state.view.value;
	const runs = state.shownRuns.value;
	const several = useComputed(() => state.runs.value.length > 1).value;
	const lines = useMemo(
		() => modelLines(panel, drawing, runs, several),
		[panel, drawing, runs, several],
	);
	const own = useMemo(() => lines.filter(({ line }) => line.bound === undefined), [lines]);
	const counts = useMemo(() => countsOf(own), [own]);
	const all = countPoints(own);
	// Metrics of another tool may say no epoch, and few say how many examples were seen.
	const isPlaceless = all > 0 && counts.shown === 0 && view.zoom === undefined;
	const isTable = view.tablePanels.includes(panel.id);
	const lastStep = Math.max(-1, ...lines.map(({ drawn }) => drawn.facts.lastStep));
	const range = view.zoom ?? state.whole.value;
	const extents = useMemo(() => shownExtents(lines, range), [lines, range]);
	const logarithmic = view.logarithmic && extents.positive !== undefined;
	const extent = logarithmic
		? extents.positive
		: (drawing?.clip ?? (view.fitVisible ? extents.all : wholeExtent(lines)));
	const values = valueRange(extent, logarithmic, wholeOf(panel));
	const titleId = `title-${panel.id}`;
	return (
		<section
			class={scores.length > 0 ? 'panel panel-scored' : 'panel'}
			ref={frame}
			aria-labelledby={titleId}
			data-testid={`panel-${panel.id}`}
			data-points={isSeen ? all : undefined}
			data-last-step={isSeen && lastStep >= 0 ? lastStep : undefined}
		>
			<PanelHead
				state={state}
				panel={panel}
				exports={props.actions.exports}
				titleId={titleId}
				count={countText(counts.drawn, counts.shown)}
			/>
			<Legend lines={own} several={runs.length > 1} />
			<div class="chart-space" style={{ height: `${chartHeight}px` }}>
				{isTable && drawing && isSeen && (
					<div class="table-space" style={{ height: `${chartHeight}px` }}>
						<PanelTable
							state={state}
							panel={panel}
							columns={lines.map(line => columnOf(line, runs.length > 1))}
							load={query => props.actions.loadTable(query)}
						/>
					</div>
				)}
				{isPlaceless && !isTable && (
					<p class="chart-empty">
						Not logged by {axisNames[view.axis].toLowerCase()}. Choose another horizontal axis.
					</p>
				)}
				{drawing?.axis === view.axis && isSeen && width > 0 && !isTable && !isPlaceless && (
					<PanelChart
						state={state}
						panel={panel}
						lines={lines}
						axis={view.axis}
						range={range}
						values={values}
						logarithmic={logarithmic}
						width={width}
						height={chartHeight}
						themeVersion={props.themeVersion}
						summary={summaryOf(own)}
					/>
				)}
			</div>
			<div class="panel-foot">
				<PanelNotes
					counts={counts}
					isAskedLogarithmic={view.logarithmic}
					isLogarithmic={logarithmic}
				/>
				<HealthyNote text={panel.healthy} testId={`panel-healthy-${panel.id}`} />
			</div>
			{scores.length > 0 && (
				<ScoreStrips state={state} panels={scores} themeVersion={props.themeVersion} />
			)}
			{drawing && <SummaryTable panel={panel} lines={lines} />}
		</section>
	);
}

function columnOf({ key, line, shown }: ModelLine, several: boolean): NamedColumn {
	const { metric, kind, label, dataset } = line;
	const runName = several ? shown.name : '';
	return { key, source: shown.id, metric, kind, label, runName, dataset };
}

/** With one run the newest value of each line; with several only what the dashes mean. */
function Legend(props: {
	readonly lines: readonly ModelLine[];
	readonly several: boolean;
}): JSX.Element {
	const first = props.lines[0]?.shown.id;
	const entries = props.several
		? distinctLabels(props.lines)
		: props.lines.filter(line => line.shown.id === first);
	const isPair = entries.some(({ line }) => line.role > 0);
	return (
		<div class={`legend ${isPair ? 'legend-pair' : ''}`} aria-hidden="true">
			{entries.map(line => (
				<span class="legend-entry" key={line.key}>
					<LineSample
						color={props.several ? undefined : line.color}
						dash={props.several ? dashOf(line.line) : line.dash}
						faint={line.line.kind === 'step'}
					/>
					<span class="legend-name">{isPair ? shortLabel(line) : line.label}</span>
					{!props.several && <b class="number">{formatNumber(line.drawn.facts.last)}</b>}
				</span>
			))}
		</div>
	);
}

/** In a pair the held-out line stands below its own, so that the column says the rest. */
function shortLabel({ line }: ModelLine): string {
	return line.kind === 'eval' ? 'held-out' : line.label;
}

function distinctLabels(lines: readonly ModelLine[]): readonly ModelLine[] {
	return [...new Map(lines.map(line => [line.label, line])).values()];
}

function summaryOf(lines: readonly ModelLine[]): string {
	return lines
		.map(({ label, drawn, shown }) => {
			const { last, lastStep } = drawn.facts;
			return `${shown.name}, ${label}: ${formatNumber(last)} at step ${lastStep}.`;
		})
		.join(' ');
}

/** What the chart cannot show as a line, counted. */
function PanelNotes(props: {
	readonly counts: ReturnType<typeof countsOf>;
	readonly isAskedLogarithmic: boolean;
	readonly isLogarithmic: boolean;
}): JSX.Element {
	const { notFinite, notPositive, clipped } = props.counts;
	const values = (count: number): string =>
		`${formatCount(count)} ${count === 1 ? 'value' : 'values'}`;
	return (
		<>
			{props.isLogarithmic && notPositive > 0 && (
				<p class="panel-note" data-testid="note-not-positive">
					{values(notPositive)} of 0 or below, where ▾ stands: no logarithm.
				</p>
			)}
			{props.isAskedLogarithmic && !props.isLogarithmic && (
				<p class="panel-note">Linear: no value is above 0, so none has a logarithm.</p>
			)}
			{clipped > 0 && (
				<p class="panel-note" data-testid="note-clipped">
					{values(clipped)} beyond the chart.
				</p>
			)}
			{notFinite > 0 && (
				<p class="panel-note panel-warning" data-testid="note-not-finite">
					{values(notFinite)} NaN or infinite, where × stands.
				</p>
			)}
		</>
	);
}
