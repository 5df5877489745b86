import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { slotColors } from '../../../../webview/runMonitor/palette';

const file = path.resolve(import.meta.dirname, '../../../../webview/runMonitor/runMonitor.css');
const [light = '', dark = ''] = readFileSync(file, 'utf8').match(/body[^{]*\{[^}]*\}/g) ?? [];

/** WCAG contrast of two `#rrggbb` colours. */
function contrast(a: string, b: string): number {
	const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
	return (high + 0.05) / (low + 0.05);
}

function luminance(color: string): number {
	const [red = 0, green = 0, blue = 0] = [1, 3, 5]
		.map(at => Number.parseInt(color.slice(at, at + 2), 16) / 255)
		.map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('the colours of lines', () => {
	const kinds = [
		{ name: 'light', rule: light, background: '#ffffff' },
		{ name: 'dark', rule: dark, background: '#1f1f1f' },
	];
	for (const { name, rule, background } of kinds) {
		it(`stand out and differ in ${name} themes`, () => {
			const given = slotColors
				.filter(slot => slot !== 'series-neutral')
				.map(slot => new RegExp(`--ws-${slot}: (#[0-9a-f]{6});`).exec(rule)?.[1] ?? '#');
			expect(new Set(given).size).toBe(slotColors.length - 1);
			for (const color of given) {
				expect(contrast(color, background)).toBeGreaterThan(3);
			}
		});
	}
});
