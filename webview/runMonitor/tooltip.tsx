import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatDuration, formatNumber } from '../../src/core/metrics/format';
import type { Axis } from '../../src/core/metrics/series';
import { positionText } from './chart/ticks';
import type { CursorPoint } from './cursorPoints';
import { LineSample } from './legend';
import type { ModelLine } from './panelModel';
import type { MonitorState } from './state';

const gap = 12;

export function lineName(line: ModelLine): string {
	return line.label;
}

/** The logged values at the cursor; a line that logged nothing there shows its nearest point. */
export function Tooltip(props: {
	readonly state: MonitorState;
	readonly points: readonly CursorPoint[];
	readonly x: number;
	/** Pixel of the cursor in the chart. */
	readonly at: number;
	/** What the marks at the cursor say. */
	readonly marks: readonly string[];
}): JSX.Element {
	const { state, points, x, at, marks } = props;
	const axis = state.view.value.axis;
	const element = useRef<HTMLDivElement>(null);
	const [left, setLeft] = useState(0);
	// To the right of the cursor, over the next panel if need be, so that the past stays visible.
	useLayoutEffect(() => {
		const own = element.current?.offsetWidth ?? 0;
		const chart = element.current?.parentElement?.getBoundingClientRect().left ?? 0;
		const fitsRight = chart + at + gap + own <= document.documentElement.clientWidth;
		setLeft(fitsRight ? at + gap : Math.max(8 - chart, at - gap - own));
	}, [points, at]);
	const several = new Set(points.map(point => point.line.shown.id)).size > 1;
	return (
		<div class="tooltip" ref={element} style={{ left: `${left}px` }} aria-hidden="true">
			<div class="tooltip-head">{headOf(points, axis, x)}</div>
			<table>
				<tbody>
					{points.map(point => (
						<tr key={point.line.key} class={point.x === x ? '' : 'elsewhere'}>
							<td>
								<LineSample
									color={point.line.color}
									dash={point.line.dash}
									faint={point.line.line.kind === 'step'}
								/>
							</td>
							{several && <td class="tooltip-run">{point.line.shown.name}</td>}
							<td>{lineName(point.line)}</td>
							<td class="number">{formatNumber(point.value)}</td>
							<td class="tooltip-at">{point.x === x ? '' : `at ${positionText(axis, point.x)}`}</td>
						</tr>
					))}
				</tbody>
			</table>
			{marks.map(text => (
				<div class="tooltip-at" key={text}>
					{text}
				</div>
			))}
		</div>
	);
}

/** The position on the other axes too, as logged with the point that the cursor stands on. */
function headOf(points: readonly CursorPoint[], axis: Axis, x: number): string {
	const at = points.find(candidate => candidate.x === x)?.at;
	if (!at) {
		return capital(positionText(axis, x));
	}
	const known = (its: Axis): boolean => its === axis || !Number.isNaN(at[its]);
	return capital(
		[
			...(known('step') ? [positionText('step', at.step)] : []),
			...(known('epoch') ? [`epoch ${at.epoch.toFixed(2)}`] : []),
			...(['tokens', 'samples', 'wall'] as const)
				.filter(its => its === axis)
				.map(its => positionText(its, at[its])),
			...(known('time') ? [formatDuration(at.time)] : []),
		].join(' · '),
	);
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
