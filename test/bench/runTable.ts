// The run table with 5,000 runs in a real VS Code: how soon rows are on screen, how even it scrolls and
// how long sorting and filtering take. A frame is the time between two animation frames, in the page.
import path from 'node:path';
import { CodeServer } from '../support/bench/codeServer';
import { EditorPage, launchBrowser } from '../support/bench/editorPage';
import type { Measurement, MeasureOptions } from '../support/bench/measurement';
import { median, quantile } from '../support/bench/statistics';
import { waitFor } from '../support/bench/waitFor';
import { TemporaryWorkspace } from '../support/bench/workspace';
import { writeAblation } from '../support/tableRunFiles';

const runs = 5000;
const frames = 300;
const rowsPerFrame = 3;

export async function measure({ root, vsix }: MeasureOptions): Promise<readonly Measurement[]> {
	const workspace = await TemporaryWorkspace.create(root);
	await writeAblation(workspace.folder, runs);
	const server = await CodeServer.start({ extensions: [vsix] });
	const browser = await launchBrowser();
	try {
		const pictures = path.join(root, 'test-results', 'bench');
		const editor = await EditorPage.open(browser, server.folderUrl(workspace.folder), pictures);
		// The window's own start is not the table's.
		await editor.runCommand('Windsock: Show Log');
		await server.settle();
		const asked = performance.now();
		await editor.runCommand('Windsock: Compare Runs in a Table');
		const frame = await editor.frameWith('[data-testid="grid"]');
		await frame.locator('[data-testid="row"]').first().waitFor();
		const opened = performance.now() - asked;
		await waitFor(
			'all metrics to be read',
			async () => (await frame.locator('[data-testid="reading"]').count()) === 0,
			300_000,
		);
		const read = performance.now() - asked;
		await frame.locator('[data-testid="row"]').nth(2).click();
		await frame.locator('[data-testid="pin"]').click();
		await frame.locator('[data-testid="baseline"]').waitFor();
		await server.settle();
		const times = await frame.evaluate(
			async ({ count, pixels }) => {
				const grid = document.querySelector('[data-testid="grid"]');
				const found: number[] = [];
				let last = await new Promise(requestAnimationFrame);
				for (let n = 0; n < count; n++) {
					grid?.scrollBy(0, pixels);
					const now = await new Promise(requestAnimationFrame);
					found.push(now - last);
					last = now;
				}
				return found;
			},
			{ count: frames, pixels: rowsPerFrame * 24 },
		);
		await editor.screenshot('run-table-5000');
		const acts = await frame.evaluate(async () => {
			const painted = async (work: () => void): Promise<number> => {
				const start = performance.now();
				work();
				await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
				return performance.now() - start;
			};
			const heading = document.querySelectorAll<HTMLElement>('[role="columnheader"]')[4];
			const sorted = await painted(() => heading?.click());
			const field = document.querySelector('[data-testid="filter"]')?.shadowRoot;
			const input = field?.querySelector('input');
			const filtered = await painted(() => {
				if (input) {
					input.value = 'zephyr loss<0.42 -state:failed';
					input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
				}
			});
			return { sorted, filtered, rows: document.querySelectorAll('[role="row"]').length };
		});
		return [
			{ what: `command typed to rows of ${runs} runs on screen`, value: opened, unit: 'ms' },
			{ what: '… and all their metrics read', value: read, unit: 'ms' },
			{
				what: `frame while ${runs} rows scroll, median`,
				value: median(times),
				unit: 'ms',
				limit: 17,
			},
			{ what: `frame while ${runs} rows scroll, p99`, value: quantile(times, 0.99), unit: 'ms' },
			{ what: 'frames on time, of 60 a second', value: onTime(times), unit: '%' },
			{ what: `sorting ${runs} rows`, value: acts.sorted, unit: 'ms', limit: 200 },
			{ what: `filtering ${runs} rows`, value: acts.filtered, unit: 'ms', limit: 200 },
			{ what: 'rows in the page', value: acts.rows, unit: '', limit: 100 },
		];
	} finally {
		await browser.close();
		await server.stop();
		await workspace.remove();
	}
}

/** Share of frames that did not take the time of two. */
function onTime(times: readonly number[]): number {
	return (100 * times.filter(time => time < 25).length) / times.length;
}
