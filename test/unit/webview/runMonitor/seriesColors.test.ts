import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { colorOf, markOf, runDash, slotColors } from '../../../../webview/runMonitor/palette';

const file = path.resolve(import.meta.dirname, '../../../../webview/runMonitor/seriesColors.css');
const [light = '', dark = ''] = readFileSync(file, 'utf8').match(/body[^{]*\{[^}]*\}/g) ?? [];

/** WCAG contrast of two `#rrggbb` colours. */
function contrast(a: string, b: string): number {
	const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
	return (high + 0.05) / (low + 0.05);
}

function luminance(color: string): number {
	const [red = 0, green = 0, blue = 0] = linear(color);
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Linear sRGB as eyes without one kind of cone see it (Machado et al. 2009, severity 1). */
const eyes: Readonly<Record<string, readonly (readonly number[])[]>> = {
	usual: [
		[1, 0, 0],
		[0, 1, 0],
		[0, 0, 1],
	],
	protanopic: [
		[0.152286, 1.052583, -0.204868],
		[0.114503, 0.786281, 0.099216],
		[-0.003882, -0.048116, 1.051998],
	],
	deuteranopic: [
		[0.367322, 0.860646, -0.227968],
		[0.280085, 0.672501, 0.047413],
		[-0.01182, 0.04294, 0.968881],
	],
	tritanopic: [
		[1.255528, -0.076749, -0.178779],
		[-0.078411, 0.930809, 0.147602],
		[0.004733, 0.691367, 0.3039],
	],
};

function linear(color: string): readonly number[] {
	return [1, 3, 5]
		.map(at => Number.parseInt(color.slice(at, at + 2), 16) / 255)
		.map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
}

function seenBy(color: string, eye: string): readonly number[] {
	const parts = linear(color);
	const [r = 0, g = 0, b = 0] = (eyes[eye] ?? []).map(row =>
		Math.min(
			1,
			Math.max(
				0,
				row.reduce((sum, share, n) => sum + share * (parts[n] ?? 0), 0),
			),
		),
	);
	// Oklab, in which distances are about as large as they look.
	const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
	const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
	const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
	return [
		0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
		1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
		0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
	];
}

function distance(a: readonly number[], b: readonly number[]): number {
	return Math.hypot(...a.map((part, n) => part - (b[n] ?? 0)));
}

/** About three times what is just seen to differ side by side. */
const apart = 0.07;

describe('the colours of lines', () => {
	const kinds = [
		{ name: 'light', rule: light, background: '#ffffff', text: '#3b3b3b' },
		{ name: 'dark', rule: dark, background: '#1f1f1f', text: '#cccccc' },
	];
	for (const { name, rule, background, text } of kinds) {
		it(`stand out and differ in ${name} themes`, () => {
			const given = slotColors
				.filter(slot => slot !== 'series-neutral')
				.map(slot => new RegExp(`--ws-${slot}: (#[0-9a-f]{6});`).exec(rule)?.[1] ?? '#');
			expect(new Set(given).size).toBe(slotColors.length - 1);
			for (const color of given) {
				expect(contrast(color, background)).toBeGreaterThan(3);
			}
		});

		for (const eye of Object.keys(eyes)) {
			it(`stay apart for ${eye} eyes in ${name} themes`, () => {
				const seen = slotColors.map(slot =>
					seenBy(new RegExp(`--ws-${slot}: (#[0-9a-f]{6});`).exec(rule)?.[1] ?? text, eye),
				);
				const pairs = seen.flatMap((a, n) => seen.slice(n + 1).map(b => distance(a, b)));
				expect(Math.min(...pairs)).toBeGreaterThan(apart);
			});
		}
	}

	it('with marks and dashes give 32 runs looks of their own', () => {
		const look = (slot: number): string => [colorOf(slot), markOf(slot), runDash(slot)].join(' ');
		const count = (slots: number): number =>
			new Set(Array.from({ length: slots }, (_, slot) => look(slot))).size;
		expect(count(32)).toBe(32);
		expect(runDash(0)).toEqual([]);
		expect(runDash(slotColors.length)).not.toEqual([]);
	});
});
