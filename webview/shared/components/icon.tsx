import type { JSX } from 'preact';

/** Strokes on a 16 × 16 grid, drawn in the colour of the text around them. */
const strokes = {
	keep: 'M3 8.5 6.5 12 13 4.5',
	drop: 'M4 4l8 8M12 4l-8 8',
	edit: 'M3 13l.7-3L11 2.8l2.2 2.2L6 12.3 3 13zM9.6 4.2l2.2 2.2',
	fix: 'M10.4 2.6a3.2 3.2 0 0 0-3.6 4.5L2.5 11.4l2.1 2.1 4.3-4.3a3.2 3.2 0 0 0 4.5-3.6l-2 2-1.8-.5-.5-1.8z',
	review: 'M2 4.5 3.5 6l3-3.5M9 4.5h5M2 11l1.5 1.5 3-3.5M9 11h5',
	tag: 'M2.5 2.5h5l6 6-5 5-6-6zM5.2 5.2v.2',
	note: 'M3 3h10v7l-3 3H3zM13 10h-3v3',
	skip: 'M3.5 4l5 4-5 4zM11.5 4v8',
	warning: 'M8 2.5 14.2 13.5H1.8zM8 6.5v3.6M8 11.6v.6',
	raw: 'M6 3C4 3 5 7 3 8c2 1 1 5 3 5M10 3c2 0 1 4 3 5-2 1-1 5-3 5',
	rendered:
		'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
	up: 'M4 10l4-4 4 4',
	down: 'M4 6l4 4 4-4',
	left: 'M10 4 6 8l4 4',
	right: 'M6 4l4 4-4 4',
	first: 'M4 4v8M12 4 8 8l4 4',
	last: 'M12 4v8M4 4l4 4-4 4',
	text: 'M3 4h10M3 8h10M3 12h6',
	lock: 'M4 7.5h8v6H4zM5.5 7.5V5.4a2.5 2.5 0 0 1 5 0v2.1',
	stop: 'M4 4h8v8H4z',
	add: 'M8 3v10M3 8h10',
	trash: 'M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5M6.8 7v3.5M9.2 7v3.5',
	merge: 'M3 3v2.5c0 2 2 2.5 5 2.5s5-.5 5-2.5V3M8 8v5M5.8 10.8 8 13l2.2-2.2',
	split: 'M8 3v4M8 7c-3 0-5 .8-5 3v3M8 7c3 0 5 .8 5 3v3',
	swap: 'M3 5.5h9.5M10 3l2.5 2.5L10 8M13 10.5H3.5M6 8l-2.5 2.5L6 13',
	copy: 'M5.5 5.5h7.5V13H5.5zM10.5 5.5V3H3v7.5h2.5',
	diff: 'M8 2.5v5M5.5 5h5M5.5 11h5',
	moveUp: 'M8 13V3.5M4 7.5l4-4 4 4',
	moveDown: 'M8 3v9.5M4 8.5l4 4 4-4',
	addRow: 'M3 4h10M3 7.5h5M10.5 8.5v5M8 11h5',
	help: 'M8 14.2a6.2 6.2 0 1 0 0-12.4 6.2 6.2 0 0 0 0 12.4zM6.2 6.3a1.9 1.9 0 1 1 2.6 1.8c-.5.2-.8.5-.8 1.1M8 11.3v.2',
	sample: 'M3 3h10v10H3zM5.7 5.6v.2M10.3 5.6v.2M8 8v.2M5.7 10.3v.2M10.3 10.3v.2',
	goTo: 'M3 4h5M3 8h10M10 5l3 3-3 3M3 12h5',
	chart: 'M2.5 13.5h11M4 13.5V8M7 13.5V3M10 13.5V6M13 13.5v-3',
	tokens: 'M2.5 5h4v6h-4zM8 5h2.5v6H8zM12 5h2v6h-2zM2.5 13.5h4',
	list: 'M2.5 4h.2M2.5 8h.2M2.5 12h.2M5.5 4h8M5.5 8h8M5.5 12h8',
	more: 'M3.5 8h.2M8 8h.2M12.5 8h.2',
	pin: 'M9.5 2.2 13.8 6.5M10.6 3.3 7.6 6.3 4.2 6.9l4.9 4.9.6-3.4 3-3M6.6 9.4 2.6 13.4',
	export: 'M8 10V2.5M5 5.5l3-3 3 3M3 9.5V13h10V9.5',
	table: 'M2.5 3h11v10h-11zM2.5 6.5h11M2.5 9.8h11M6.5 6.5V13',
	settings: 'M2.5 5h6M12 5h1.5M8.5 3.3v3.4h3.2V3.3zM2.5 11h1.5M7.5 11h6M4 9.3v3.4h3.2V9.3z',
	hidden:
		'M2.5 2.5l11 11M6.4 3.7A7 7 0 0 1 8 3.5c4 0 6.5 4.5 6.5 4.5a11 11 0 0 1-2 2.5M4.3 5.1A11 11 0 0 0 1.5 8S4 12.5 8 12.5c.9 0 1.7-.2 2.4-.5M6.6 6.6a2 2 0 0 0 2.8 2.8',
	scrub: 'M1.5 8h5M10 8h4.5M6.5 5.5H10v5H6.5z',
	search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3l3.2 3.2',
	refresh: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3',
} as const;

export type IconName = keyof typeof strokes;

export function Icon(props: { readonly name: IconName }): JSX.Element {
	return (
		<svg class="ws-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
			<path d={strokes[props.name]} />
		</svg>
	);
}
