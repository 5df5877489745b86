import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../../../src/core/metrics/export/figure';
import { figureOf } from '../../../../../src/core/metrics/export/figureOf';
import { darkPaint, paperPaint } from '../../../../../src/core/metrics/export/figurePaint';
import { figureSvg } from '../../../../../src/core/metrics/export/figureSvg';
import { PanelDrawer, wholeRange } from '../../../../../src/core/metrics/panelDrawing';
import { packPoints } from '../../../../../src/core/metrics/packedPoints';
import { panelsFor } from '../../../../../src/core/metrics/panels';
import { RunMetrics } from '../../../../../src/core/metrics/runMetrics';
import type { MetricPoint } from '../../../../../src/core/training/runLibrary';
import { point, trainLines } from '../builders';
import { elementsOf } from './markup';

interface Options {
	readonly smoothing?: number;
	readonly logarithmic?: boolean;
	readonly pixels?: number;
	readonly zoom?: { readonly min: number; readonly max: number };
	readonly fitVisible?: boolean;
}

function figuresOf(
	runs: readonly (readonly MetricPoint[])[],
	{ smoothing = 0, logarithmic = false, pixels = 400, zoom, fitVisible }: Options = {},
): readonly Figure[] {
	const sources = runs.map((points, slot) => {
		const metrics = new RunMetrics();
		metrics.append(packPoints(points));
		return { id: `run ${slot}`, name: `run ${slot}`, slot, metrics, markers: metrics.markers };
	});
	const look = {
		axis: 'step',
		zoom,
		smoothing:
			smoothing > 0 ? ({ kind: 'ema', weight: smoothing } as const) : ({ kind: 'none' } as const),
		clipOutliers: false,
		logarithmic,
		...(fitVisible === undefined ? {} : { fitVisible }),
	} as const;
	const panels = panelsFor(
		['sft'],
		sources.flatMap(({ metrics }) => metrics.series),
	);
	const range = zoom ?? wholeRange(sources, 'step');
	return panels.map(panel => {
		const work = new PanelDrawer().draw(panel, sources, { look, range, pixels, reach: undefined });
		let step = work.next();
		while (step.done !== true) {
			step = work.next();
		}
		return figureOf(panel, step.value, sources, look);
	});
}

const svgOf = (figure: Figure | undefined): string => {
	if (!figure) {
		throw new Error('no figure');
	}
	return figureSvg(figure, { width: 640, height: 300, paint: paperPaint });
};

/** The y of every point of the paths of lines, in pixels. */
function heights(svg: string): number[] {
	const plot = svg.slice(svg.indexOf('stroke-linejoin'));
	return [...plot.matchAll(/<path d="(M[^"]+)" stroke-width="1/g)].flatMap(([, data = '']) => {
		let y = 0;
		return [...data.matchAll(/([Ml ]?)(-?[\d.]+) ?(-?[\d.]+)/g)].map(([, command, , dy]) => {
			y = command === 'M' ? Number(dy) : y + Number(dy);
			return y;
		});
	});
}

