// The run monitor's own page in headless Chromium with its session in a worker. Expected beforehand:
// a first paint of about 0.7 s, since only what is seen is drawn; far below 50 ms for a line of one
// run, as reduction costs by pixels and not by points; some 20 MB in the page, as the series stay with
// the session. The first measurement was 49 s, and its data was to blame as much as the page: made
// counts of tokens that went back began a stretch with each line, which the page took in square time.
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/bench/editorPage';
import type { Measurement, MeasureOptions } from '../support/bench/measurement';
import { median, quantile } from '../support/bench/statistics';
import { measureFrames } from './monitor/frames';
import { openMonitor, type MonitorPage } from './monitor/page';

const known = [
	'loss',
	'mean_token_accuracy',
	'entropy',
	'learning_rate',
	'grad_norm',
	'num_tokens',
];
/** Panels that a window of the first size shows at once, at least. */
const seen = 4;
const window = { width: 1440, height: 900 };
const openings = 3;
const rounds = 15;
const moves = 60;
/** Milliseconds; longer than the session's pace, so that each line is drawn by itself. */
const between = 400;
const heapLimit = 150;

export async function measure({ root }: MeasureOptions): Promise<readonly Measurement[]> {
	const browser = await launchBrowser();
	try {
		return [
			...(await fiftyRuns(browser, root)),
			...(await cursor(browser, root, 1)),
			...(await cursor(browser, root, 10)),
			...(await reopened(browser, root)),
			...(await measureFrames(browser, root)),
		];
	} finally {
		await browser.close();
	}
}

function names(count: number): readonly string[] {
	const others = Array.from({ length: count - known.length }, (_, i) => `more/metric_${i}`);
	return [...known, ...others];
}

async function fiftyRuns(browser: Browser, root: string): Promise<readonly Measurement[]> {
	const made = { runs: 50, lines: 10_000, metrics: names(20) };
	const paints: number[] = [];
	for (let opening = 1; opening < openings; opening++) {
		const once = await openMonitor(browser, root, made, window);
		paints.push(await once.paint(seen));
		await once.page.close();
	}
	const monitor = await openMonitor(browser, root, made, window);
	paints.push(await monitor.paint(seen));
	await monitor.page.waitForTimeout(between);
	const one = await append(monitor, 1);
	const all = await append(monitor, made.runs);
	const off = (await sameAsDrawnAgain(monitor)) + (await otherLooks(browser, root));
	const heap = await monitor.heap();
	await monitor.page.close();
	return [
		{
			what: '50 runs × 10k lines × 20 metrics: first paint, median',
			value: median(paints),
			unit: 'ms',
			limit: 1000,
		},
		{
			what: 'a line of one run of 50: script of page and session',
			value: one.page + one.host,
			unit: 'ms',
			limit: 50,
		},
		{ what: '… of that the session', value: one.host, unit: 'ms' },
		{ what: '… where all is drawn again, as the axis grows', value: one.most, unit: 'ms' },
		{
			what: 'a line of each of 50: script of page and session',
			value: all.page + all.host,
			unit: 'ms',
			limit: 150,
		},
		{ what: '… of that the session', value: all.host, unit: 'ms' },
		{ what: 'pixels that differ from a chart drawn anew', value: off, unit: '', limit: 0 },
		{ what: 'heap of the page after that', value: heap, unit: 'MB', limit: heapLimit },
	];
}

/** Appends lines, and counts the pixels that are others once all charts are drawn anew. */
async function sameAsDrawnAgain(monitor: MonitorPage): Promise<number> {
	let off = 0;
	// The first run leads, so that the axis stays where it is for lines of the others.
	for (const [from, runs] of [
		[0, 1],
		[0, 1],
		[1, 1],
		[1, 3],
		[2, 1],
	] as const) {
		await monitor.order({ order: 'append', runs, from });
		await monitor.page.waitForTimeout(between);
		off += await monitor.drawnAgain();
	}
	return off;
}

