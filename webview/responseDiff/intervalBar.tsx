import type { JSX } from 'preact';

/**
 * An interval and its point on an axis of 0 to 1. An end that is absent is open: the bar runs to the
 * end of the axis, and is dashed.
 */
export function IntervalBar(props: {
	readonly low?: number;
	readonly high?: number;
	readonly point: number;
	/** A mark to read the interval by. */
	readonly middle?: number;
}): JSX.Element {
	const { low, high, point, middle } = props;
	const isOpen = low === undefined || high === undefined;
	return (
		<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
			<line class="rd-interval-axis" x1="0" x2="100" y1="4" y2="4" />
			{middle !== undefined && (
				<line class="rd-interval-axis" x1={middle * 100} x2={middle * 100} y1="0" y2="8" />
			)}
			<line
				class={isOpen ? 'rd-interval-line rd-interval-open' : 'rd-interval-line'}
				x1={(low ?? 0) * 100}
				x2={(high ?? 1) * 100}
				y1="4"
				y2="4"
			/>
			<line class="rd-interval-point" x1={point * 100} x2={point * 100} y1="0" y2="8" />
		</svg>
	);
}
