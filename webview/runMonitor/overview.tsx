import { valueRange, wholeOf } from '../../src/core/metrics/valueRange';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ownColors } from '../shared/theme';
import { strokeLine } from './chart/strokes';
import { positionText } from './chart/ticks';
import { modelLines, wholeExtent } from './panelModel';
import type { MonitorState } from './state';
import { movedEdge, pan, within } from './zoom';

const height = 40;
/** Pixels that a pointer may move and still click. */
const clickSlack = 4;

type Drag =
	| { readonly kind: 'min' }
	| { readonly kind: 'max' }
	| { readonly kind: 'pan'; readonly from: number; readonly zoom: { min: number; max: number } }
	| { readonly kind: 'select'; readonly from: number };

/**
 * The first panel, small and whole, beneath the charts while they show a part of the axis. Dragging
 * a handle moves an end of that part, dragging between them all of it, dragging elsewhere chooses
 * another; the handles have the arrow keys, Home and End.
 */
export function Overview(props: {
	readonly state: MonitorState;
	readonly themeVersion: number;
}): JSX.Element | null {
	return props.state.view.value.zoom ? <Strip {...props} /> : null;
}

function Strip(props: {
	readonly state: MonitorState;
	readonly themeVersion: number;
}): JSX.Element | null {
	const { state } = props;
	const frame = useRef<HTMLDivElement>(null);
	const canvas = useRef<HTMLCanvasElement>(null);
	const drag = useRef<Drag | undefined>(undefined);
	const [width, setWidth] = useState(0);
	const panel = state.panels.value[0];
	const drawing = state.overview.value;
	const runs = state.shownRuns.value;
	const whole = state.whole.value;
	const { zoom, axis } = state.view.value;
	const lines = useMemo(
		() =>
			panel
				? modelLines(panel, drawing, runs, runs.length > 1).filter(
						({ line }) => line.bound === undefined,
					)
				: [],
		[panel, drawing, runs],
	);
	useEffect(() => {
		const sizes = new ResizeObserver(([entry]) => {
			const its = Math.floor(entry?.contentRect.width ?? 0);
			setWidth(its);
			state.setOverview(Math.round(its * window.devicePixelRatio));
		});
		if (frame.current) {
			sizes.observe(frame.current);
		}
		return () => {
			sizes.disconnect();
			state.setOverview(0);
		};
	}, []);
	useLayoutEffect(() => {
		const context = canvas.current?.getContext('2d');
		if (!canvas.current || !context || !panel || width === 0) {
			return;
		}
		const ratio = window.devicePixelRatio;
		canvas.current.width = Math.round(width * ratio);
		canvas.current.height = Math.round(height * ratio);
		context.setTransform(ratio, 0, 0, ratio, 0, 0);
		const values = valueRange(wholeExtent(lines), false, wholeOf(panel));
		const colorOf = ownColors();
		const plot = { left: 0, right: width, top: 3, bottom: height - 3 };
		for (const line of drawing?.axis === axis ? lines : []) {
			const projection = { range: whole, values, logarithmic: false, ...plot };
			strokeLine(context, line, projection, { color: colorOf(line.color), marked: false });
		}
	}, [lines, whole, width, axis, props.themeVersion]);
	if (!zoom || !panel) {
		return null;
	}
	const length = whole.max - whole.min;
	const share = (x: number): number => Math.min(1, Math.max(0, (x - whole.min) / length));
	const placeOf = (event: PointerEvent): number => {
		const box = frame.current?.getBoundingClientRect();
		return whole.min + ((event.clientX - (box?.left ?? 0)) / (box?.width || 1)) * length;
	};
	const onDown = (event: PointerEvent): void => {
		if (event.button !== 0) {
			return;
		}
		const from = placeOf(event);
		const edge = (event.target as HTMLElement).dataset['edge'];
		const isInside = from >= zoom.min && from <= zoom.max;
		drag.current =
			edge === 'min' || edge === 'max'
				? { kind: edge }
				: isInside
					? { kind: 'pan', from, zoom }
					: { kind: 'select', from };
		frame.current?.setPointerCapture(event.pointerId);
	};
	const onMove = (event: PointerEvent): void => {
		const now = drag.current;
		const at = placeOf(event);
		if (now?.kind === 'min' || now?.kind === 'max') {
			state.zoomTo(movedEdge(zoom, whole, now.kind, at));
		} else if (now?.kind === 'pan') {
			const by = (at - now.from) / (now.zoom.max - now.zoom.min);
			state.zoomTo(pan(now.zoom, whole, by));
		} else if (now?.kind === 'select' && (Math.abs(at - now.from) / length) * width > clickSlack) {
			const range = { min: Math.min(at, now.from), max: Math.max(at, now.from) };
			state.zoomTo(within(range, whole) ?? zoom);
		}
	};
	return (
		<div class="overview" role="group" aria-label={`The whole axis, by ${panel.title}`}>
			<div
				class="overview-plot"
				data-testid="overview"
				ref={frame}
				style={{ height: `${height}px` }}
				title="Drag an end, what is between them, or another part. Double click shows all."
				onPointerDown={onDown}
				onPointerMove={onMove}
				onPointerUp={() => (drag.current = undefined)}
				onPointerCancel={() => (drag.current = undefined)}
				onDblClick={() => state.zoomTo(undefined)}
			>
				<canvas ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} />
				<div class="overview-aside" style={{ left: 0, right: `${100 * (1 - share(zoom.min))}%` }} />
				<div class="overview-aside" style={{ right: 0, left: `${100 * share(zoom.max)}%` }} />
				{(['min', 'max'] as const).map(edge => (
					<div
						key={edge}
						class="overview-handle"
						data-edge={edge}
						data-testid={`overview-${edge}`}
						role="slider"
						tabIndex={0}
						aria-label={edge === 'min' ? 'Begin of what is shown' : 'End of what is shown'}
						aria-valuemin={whole.min}
						aria-valuemax={whole.max}
						aria-valuenow={zoom[edge]}
						aria-valuetext={positionText(axis, zoom[edge])}
						style={{ left: `${100 * share(zoom[edge])}%` }}
						onKeyDown={event => {
							const by = (event.shiftKey ? 0.1 : 0.01) * length;
							const places: Record<string, number> = {
								ArrowLeft: zoom[edge] - by,
								ArrowRight: zoom[edge] + by,
								Home: edge === 'min' ? whole.min : zoom.min,
								End: edge === 'max' ? whole.max : zoom.max,
							};
							const place = Object.hasOwn(places, event.key) ? places[event.key] : undefined;
							if (place !== undefined) {
								event.preventDefault();
								state.zoomTo(movedEdge(zoom, whole, edge, place));
							} else if (event.key === '0') {
								state.zoomTo(undefined);
							}
						}}
					/>
				))}
			</div>
		</div>
	);
}
