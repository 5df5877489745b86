// One chart of many points beside other libraries that draw the same. Expected beforehand: half of
// uPlot's time, as a look at each point costs both the same, but only uPlot strokes what it finds; 0.1
// of chart.js, which keeps an object for each point. Measured first: 0.9 of uPlot, but three times as
// much in a page that never drew, where blocks of points made room for each other one by one.
import { build } from 'esbuild';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import type { Measurement } from '../../support/bench/measurement';
import { median } from '../../support/bench/statistics';
import type { Contest, contestants, Frames } from './framesPage';

/** chart.js takes all of its time for raw points, of which a million would be minutes. */
const few = { lines: 10, points: 100_000, repeats: 5, appends: 20 };
const many = { lines: 10, points: 1_000_000, repeats: 3, appends: 0 };
/** By turns, so that what else the machine does falls on both. */
const rounds = 3;
const shareOfChartJs = 0.35;

export async function measureFrames(
	browser: Browser,
	root: string,
): Promise<readonly Measurement[]> {
	const bundle = await build({
		entryPoints: [path.join(root, 'test/bench/monitor/framesPage.ts')],
		bundle: true,
		minify: true,
		write: false,
		format: 'iife',
		globalName: 'frames',
		platform: 'browser',
	});
	/** Each in a page of its own, so that none pays for what another left. */
	const times = async (name: keyof typeof contestants, contest: Contest): Promise<Frames> => {
		const page = await browser.newPage();
		await page.setContent('<!DOCTYPE html><html><body></body></html>');
		await page.addScriptTag({ content: bundle.outputFiles[0]?.text ?? '' });
		const taken = await page.evaluate<Frames>(
			`frames.contestants.${name}(${JSON.stringify(contest)})`,
		);
		await page.close();
		return taken;
	};
	const ownMany: Frames[] = [];
	const uPlotMany: Frames[] = [];
	for (let round = 0; round < rounds; round++) {
		ownMany.push(await times('own', many));
		uPlotMany.push(await times('uPlot', many));
	}
	const cold = (all: readonly Frames[]): number =>
		median(all.flatMap(({ first }) => first[0] ?? []));
	const warm = (all: readonly Frames[]): number =>
		median(all.flatMap(({ first }) => first.slice(1)));
	const own = await times('own', few);
	const chartJs = await times('chartJs', few);
	const decimated = await times('chartJsDecimated', few);
	const firstOf = (frames: Frames): number => median(frames.first);
	const appendOf = (frames: Frames): number => median(frames.append);
	const ms = (what: string, value: number): Measurement => ({ what, value, unit: 'ms' });
	const share = (what: string, value: number, limit: number): Measurement => ({
		what,
		value,
		unit: '×',
		limit,
	});
	return [
		ms('10 lines × 1,000,000 points, reduction and first frame', warm(ownMany)),
		ms('… by uPlot, all points', warm(uPlotMany)),
		share('… share of uPlot', warm(ownMany) / warm(uPlotMany), 1),
		ms('the same in a page that never drew', cold(ownMany)),
		ms('… by uPlot, all points', cold(uPlotMany)),
		ms('10 lines × 100,000 points, reduction and first frame', firstOf(own)),
		ms('… by chart.js', firstOf(chartJs)),
		ms('… by chart.js with its decimation', firstOf(decimated)),
		share('… share of chart.js', firstOf(own) / firstOf(chartJs), shareOfChartJs),
		// No limit: the one on chart.js stands for charts as they are without an option of its.
		{ what: '… share of its decimation', value: firstOf(own) / firstOf(decimated), unit: '×' },
		ms('a point more of each line', appendOf(own)),
		ms('… by chart.js', appendOf(chartJs)),
		ms('… by chart.js with its decimation', appendOf(decimated)),
		share('… share of chart.js', appendOf(own) / appendOf(chartJs), shareOfChartJs),
	];
}
