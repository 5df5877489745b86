/** Around 0, 0; the same shapes as at the end of a run's lines in the page. */
const shapes = [
	{ d: 'M0-4a4 4 0 1 0 0 8 4 4 0 1 0 0-8z', isFilled: true },
	{ d: 'M-3.5-3.5h7v7h-7z', isFilled: true },
	{ d: 'M0-5 5 0 0 5-5 0z', isFilled: true },
	{ d: 'M0-4.5v9M-4.5 0h9', isFilled: false },
	{ d: 'M-3.5-3.5l7 7M3.5-3.5l-7 7', isFilled: false },
	{ d: 'M0-4.5v9M-4.5 0h9M-3.2-3.2l6.4 6.4M3.2-3.2l-6.4 6.4', isFilled: false },
] as const;

/** The mark of a run, centred on a point, in the colour of the group that it stands in. */
export function markPath(mark: number, x: number, y: number, color: string): string {
	const { d, isFilled } = shapes[mark % shapes.length] ?? shapes[0];
	const fill = isFilled ? ` fill="${color}" class="f"` : '';
	return `<path d="${d}" transform="translate(${x} ${y})" stroke-width="1.6"${fill}/>`;
}
