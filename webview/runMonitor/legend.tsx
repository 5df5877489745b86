import type { JSX } from 'preact';
import { colorOf, markOf, type Mark, type SlotColor } from './palette';

/** A single thin line needs more of it than many on top of each other, to be seen. */
const sampleOpacity = 0.75;

/** A short piece of a line as the chart draws it. */
export function LineSample(props: {
	readonly color: SlotColor | undefined;
	readonly dash: readonly number[];
	/** As the chart draws what stands behind the other lines. */
	readonly faint?: boolean;
}): JSX.Element {
	const faint = props.faint === true;
	const color = props.color === undefined ? 'vscode-foreground' : `ws-${props.color}`;
	return (
		<svg class="sample" viewBox="0 0 22 10" width="22" height="10" aria-hidden="true">
			<line
				x1="1"
				y1="5"
				x2="21"
				y2="5"
				stroke={`var(--${color})`}
				stroke-width={faint ? 1.25 : 2}
				stroke-opacity={faint ? sampleOpacity : 1}
				stroke-dasharray={props.dash.join(' ')}
			/>
		</svg>
	);
}

const shapes: Readonly<Record<Mark, string>> = {
	circle: 'M6 2a4 4 0 1 0 0 8 4 4 0 1 0 0-8z',
	rect: 'M2.5 2.5h7v7h-7z',
	rectRot: 'M6 1 11 6 6 11 1 6z',
	cross: 'M6 1.5v9M1.5 6h9',
	crossRot: 'M2.5 2.5l7 7M9.5 2.5l-7 7',
	star: 'M6 1.5v9M1.5 6h9M2.8 2.8l6.4 6.4M9.2 2.8 2.8 9.2',
};

/** The colour and the mark of a run, as they stand at the end of its lines. */
export function RunSwatch(props: { readonly slot: number; readonly off?: boolean }): JSX.Element {
	const color = `var(--ws-${colorOf(props.slot)})`;
	return (
		<svg class="swatch" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
			<path
				d={shapes[markOf(props.slot)]}
				fill={props.off === true ? 'none' : color}
				stroke={color}
				stroke-width="1.6"
			/>
		</svg>
	);
}
