import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { formatNumber } from '../../src/core/metrics/format';
import { panelKey, type Panel } from '../../src/core/metrics/panels';
import { valueRange } from '../../src/core/metrics/valueRange';
import { HealthyNote } from './healthyNote';
import { PanelChart } from './panelChart';
import { intervalsOf } from './chart/errorBars';
import { modelLines, wholeExtent, type ModelLine } from './panelModel';
import { useSeenWidth } from './seenWidth';
import type { MonitorState } from './state';
import { SummaryTable } from './summaryTable';

/** CSS pixels of each strip: together they are as high as the chart that stands beside them. */
const heights = [150, 88, 58, 50] as const;

/** Scores of checkpoints right beneath a panel, on the same horizontal axis. */
export function ScoreStrips(props: {
	readonly state: MonitorState;
	readonly panels: readonly Panel[];
	readonly themeVersion: number;
}): JSX.Element {
	const { state, panels } = props;
	const height = heights[Math.min(panels.length, heights.length) - 1] ?? heights[0];
	return (
		<div class="score-strips" data-testid="score-strips">
			{panels.map(panel => (
				<ScoreStrip
					key={panel.id}
					state={state}
					panel={panel}
					height={height}
					themeVersion={props.themeVersion}
				/>
			))}
			<HealthyNote text={panels[0]?.healthy ?? ''} testId="panel-healthy-scores" />
		</div>
	);
}

function ScoreStrip(props: {
	readonly state: MonitorState;
	readonly panel: Panel;
	readonly height: number;
	readonly themeVersion: number;
}): JSX.Element {
	const { state, panel, height } = props;
	const frame = useRef<HTMLElement>(null);
	const width = useSeenWidth(frame, state, panel);
	const drawing = state.drawingOf(panelKey(panel)).value;
	const view = state.view.value;
	const runs = state.shownRuns.value;
	const several = useComputed(() => state.runs.value.length > 1).value;
	const lines = useMemo(
		() => modelLines(panel, drawing, runs, several),
		[panel, drawing, runs, several],
	);
	const range = view.zoom ?? state.whole.value;
	const titleId = `title-${panel.id}`;
	const newest = lines.filter(({ line }) => line.bound === undefined);
	return (
		<section
			class="score-strip"
			ref={frame}
			aria-labelledby={titleId}
			data-testid={`panel-${panel.id}`}
			data-points={newest.reduce((sum, { drawn }) => sum + drawn.facts.points, 0)}
		>
			<header>
				<h4 id={titleId} title={panel.title}>
					{panel.title}
				</h4>
				{runs.length === 1 && newest[0] && (
					<span class="score-newest">{newestText(lines, newest[0])}</span>
				)}
			</header>
			<div class="chart-space" style={{ height: `${height}px` }}>
				{drawing?.axis === view.axis && width > 0 && (
					<PanelChart
						state={state}
						panel={panel}
						lines={lines}
						axis={view.axis}
						range={range}
						values={valueRange(wholeExtent(lines), false, undefined)}
						logarithmic={false}
						width={width}
						height={height}
						isStrip
						themeVersion={props.themeVersion}
						summary={newest
							.map(line => `${line.shown.name}: ${newestText(lines, line)}.`)
							.join(' ')}
					/>
				)}
			</div>
			{drawing && <SummaryTable panel={panel} lines={lines} />}
		</section>
	);
}

/** The newest score with its interval: 6.2 [5.9, 6.5]. */
function newestText(lines: readonly ModelLine[], score: ModelLine): string {
	const { logged, facts } = score.drawn;
	const interval = intervalsOf(lines, score).find(({ x }) => x === logged.x.at(-1));
	const ends = interval && ` [${formatNumber(interval.low)}, ${formatNumber(interval.high)}]`;
	return `${formatNumber(facts.last)}${ends ?? ''}`;
}
