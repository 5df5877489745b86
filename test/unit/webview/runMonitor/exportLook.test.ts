import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { darkPaint, paperPaint } from '../../../../src/core/metrics/export/figurePaint';
import { lineLook } from '../../../../src/core/metrics/export/lineLook';
import { reportStyle } from '../../../../src/core/metrics/export/reportStyle';
import { dashOf, lineColor, slotColors } from '../../../../webview/runMonitor/palette';

const css = readFileSync(
	join(import.meta.dirname, '../../../../webview/runMonitor/seriesColors.css'),
	'utf8',
);
const [light = '', dark = ''] = css.split('body.vscode-dark');
const colorsOf = (text: string): readonly (string | undefined)[] =>
	slotColors.map(name => new RegExp(`--ws-${name}: (#[0-9a-f]{6})`).exec(text)?.[1]);

describe('an exported chart', () => {
	it('has the colours of the page, on paper those of a light theme', () => {
		for (const [text, paint] of [
			[light, paperPaint],
			[dark, darkPaint],
		] as const) {
			expect(paint.series.length).toBe(slotColors.length);
			for (const [i, color] of colorsOf(text).entries()) {
				// The neutral one is the colour of the text around it.
				expect(paint.series[i]).toBe(color ?? paint.text);
			}
		}
		const [bright = '', night = ''] = reportStyle.split('prefers-color-scheme:dark');
		paperPaint.series.forEach((color, i) => expect(bright).toContain(`--s${i}:${color}`));
		darkPaint.series.forEach((color, i) => expect(night).toContain(`--s${i}:${color}`));
	});

	it('has the colours and dashes of lines as the page draws them', () => {
		for (const kind of ['step', 'train', 'eval', 'evaluation', 'system'] as const) {
			for (const role of [0, 1]) {
				for (const slot of [0, 3, 8, 17, 40]) {
					for (const [hasPair, several] of [
						[false, false],
						[true, false],
						[true, true],
					] as const) {
						const look = lineLook({ kind, role }, slot, hasPair, several, 1);
						expect(look.dash).toEqual(dashOf({ kind, role }, slot));
						expect(slotColors[look.color]).toBe(
							lineColor({ kind, role }, slot, hasPair, several, 1),
						);
					}
				}
			}
		}
	});
});
