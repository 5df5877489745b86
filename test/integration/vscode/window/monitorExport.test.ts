import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import type { Frame, Locator } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseMetricLine } from '../../../../src/core/contract/parseRunFiles';
import { csvRecords } from '../../../../src/core/metrics/export/csvCells';
import { readMetricsCsv } from '../../../../src/core/metrics/export/readMetricsCsv';
import type { MetricPoint } from '../../../../src/core/training/runLibrary';
import { dpoLines } from '../../../support/bench/curves';
import { runId, writeRun } from '../../../support/bench/mirroredRuns';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';

const hostile = ['<script>alert(1)</script>', '=1+1', 'a,"b"', '\\input{x}'];
const run = {
	mark: '21',
	name: 'dpo <b>&=</b>',
	method: 'dpo' as const,
	lines: [
		...dpoLines(120),
		{
			step: 120,
			kind: 'train' as const,
			values: Object.fromEntries(hostile.map((name, n) => [name, n + 0.1 + 0.2])),
		},
	],
};

describe('what a run monitor exports', () => {
	const window = testWindow(async workspace => {
		await writeRun(workspace, run);
		return {};
	});
	let frame: Frame;
	beforeAll(async () => {
		const { editor } = window;
		await editor.runCommand('Windsock: Show Metrics');
		await editor.tab('dpo').waitFor();
		frame = await editor.frameWith('[data-testid="panel-loss"]');
	});
	const byTestId = (id: string): Locator => frame.locator(`[data-testid="${id}"]`);

	/** Answers VS Code's own dialog with a name in the folder, and reads what was written there. */
	async function saved(name: string): Promise<Buffer> {
		const { editor } = window;
		const file = path.join(window.workspace.folder, name);
		const field = editor.page.locator('.quick-input-widget:visible input.input');
		await waitFor('the dialog to take the name', async () => {
			// It puts in the name that it was given a moment after it is there.
			const proposed = path.extname(await field.inputValue()) === path.extname(name);
			if (proposed && (await field.inputValue()) !== file) {
				await field.fill(file);
			}
			return proposed && (await field.inputValue()) === file;
		});
		await editor.press('Enter');
		return waitFor(`${name} to be written`, async () => {
			const content = await readFile(file).catch(() => undefined);
			return content && content.length > 0 && content;
		});
	}

	async function panel(entry: string): Promise<void> {
		await byTestId('panel-more-loss').click();
		if (entry === 'panel-png') {
			await window.editor.screenshot('monitor-export-panel');
		}
		await byTestId(entry).click();
	}

	async function all(entry: string): Promise<void> {
		await byTestId('export-runs').click();
		if (entry === 'export-html') {
			await window.editor.screenshot('monitor-export-runs');
		}
		await byTestId(entry).click();
	}

	async function logged(): Promise<readonly MetricPoint[]> {
		const mirror = path.join(window.workspace.folder, '.windsock', 'runs', runId(run));
		const text = await readFile(path.join(mirror, 'metrics.jsonl'), 'utf8');
		return text
			.trimEnd()
			.split('\n')
			.flatMap(line => parseMetricLine(line) ?? []);
	}

	it('is a picture of a panel at twice its size, which is not blank', async () => {
		await panel('panel-png');
		const png = await saved('loss.png');
		await window.editor.notification('Saved “loss.png”.').waitFor();
		const { width, height, colors } = decodePng(png);
		const shown = await byTestId('panel-loss').evaluate(element => element.clientWidth);
		expect(width).toBe(2 * Math.min(1200, Math.max(360, shown)));
		expect(height).toBeGreaterThan(400);
		expect(colors).toBeGreaterThan(50);
	});

	it('is a panel as SVG that a browser reads, with words as text', async () => {
		await panel('panel-svg');
		const svg = (await saved('loss.svg')).toString('utf8');
		const read = await window.editor.page.evaluate(text => {
			const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
			return {
				errors: parsed.querySelectorAll('parsererror').length,
				root: parsed.documentElement.nodeName,
				words: Array.from(parsed.querySelectorAll('text'), each => each.textContent),
				lines: parsed.querySelectorAll('path').length,
			};
		}, svg);
		expect(read).toMatchObject({ errors: 0, root: 'svg' });
		expect(read.words).toContain('DPO loss');
		expect(read.lines).toBeGreaterThan(3);
	});

	it('is every value of a panel as CSV, bit by bit', async () => {
		await panel('panel-csv');
		const [head = [], ...rows] = csvRecords((await saved('loss.csv')).toString('utf8'));
		const at = (name: string): number => head.findIndex(({ text }) => text === name);
		const values = rows
			.filter(row => row[at('kind')]?.text === 'train')
			.map(row => [Number(row[at('step')]?.text), Number(row[at('value')]?.text)]);
		const expected = (await logged())
			.filter(({ kind, values: its }) => kind === 'train' && its['loss'] !== undefined)
			.map(({ step, values: its }) => [step, its['loss']]);
		expect(expected.length).toBeGreaterThan(50);
		expect(values).toEqual(expected);
	});

	it('is everything that was logged as CSV that reads back bit by bit', async () => {
		await all('export-csv');
		const read = readMetricsCsv((await saved('all.csv')).toString('utf8'));
		expect(read).toMatchObject({ broken: 0, sources: [{ id: runId(run), name: run.name }] });
		const points = read?.sources[0]?.points ?? [];
		const expected = await logged();
		expect(points.length).toBe(expected.length);
		// What follows from the numbers, such as the log-ratio, stands beside those that were logged.
		expect(points).toMatchObject(expected);
	});

	it('is a report that opens without a request, and the results as LaTeX', async () => {
		await all('export-html');
		const html = await saved('report.html');
		expect(html.length).toBeLessThan(1_000_000);
		const page = await window.editor.page.context().newPage();
		try {
			const seen: string[] = [];
			page.on('request', request => seen.push(request.url()));
			page.on('console', message => seen.push(message.text()));
			await page.goto(`file://${path.join(window.workspace.folder, 'report.html')}`);
			expect(await page.locator('h1').innerText()).toBe(run.name);
			expect(await page.locator('figure svg').count()).toBeGreaterThan(8);
			expect(await page.locator('body').innerText()).toContain('<script>alert(1)</script>');
			expect(await page.locator('body').evaluate(body => getComputedStyle(body).marginTop)).toBe(
				'0px',
			);
			expect(seen.length).toBe(1);
		} finally {
			await page.close();
		}
		await all('export-latex');
		expect((await saved('results.tex')).toString('utf8')).toContain('\\toprule');
	});

	it('is the newest values of a panel as Markdown in the clipboard', async () => {
		const { editor } = window;
		// No more than three notifications stand in the window at a time.
		await editor.runCommand('Notifications: Clear All Notifications');
		await panel('panel-markdown');
		await editor.notification('Copied DPO loss as Markdown.').waitFor();
		await editor.runCommand('File: New Untitled Text File');
		await editor.press('Control+v');
		await waitFor('the table in the editor', async () =>
			(await editor.page.locator('.view-lines').innerText()).includes('Metric'),
		);
	});
});

/** A PNG of 8 bits a channel: its size and how many different colours its rows have. */
function decodePng(png: Buffer): { width: number; height: number; colors: number } {
	expect(png.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n');
	const parts: Buffer[] = [];
	for (let at = 8; at < png.length;) {
		const length = png.readUInt32BE(at);
		if (png.toString('latin1', at + 4, at + 8) === 'IDAT') {
			parts.push(png.subarray(at + 8, at + 8 + length));
		}
		at += length + 12;
	}
	const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
	const pixels = inflateSync(Buffer.concat(parts));
	const colors = new Set<number>();
	for (let at = 0; at + 4 < pixels.length; at += 4) {
		colors.add(pixels.readUInt32BE(at));
	}
	return { width, height, colors: colors.size };
}
