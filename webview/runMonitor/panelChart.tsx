import { effect, useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Panel } from '../../src/core/metrics/panels';
import type { XRange } from '../../src/core/metrics/reduction';
import type { Axis } from '../../src/core/metrics/series';
import { ChartGestures } from './chart/gestures';
import { LineChart } from './chart/lineChart';
import { marksAround } from './chart/marksAround';
import { drawOverlay } from './chart/overlay';
import type { ModelLine } from './panelModel';
import type { MonitorState } from './state';
import { Tooltip } from './tooltip';

export const chartHeight = 168;

export interface PanelChartProps {
	readonly state: MonitorState;
	readonly panel: Panel;
	readonly lines: readonly ModelLine[];
	readonly axis: Axis;
	readonly range: XRange;
	readonly values: XRange;
	readonly logarithmic: boolean;
	readonly width: number;
	readonly height: number;
	/** Low, beneath a chart whose horizontal axis it shares without naming it again. */
	readonly isStrip?: boolean;
	/** Changes with the theme, whose colours a canvas has to be given anew. */
	readonly themeVersion: number;
	readonly summary: string;
}

/** The two canvases of a panel, its cursor and its zoom, by pointer and by keys. */
export function PanelChart(props: PanelChartProps): JSX.Element {
	const { state, panel, width, height } = props;
	const chartCanvas = useRef<HTMLCanvasElement>(null);
	const overlayCanvas = useRef<HTMLCanvasElement>(null);
	const [chart, setChart] = useState<LineChart>();
	const current = useRef(props);
	current.current = props;
	const hasCursor = useComputed(() => state.cursor.value?.panel === panel.id);

	useEffect(() => {
		if (!chartCanvas.current) {
			return undefined;
		}
		const made = new LineChart(chartCanvas.current);
		setChart(made);
		return () => made.dispose();
	}, []);

	const gestures = useRef<ChartGestures | undefined>(undefined);
	const drawOver = (): void => {
		if (chart && overlayCanvas.current) {
			const { lines, axis, logarithmic, width: its, height: high } = current.current;
			const cursor = state.cursor.value;
			const selection = gestures.current?.selection.value;
			drawOverlay(overlayCanvas.current, chart, {
				axis,
				markers: state.shownMarkers.value,
				...missing(lines, logarithmic),
				cursor: cursor?.x,
				points: cursor
					? state
							.pointsAt(panel, lines, axis, cursor.x)
							.filter(({ line: { line } }) => line.bound === undefined)
					: [],
				...(selection ? { selection } : {}),
				width: its,
				height: high,
			});
		}
	};

	useLayoutEffect(() => {
		chart?.draw({
			lines: props.lines,
			range: props.range,
			values: props.values,
			axis: props.axis,
			logarithmic: props.logarithmic,
			marked: state.shownRuns.value.length > 1,
			width,
			height,
			themeVersion: props.themeVersion,
			isStrip: props.isStrip === true,
		});
		drawOver();
	}, [
		chart,
		props.lines,
		props.range,
		props.values.min,
		props.values.max,
		props.logarithmic,
		props.themeVersion,
		width,
		height,
	]);

	// The cursor moves often, and over all charts: it draws on the overlays and renders nothing.
	useEffect(() => {
		if (!chart || !overlayCanvas.current?.parentElement) {
			return undefined;
		}
		const made = new ChartGestures(
			overlayCanvas.current.parentElement,
			chart,
			state,
			panel,
			() => ({
				lines: current.current.lines,
				range: current.current.range,
				axis: current.current.axis,
			}),
		);
		gestures.current = made;
		const stop = effect(drawOver);
		return () => {
			stop();
			made.dispose();
		};
	}, [chart, panel]);

	return (
		<div
			class="chart"
			tabIndex={0}
			role="application"
			aria-roledescription="chart"
			aria-label={`${panel.title}. ${props.summary} Arrow keys move the cursor, plus and minus zoom, 0 shows all, Enter opens the log, N adds a note.`}
		>
			<canvas ref={chartCanvas} />
			<canvas
				class="overlay"
				ref={overlayCanvas}
				style={{ width: `${width}px`, height: `${height}px` }}
			/>
			{chart && hasCursor.value && <ChartTooltip {...props} chart={chart} />}
		</div>
	);
}

function ChartTooltip(props: PanelChartProps & { readonly chart: LineChart }): JSX.Element | null {
	const { state, panel, lines, axis, chart } = props;
	const cursor = state.cursor.value;
	return cursor ? (
		<Tooltip
			state={state}
			points={state.pointsAt(panel, lines, axis, cursor.x)}
			x={cursor.x}
			at={chart.pixelOfX(cursor.x)}
			marks={marksAround(state.shownMarkers.value, axis, cursor.x, chart)}
		/>
	) : null;
}

/** Where drawn points have no place on the value axis. */
function missing(
	lines: readonly ModelLine[],
	logarithmic: boolean,
): { readonly notFinite: readonly number[]; readonly notPositive: readonly number[] } {
	const notFinite: number[] = [];
	const notPositive: number[] = [];
	for (const { drawn } of lines) {
		if (drawn.notFinite === 0 && !(logarithmic && drawn.notPositive > 0)) {
			continue;
		}
		const { x, y } = drawn.logged;
		for (let i = 0; i < x.length; i++) {
			const value = y[i] ?? Number.NaN;
			if (Number.isNaN(value)) {
				notFinite.push(x[i] ?? 0);
			} else if (logarithmic && value <= 0) {
				notPositive.push(x[i] ?? 0);
			}
		}
	}
	return { notFinite, notPositive };
}
