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
	series: ['#0f62c9', '#b45309', '#8a3fb0', '#15803d', '#444c56', '#c2255c'],
};

/** For a screen in a dark room. */
export const darkPaint: FigurePaint = {
	background: '#16181c',
	text: '#e6e8eb',
	muted: '#9aa4af',
	grid: '#2c3138',
	warning: '#ff8a80',
	series: ['#59a4f9', '#f0a04b', '#c792ea', '#6fcf97', '#c9d1d9', '#ff7b88'],
};

export function seriesColor(paint: FigurePaint, place: number): string {
	return paint.series[place % paint.series.length] ?? paint.text;
}
