import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatNumber } from '../../src/core/metrics/format';
import type { Panel } from '../../src/core/metrics/panels';
import type { XRange } from '../../src/core/metrics/reduction';
import { LineChart } from './chart/lineChart';
import { drawOverlay } from './chart/overlay';
import { positionText } from './chart/ticks';
import { pointsAt, snap, stepCursor } from './cursorPoints';
import { valueRange, type ModelLine, type PanelDrawing } from './panelModel';
import type { MonitorState } from './state';
import { lineName, Tooltip } from './tooltip';

export const chartHeight = 168;

export interface PanelChartProps {
	readonly state: MonitorState;
	readonly panel: Panel;
	readonly lines: readonly ModelLine[];
	readonly drawing: PanelDrawing;
	readonly range: XRange;
	readonly logarithmic: boolean;
	readonly width: number;
	/** Changes with the theme, whose colours a canvas has to be given anew. */
	readonly themeVersion: number;
	readonly summary: string;
}

/** The two canvases of a panel, and its cursor by pointer and by keys. */
export function PanelChart(props: PanelChartProps): JSX.Element {
	const { state, panel, lines, width } = props;
	const chartCanvas = useRef<HTMLCanvasElement>(null);
	const overlayCanvas = useRef<HTMLCanvasElement>(null);
	const [chart, setChart] = useState<LineChart>();
	const axis = state.view.value.axis;
	const cursor = state.cursor.value;
	const points = cursor ? pointsAt(lines, axis, cursor.x) : [];

	useEffect(() => {
		if (!chartCanvas.current) {
			return undefined;
		}
		const made = new LineChart(chartCanvas.current);
		setChart(made);
		return () => made.dispose();
	}, []);

	useLayoutEffect(() => {
		chart?.draw({
			drawing: props.drawing,
			range: props.range,
			values: valueRange(props.drawing.extent, props.logarithmic, panel.isShare === true),
			axis,
			logarithmic: props.logarithmic,
			marked: state.shownRuns.value.length > 1,
			width,
			height: chartHeight,
		});
	}, [chart, props.drawing, props.range, props.logarithmic, props.themeVersion, width]);

	useLayoutEffect(() => {
		if (chart && overlayCanvas.current) {
			drawOverlay(overlayCanvas.current, chart, {
				axis,
				markers: state.shownRuns.value.flatMap(shown => shown.metrics.markers),
				notFinite: props.drawing.notFinite,
				cursor: cursor?.x,
				points,
				width,
				height: chartHeight,
			});
		}
	});

	const moveTo = (x: number | undefined): void => {
		state.cursor.value = x === undefined ? undefined : { x, panel: panel.id };
	};
	const onPointerMove = (event: PointerEvent): void => {
		if (chart) {
			const left = (event.currentTarget as HTMLElement).getBoundingClientRect().left;
			moveTo(snap(lines, axis, chart.xAtPixel(event.clientX - left)));
		}
	};
	const onKeyDown = (event: KeyboardEvent): void => {
		const by = keySteps(event);
		if (by === undefined) {
			return;
		}
		event.preventDefault();
		const x = by === 0 ? undefined : stepCursor(lines, axis, cursor?.x, by);
		moveTo(x);
		state.announcement.value =
			x === undefined
				? ''
				: [
						positionText(axis, x),
						...pointsAt(lines, axis, x)
							.filter(point => point.x === x)
							.map(point => `${lineName(point.line)} ${formatNumber(point.value)}`),
					].join(', ');
	};

	return (
		<div
			class="chart"
			tabIndex={0}
			role="application"
			aria-roledescription="chart"
			aria-label={`${panel.title}. ${props.summary} Arrow keys move the cursor.`}
			onPointerMove={onPointerMove}
			onPointerLeave={() => moveTo(undefined)}
			onKeyDown={onKeyDown}
			onBlur={() => moveTo(undefined)}
		>
			<canvas ref={chartCanvas} />
			<canvas
				class="overlay"
				ref={overlayCanvas}
				style={{ width: `${width}px`, height: `${chartHeight}px` }}
			/>
			{chart && cursor?.panel === panel.id && (
				<Tooltip state={state} points={points} x={cursor.x} at={chart.pixelOfX(cursor.x)} />
			)}
		</div>
	);
}

/** How far a key moves the cursor; 0 takes it away. */
function keySteps(event: KeyboardEvent): number | undefined {
	const far = event.shiftKey ? 10 : 1;
	switch (event.key) {
		case 'ArrowLeft':
			return -far;
		case 'ArrowRight':
			return far;
		case 'Home':
			return -Infinity;
		case 'End':
			return Infinity;
		case 'Escape':
			return 0;
		default:
			return undefined;
	}
}
