// One chart with 10 lines of 100,000 points: the run monitor's chart (own buckets of minimum and
// maximum, all points kept) against chart.js drawing the same points, in one browser, as a ratio.
// Expected before the first measurement: 0.15 for the first frame, 0.15 for an append.
import { build } from 'esbuild';
import path from 'node:path';
import type { Measurement, MeasureOptions } from '../support/bench/measurement';
import { launchBrowser } from '../support/bench/editorPage';
import type { ReductionTimes } from './pages/reductionPage';

export async function measure({ root }: MeasureOptions): Promise<readonly Measurement[]> {
	const bundle = await build({
		entryPoints: [path.join(root, 'test/bench/pages/reductionPage.ts')],
		bundle: true,
		minify: true,
		write: false,
		format: 'iife',
		globalName: 'reductionBench',
		platform: 'browser',
	});
	const browser = await launchBrowser();
	try {
		const page = await browser.newPage();
		await page.setContent('<!DOCTYPE html><html><body></body></html>');
		await page.addScriptTag({ content: bundle.outputFiles[0]?.text ?? '' });
		const times = await page.evaluate<ReductionTimes>('reductionBench.compare()');
		return [
			{ what: 'chart.js alone, first frame', value: times.rawFirst, unit: 'ms' },
			{ what: 'run monitor, first frame', value: times.ownFirst, unit: 'ms' },
			{
				what: 'first frame, share of chart.js alone',
				value: times.ownFirst / times.rawFirst,
				unit: '×',
				limit: 0.35,
			},
			{
				what: 'chart.js alone, one point appended to each line',
				value: times.rawAppend,
				unit: 'ms',
			},
			{ what: 'run monitor, one point appended to each line', value: times.ownAppend, unit: 'ms' },
			{
				what: 'append, share of chart.js alone',
				value: times.ownAppend / times.rawAppend,
				unit: '×',
				limit: 0.35,
			},
		];
	} finally {
		await browser.close();
	}
}
