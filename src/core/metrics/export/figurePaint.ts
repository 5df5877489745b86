/** Colours of a figure, each as SVG takes them. */
export interface FigurePaint {
	/** Absent: whatever is behind it shows. */
	readonly background?: string;
	readonly text: string;
	readonly muted: string;
	readonly grid: string;
	readonly warning: string;
	/** Of the lines, by their place in the palette. */
	readonly series: readonly string[];
}

/** For paper: dark on white, as in the page's light theme. */
export const paperPaint: FigurePaint = {
	background: '#ffffff',
	text: '#1f2328',
	muted: '#59636e',
	grid: '#e4e7eb',
	warning: '#b3261e',
	series: ['#0f50aa', '#cf5a00', '#8d4fd6', '#208b5d', '#1f2328', '#9f2a69', '#3a96c8', '#7b5304'],
};

/** For a screen in a dark room. */
export const darkPaint: FigurePaint = {
	background: '#16181c',
	text: '#e6e8eb',
	muted: '#9aa4af',
	grid: '#2c3138',
	warning: '#ff8a80',
	series: ['#3f9cf7', '#e8843c', '#c795c4', '#7cc08c', '#e6e8eb', '#d95f6a', '#77c7fe', '#f0e442'],
};

export function seriesColor(paint: FigurePaint, place: number): string {
	return paint.series[place % paint.series.length] ?? paint.text;
}
