// How soon rows are on screen in a real VS Code, in a file of ten rows and in one of 1.2 GB, and how
// even the list scrolls. Times are taken in the page; a frame is the time between two animation frames.
import { createReadStream } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Frame } from 'playwright-core';
import { CodeServer } from '../support/bench/codeServer';
import { EditorPage, launchBrowser } from '../support/bench/editorPage';
import { largeDataset } from '../support/bench/largeDataset';
import type { Measurement, MeasureOptions } from '../support/bench/measurement';
import { median, quantile } from '../support/bench/statistics';
import { waitFor } from '../support/bench/waitFor';
import { TemporaryWorkspace } from '../support/bench/workspace';

const rounds = 5;
/** Names that no other file of the folder is alike, since the list of files shows those too. */
const names = { ten: 'qq10.jsonl', large: 'zz-all.jsonl' } as const;
const scrolledRows = 10_000;
const rowsPerFrame = 20;

/**
 * Runs in every frame of a page: notes when the first row is drawn. VS Code writes a webview's page anew
 * into its frame, which drops callbacks of animation frames but not timers.
 */
const watchRows = `
	const look = () => {
		if (document.querySelector('[data-testid="dataset-row-1"]')) {
			requestAnimationFrame(() => { window.firstRowAt ??= Date.now(); });
		} else {
			setTimeout(look, 1);
		}
	};
	look();
`;

export async function measure({ root, vsix }: MeasureOptions): Promise<readonly Measurement[]> {
	const large = await largeDataset('chat');
	const workspace = await TemporaryWorkspace.create(root);
	await writeFile(workspace.path(names.ten), await firstLines(large.path, 10));
	await symlink(large.path, workspace.path(names.large));
	const server = await CodeServer.start({ extensions: [vsix] });
	const browser = await launchBrowser();
	try {
		const editor = await openWindow(browser, server, workspace, root);
		const times = { ten: [] as number[], large: [] as number[] };
		for (let round = 0; round <= rounds; round++) {
			for (const name of ['ten', 'large'] as const) {
				await server.settle();
				const time = await firstSight(editor, names[name]);
				// The first of each loads the extension and fills the caches of the editor.
				if (round > 0) {
					times[name].push(time);
				}
				await editor.runCommand('View: Close All Editors');
				await editor.tab(names[name]).waitFor({ state: 'detached' });
			}
		}
		const frames = await scroll(editor, server);
		const [ten, whole] = [median(times.ten), median(times.large)];
		return [
			{ what: 'first rows on screen, ten rows', value: ten, unit: 'ms' },
			{ what: 'first rows on screen, 1.2 GB', value: whole, unit: 'ms', limit: 500 },
			{ what: 'first rows, 1.2 GB beyond ten rows', value: whole - ten, unit: 'ms', limit: 150 },
			{
				what: `frame while ${scrolledRows} rows are scrolled, median`,
				value: median(frames),
				unit: 'ms',
			},
			{
				what: `frame while ${scrolledRows} rows are scrolled, p99`,
				value: quantile(frames, 0.99),
				unit: 'ms',
			},
			{
				what: `frame while ${scrolledRows} rows are scrolled, longest`,
				value: Math.max(...frames),
				unit: 'ms',
				limit: 50,
			},
		];
	} finally {
		await browser.close();
		await server.stop();
		await workspace.remove();
	}
}

async function openWindow(
	browser: Browser,
	server: CodeServer,
	workspace: TemporaryWorkspace,
	root: string,
): Promise<EditorPage> {
	return EditorPage.open(
		browser,
		server.folderUrl(workspace.folder),
		path.join(root, 'test-results', 'bench'),
		watchRows,
	);
}

/** Milliseconds from the click on a file's name to the first frame with its first row. */
async function firstSight(editor: EditorPage, file: string): Promise<number> {
	await editor.page.evaluate(() => {
		const note = (): void => {
			Object.assign(globalThis, { clickedAt: Date.now() });
		};
		document.addEventListener('mousedown', note, { capture: true });
	});
	await editor.openFile(file);
	const frame = await editor.frameWith('[data-testid="dataset-row-1"]');
	const shown = await waitFor('the time of the first row', async () => read(frame, 'firstRowAt'));
	const clicked = await editor.page.evaluate(
		() => (globalThis as unknown as { clickedAt: number }).clickedAt,
	);
	return shown - clicked;
}

function read(frame: Frame, name: string): Promise<number | undefined> {
	return frame.evaluate(
		key => (globalThis as unknown as Record<string, number | undefined>)[key],
		name,
	);
}

/** Milliseconds of each frame while the list of the large file goes down, some rows a frame. */
async function scroll(editor: EditorPage, server: CodeServer): Promise<number[]> {
	await editor.openFile(names.large);
	const frame = await editor.frameWith('[data-testid="dataset-row-1"]');
	await waitFor(
		'the whole file to be checked',
		async () => (await frame.locator('[data-testid="progress"]').count()) === 0,
		600_000,
	);
	await server.settle();
	return frame.evaluate(
		async ({ rows, step }) => {
			const list = document.querySelector('[data-testid="dataset-rows"]');
			const row = list?.querySelector('.ws-list-row')?.getBoundingClientRect().height;
			if (!list || !row) {
				throw new Error('there is no list of rows');
			}
			const nextFrame = (): Promise<number> =>
				new Promise(resolve => requestAnimationFrame(resolve));
			const times: number[] = [];
			let last = await nextFrame();
			for (let at = 0; at < rows; at += step) {
				list.scrollTop += row * step;
				const now = await nextFrame();
				times.push(now - last);
				last = now;
			}
			if (list.scrollTop < row * rows * 0.9) {
				throw new Error(`scrolled to ${list.scrollTop} only`);
			}
			return times;
		},
		{ rows: scrolledRows, step: rowsPerFrame },
	);
}

async function firstLines(file: string, count: number): Promise<string> {
	const lines: string[] = [];
	for await (const line of createInterface({ input: createReadStream(file) })) {
		lines.push(line);
		if (lines.length === count) {
			break;
		}
	}
	return `${lines.join('\n')}\n`;
}