describe('a figure as SVG', () => {
	it('has the title, the axes, the key and how many points it shows as text, and no script', () => {
		const svg = svgOf(figuresOf([trainLines(50, step => ({ loss: 1 / step }))])[0]);
		const elements = new Set(elementsOf(svg));
		expect([...elements].sort()).toEqual(['g', 'path', 'rect', 'svg', 'text', 'tspan']);
		for (const word of ['Loss', '50 of 50 points', '>step<', '>train<', '0.02', '>10<']) {
			expect(svg).toContain(word);
		}
	});

	it('draws a spike of one step among 200,000 at its whole height', () => {
		const points = trainLines(200_000, step => ({ loss: step === 123_456 ? 100 : 1 }));
		const figure = figuresOf([points], { pixels: 60 })[0];
		expect(figure?.allPoints).toBe(200_000);
		const all = heights(svgOf(figure));
		expect(all.length).toBeLessThan(130);
		expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(230);
	});

	it('leaves a gap where a value is missing, and says that it is', () => {
		const svg = svgOf(
			figuresOf([trainLines(60, step => ({ loss: step === 30 ? Number.NaN : 1 }))])[0],
		);
		const path = /<path d="(M[^"]+l[^"]+)" stroke-width="1.75"/.exec(svg)?.[1];
		expect(path?.match(/M/g)?.length).toBe(2);
		expect(svg).toContain('NaN or infinite once, where × stands.');
	});

	it('keeps the raw line beside the smoothed one', () => {
		const points = trainLines(100, step => ({ loss: step % 2 }));
		const svg = svgOf(figuresOf([points], { smoothing: 0.9 })[0]);
		expect(svg).toContain('stroke-opacity="0.3"');
		expect(svg).toContain('Exponential average, weight 0.9; the pale line is as logged.');
	});

	it('draws what a restart went over again fainter, and no line backwards', () => {
		const again = trainLines(20, step => ({ loss: 2 - step / 20 })).map((line, i) =>
			i < 10 ? line : { ...line, attempt: 2, step: i - 4 },
		);
		const svg = svgOf(figuresOf([again])[0]);
		expect(svg).toContain('stroke-opacity="0.4"');
		expect(svg).toContain('stroke-dasharray="3 3"');
		for (const [, data = ''] of svg.matchAll(/<path d="M[^l"]+l([^"]+)" stroke-width="1.75"/g)) {
			expect(data.split(/ (?=[\d-])/).every(step => !step.startsWith('-'))).toBe(true);
		}
	});

	it('says of a logarithmic axis how many values have no place on it', () => {
		const [some] = figuresOf([trainLines(9, step => ({ loss: step - 3 }))], { logarithmic: true });
		expect(some?.notes).toEqual(['3 values of 0 or below have no place on this axis.']);
		const [none] = figuresOf([trainLines(9, step => ({ loss: -step }))], { logarithmic: true });
		expect(none?.notes).toEqual(['Linear: values of 0 or below have no logarithm.']);
		const [above] = figuresOf([trainLines(9, step => ({ loss: 10 ** -step }))], {
			logarithmic: true,
		});
		expect(above?.notes).toEqual([]);
		expect(above?.scale.place(1e-5)).toBeCloseTo(0.5);
	});

	it('cuts off what lies outside of the part shown, fitted to it or to all values', () => {
		const points = trainLines(100, step => ({ loss: step }));
		const zoom = { min: 40, max: 60 };
		const [fitted] = figuresOf([points], { zoom });
		expect(fitted?.range).toEqual(zoom);
		expect(fitted?.scale.place(40)).toBeCloseTo(0.05, 1);
		const svg = svgOf(fitted);
		expect(elementsOf(svg).filter(name => name === 'svg').length).toBe(2);
		const [whole] = figuresOf([points], { zoom, fitVisible: false });
		expect(whole?.scale.place(40)).toBeGreaterThan(0.35);
		expect(svgOf(figuresOf([points])[0]).match(/<svg/g)?.length).toBe(1);
	});

	it('draws thousands of checkpoints as many times as they can be told apart', () => {
		const checkpoints = Array.from({ length: 5000 }, (_, i) =>
			point({ n: i + 3, step: i + 1, kind: 'marker', values: { checkpoint: i + 1 } }),
		);
		const svg = svgOf(figuresOf([[...trainLines(2, step => ({ loss: step })), ...checkpoints]])[0]);
		expect(svg.match(/h8l-4-6z/g)?.length).toBeLessThan(641);
	});

	it('stands intervals of scores as bars on their points', () => {
		const values = { mt_bench: 6, mt_bench_low: 5.5, mt_bench_high: 6.25 };
		const figures = figuresOf([
			[...trainLines(5, step => ({ loss: step })), point({ n: 6, kind: 'evaluation', values })],
		]);
		const scores = figures.filter(({ title }) => title === 'mt_bench');
		expect(scores[0]?.lines.map(({ bars }) => bars)).toEqual([[{ x: 6, low: 5.5, high: 6.25 }]]);
		expect(svgOf(scores[0])).toContain('stroke-width="1.25"');
	});

	it('tells several runs by name, colour and mark, the same as their slots', () => {
		const lines = trainLines(5, step => ({ loss: step }));
		const svg = svgOf(figuresOf([lines, lines.map(line => ({ ...line, kind: 'eval' }))])[0]);
		expect(svg).toContain(`stroke="${paperPaint.series[1]}"`);
		expect(svg).toContain('run 0');
		expect(svg).toContain('>held-out<');
	});

	it('takes other colours without drawing anything else', () => {
		const [figure] = figuresOf([trainLines(5, step => ({ loss: step }))]);
		if (!figure) {
			throw new Error('no figure');
		}
		const dark = figureSvg(figure, { width: 640, height: 300, paint: darkPaint });
		expect(dark.replaceAll(/#[\da-f]{6}/g, '')).toBe(svgOf(figure).replaceAll(/#[\da-f]{6}/g, ''));
	});

	it('is well formed whatever was logged under whatever name', () => {
		const name = fc.oneof(
			fc.string({ unit: 'binary' }),
			fc.constantFrom('<script>alert(1)</script>', '"onload="x', ']]>', '\u0000', '\ud800', '&amp'),
		);
		const number = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1e308, -1e308, 5e-324));
		fc.assert(
			fc.property(
				fc.array(fc.tuple(name, number, number), { minLength: 1, maxLength: 12 }),
				fc.boolean(),
				(logged, logarithmic) => {
					const points = logged.map(([metric, value, step], i) =>
						point({ n: i + 1, step, values: { [metric]: value }, label: metric }),
					);
					for (const figure of figuresOf([points], { logarithmic, smoothing: 0.5 })) {
						const svg = svgOf(figure);
						expect(elementsOf(svg)).not.toContain('script');
						expect(svg).not.toMatch(/ (?:d|x|y|transform)="[^"]*(?:NaN|Infinity)/);
					}
				},
			),
			{ seed: 122028038, numRuns: 100 },
		);
	});
});
