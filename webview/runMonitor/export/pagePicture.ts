import type { FigurePaint } from '../../../src/core/metrics/export/figurePaint';
import { ownColor, themeColor } from '../../shared/theme';
import { translucent } from '../chart/color';
import { slotColors } from '../palette';

/** Twice as fine as a plain screen, so that it stays sharp on paper and on slides. */
const scale = 2;

/** The colours that the page draws with now. */
export function pagePaint(): FigurePaint {
	const text = themeColor('foreground');
	return {
		background: themeColor('editor-background', '#ffffff'),
		text,
		muted: themeColor('descriptionForeground', text),
		grid: translucent(text, 0.12),
		warning: themeColor('editorError-foreground', themeColor('charts-red')),
		series: slotColors.map(ownColor),
	};
}

/** A picture as PNG, twice its size. */
export async function pngOf(svg: string): Promise<Uint8Array> {
	const image = new Image();
	image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
	await image.decode();
	const canvas = document.createElement('canvas');
	canvas.width = image.naturalWidth * scale;
	canvas.height = image.naturalHeight * scale;
	const context = canvas.getContext('2d');
	if (!context) {
		throw new Error('the page has no canvas');
	}
	context.drawImage(image, 0, 0, canvas.width, canvas.height);
	const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/png'));
	if (!blob) {
		throw new Error('the picture is too large for a canvas');
	}
	return new Uint8Array(await blob.arrayBuffer());
}
