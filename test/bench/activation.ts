// How long the extension holds up the start of a window, by VS Code's own report.
import path from 'node:path';
import { CodeServer } from '../support/bench/codeServer';
import { EditorPage, launchBrowser } from '../support/bench/editorPage';
import { waitFor } from '../support/bench/waitFor';
import { TemporaryWorkspace } from '../support/bench/workspace';
import type { Measurement, MeasureOptions } from '../support/bench/measurement';

const windows = 5;

/** Milliseconds in the editor "Running Extensions" of a fresh window, whose views are shown when its own start is over. */
async function activationTime(editor: EditorPage, server: CodeServer): Promise<number> {
	// The start of the window itself would be in the figure: here it takes both cores for seconds.
	await server.settle();
	await editor.showViews();
	await server.settle();
	// The slowest extensions stand first, and only rows in sight are drawn.
	await editor.page.setViewportSize({ width: 1280, height: 4_000 });
	await editor.runCommand('Developer: Show Running Extensions');
	const row = editor.page.locator('.runtime-extensions-editor .extension', {
		has: editor.page.locator('.name', { hasText: /^Windsock: model iteration$/ }),
	});
	const text = await waitFor('the activation time of Windsock', async () => {
		const shown = await row.locator('.activation-time').innerText({ timeout: 1_000 });
		return /\d+ms/.test(shown) && shown;
	});
	return Number(/(\d+)ms/.exec(text)?.[1]);
}

export async function measure({ root, vsix }: MeasureOptions): Promise<readonly Measurement[]> {
	const workspace = await TemporaryWorkspace.create(root);
	const server = await CodeServer.start({ extensions: [vsix] });
	const browser = await launchBrowser();
	try {
		const times: number[] = [];
		for (let n = 0; n < windows; n++) {
			const editor = await EditorPage.open(
				browser,
				server.folderUrl(workspace.folder),
				path.join(root, 'test-results', 'bench'),
			);
			times.push(await activationTime(editor, server));
			await editor.close();
			await server.killExtensionHosts();
		}
		times.sort((a, b) => a - b);
		return [
			{
				what: `activation, median of ${windows} windows`,
				value: times[Math.floor(windows / 2)] ?? Number.NaN,
				unit: 'ms',
				limit: 100,
			},
			{ what: 'activation, slowest window', value: times.at(-1) ?? Number.NaN, unit: 'ms' },
		];
	} finally {
		await browser.close();
		await server.stop();
		await workspace.remove();
	}
}