/** The same of lines with few points, which are paths with dots, and of averages. */
async function otherLooks(browser: Browser, root: string): Promise<number> {
	let off = 0;
	for (const [lines, state] of [
		[12, undefined],
		[200, { smoothing: 0.6, smoothingKind: 'ema' }],
		[10_000, { smoothing: 0.6, smoothingKind: 'mean' }],
	] as const) {
		const made = { runs: 6, lines, metrics: names(8) };
		const monitor = await openMonitor(browser, root, made, window, state);
		await monitor.paint(seen);
		await monitor.page.waitForTimeout(between);
		off += await sameAsDrawnAgain(monitor);
		await monitor.page.close();
	}
	return off;
}

/** The median of what one line more of so many runs costs. */
async function append(
	monitor: MonitorPage,
	runs: number,
): Promise<{ readonly host: number; readonly page: number; readonly most: number }> {
	const taken: { readonly host: number; readonly page: number }[] = [];
	for (let round = 0; round < rounds; round++) {
		const before = await monitor.busy();
		await monitor.order({ order: 'append', runs });
		await monitor.page.waitForTimeout(between);
		const after = await monitor.busy();
		taken.push({ host: after.host - before.host, page: after.page - before.page });
	}
	return {
		host: median(taken.map(({ host }) => host)),
		page: median(taken.map(({ page }) => page)),
		most: Math.max(...taken.map(({ host, page }) => host + page)),
	};
}

/** A pointer that moves over one of 24 charts, all of which show the cursor. */
async function cursor(browser: Browser, root: string, runs: number): Promise<Measurement[]> {
	const made = { runs, lines: 10_000, metrics: names(24) };
	const monitor = await openMonitor(browser, root, made, { width: 1440, height: 3000 });
	const shown = 24;
	await monitor.paint(shown);
	const chart = await monitor.page.locator('.chart').first().boundingBox();
	if (!chart) {
		throw new Error('there is no chart to move over');
	}
	const times: number[] = [];
	for (let move = 0; move < moves; move++) {
		const before = await monitor.busy();
		const at = 70 + ((move * 37) % (chart.width - 100));
		await monitor.page.mouse.move(chart.x + at, chart.y + chart.height / 2);
		await monitor.page.waitForTimeout(40);
		times.push((await monitor.busy()).page - before.page);
	}
	const heap = await monitor.heap();
	await monitor.page.close();
	const of = `${runs} ${runs === 1 ? 'run' : 'runs'}`;
	return [
		{ what: `cursor over 24 charts of ${of}, median`, value: median(times), unit: 'ms', limit: 4 },
		{ what: '… p95', value: quantile(times, 0.95), unit: 'ms' },
		{ what: 'heap of the page after that', value: heap, unit: 'MB', limit: heapLimit },
	];
}

/** A window that is opened again: the page with the view that was kept of it. */
async function reopened(browser: Browser, root: string): Promise<Measurement[]> {
	const zoom = { min: 2000, max: 6000 };
	const kept = {
		runIds: Array.from({ length: 50 }, (_, n) => `R${n}`),
		hiddenRuns: ['R1', 'R4'],
		zoom,
		smoothing: 0.6,
		smoothingKind: 'mean',
		changedAt: 1,
	};
	const paints: number[] = [];
	for (let opening = 0; opening < openings; opening++) {
		const made = { runs: 50, lines: 10_000, metrics: names(20) };
		const { page, paint } = await openMonitor(browser, root, made, window, kept);
		paints.push(await paint(seen));
		const shown = await page.evaluate(() => ({
			zoom: ['min', 'max'].map(end =>
				document.querySelector(`[data-testid=overview-${end}]`)?.getAttribute('aria-valuenow'),
			),
			smoothing: document.querySelector<HTMLInputElement>('[data-testid=smoothing]')?.value,
			hidden: document.querySelectorAll('.run-hidden').length,
		}));
		const expected = { zoom: ['2000', '6000'], smoothing: '0.6', hidden: 2 };
		if (JSON.stringify(shown) !== JSON.stringify(expected)) {
			throw new Error(`a page that is opened again shows ${JSON.stringify(shown)}`);
		}
		await page.close();
	}
	return [
		{
			what: '50 runs opened again: the same zoom, smoothing and runs, median',
			value: median(paints),
			unit: 'ms',
			limit: 1000,
		},
	];
}
