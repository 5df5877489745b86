import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatNumber } from '../../src/core/metrics/format';
import type { Panel } from '../../src/core/metrics/panels';
import type { XRange } from '../../src/core/metrics/reduction';
import { HealthyNote } from './healthyNote';
import { LineSample } from './legend';
import { chartHeight, PanelChart } from './panelChart';
import { PanelHead } from './panelHead';
import { dashOf } from './palette';
import { countPoints, drawPanel, panelLines, type ModelLine } from './panelModel';
import type { Actions } from './actions';
import { PanelTable, type NamedColumn } from './panelTable';
import { countText } from './runWords';
import type { MonitorState } from './state';
import { SummaryTable } from './summaryTable';

/** One metric or pair of metrics. Its canvases exist only while it is near the visible part. */
export function PanelView(props: {
	readonly state: MonitorState;
	readonly actions: Actions;
	readonly panel: Panel;
	readonly range: XRange;
	readonly themeVersion: number;
}): JSX.Element {
	const { state, panel, range } = props;
	const frame = useRef<HTMLElement>(null);
	const { width, isNear } = useFrame(frame);
	const view = state.view.value;
	const revision = state.revision.value;
	const runs = state.shownRuns.value;
	const lines = panelLines(panel, runs);
	const all = countPoints(lines);
	const lastStep = Math.max(-1, ...lines.map(({ series }) => series.lastStep ?? -1));
	const drawing = useMemo(
		() => (isNear && width > 0 ? drawPanel(lines, view, range, width) : undefined),
		[isNear, width, revision, runs, view.axis, view.smoothing, range, panel.id],
	);
	const isTable = view.tablePanels.includes(panel.id);
	const logarithmic = view.logarithmic && drawing?.hasNonPositive === false;
	const titleId = `title-${panel.id}`;
	return (
		<section
			class="panel"
			ref={frame}
			aria-labelledby={titleId}
			data-testid={`panel-${panel.id}`}
			data-points={all}
			data-last-step={lastStep < 0 ? undefined : lastStep}
		>
			<PanelHead
				state={state}
				panel={panel}
				exports={props.actions.exports}
				titleId={titleId}
				count={countText(drawing?.drawnPoints ?? 0, all)}
			/>
			<Legend lines={lines} several={runs.length > 1} />
			<div class="chart-space" style={{ height: `${chartHeight}px` }}>
				{isTable && isNear && (
					<div class="table-space" style={{ height: `${chartHeight}px` }}>
						<PanelTable
							state={state}
							panel={panel}
							columns={lines.map(line => columnOf(line, runs.length > 1))}
							load={query => props.actions.loadTable(query)}
						/>
					</div>
				)}
				{drawing && !isTable && (
					<PanelChart
						state={state}
						panel={panel}
						lines={lines}
						drawing={drawing}
						range={range}
						logarithmic={logarithmic}
						width={width}
						themeVersion={props.themeVersion}
						summary={summaryOf(lines)}
					/>
				)}
			</div>
			<div class="panel-foot">
				{view.logarithmic && drawing?.hasNonPositive === true && (
					<p class="panel-note">Linear: some values are 0 or below and have no logarithm.</p>
				)}
				{drawing && drawing.notFinite.length > 0 && (
					<p class="panel-note panel-warning">
						NaN or infinite {drawing.notFinite.length === 1 ? 'once' : 'several times'}, where ×
						stands.
					</p>
				)}
				<HealthyNote text={panel.healthy} testId={`panel-healthy-${panel.id}`} />
			</div>
			{isNear && <SummaryTable panel={panel} lines={lines} />}
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
					<span class="legend-name">{isPair ? shortLabel(line) : line.line.label}</span>
					{!props.several && <b class="number">{formatNumber(line.series.values.at(-1) ?? 0)}</b>}
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
	return [...new Map(lines.map(line => [line.line.label, line])).values()];
}

function summaryOf(lines: readonly ModelLine[]): string {
	return lines
		.map(({ line, series, shown }) => {
			const last = formatNumber(series.values.at(-1) ?? Number.NaN);
			return `${shown.name}, ${line.label}: ${last} at step ${series.lastStep ?? 0}.`;
		})
		.join(' ');
}

/** Follows a panel's inner width and whether it is near the visible part of the page. */
function useFrame(frame: { readonly current: HTMLElement | null }): {
	readonly width: number;
	readonly isNear: boolean;
} {
	const [width, setWidth] = useState(0);
	const [isNear, setNear] = useState(false);
	useEffect(() => {
		const element = frame.current;
		if (!element) {
			return undefined;
		}
		const sizes = new ResizeObserver(([entry]) =>
			setWidth(Math.floor(entry?.contentRect.width ?? 0)),
		);
		const places = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false), {
			rootMargin: '300px',
		});
		sizes.observe(element);
		places.observe(element);
		return () => {
			sizes.disconnect();
			places.disconnect();
		};
	}, []);
	return { width, isNear };
}
