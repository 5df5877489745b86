import path from 'node:path';
import type { Browser } from 'playwright-core';
import { CodeServer } from './codeServer';
import { EditorPage, launchBrowser } from './editorPage';
import type { TemporaryWorkspace } from './workspace';

export const projectRoot = path.resolve(import.meta.dirname, '../../..');

/** VS Code with the packed extension and a browser, for the windows of one test file. */
export class WindowBench {
	private constructor(
		readonly server: CodeServer,
		readonly browser: Browser,
	) {}

	/**
	 * @param machineSettings such as the ssh config to take hosts from
	 * @param variables of its environment
	 */
	static async start(
		machineSettings: Readonly<Record<string, unknown>> = {},
		variables: Readonly<Record<string, string>> = {},
	): Promise<WindowBench> {
		const vsix = process.env['WINDSOCK_VSIX'];
		if (!vsix) {
			throw new Error('WINDSOCK_VSIX names no packed extension; run `npm test -- --only window`');
		}
		const browser = await launchBrowser();
		try {
			const server = await CodeServer.start({ extensions: [vsix], machineSettings, variables });
			return new WindowBench(server, browser);
		} catch (error) {
			await browser.close();
			throw error;
		}
	}

	open(workspace: TemporaryWorkspace): Promise<EditorPage> {
		const pictures = path.join(projectRoot, 'test-results', 'window');
		return EditorPage.open(this.browser, this.server.folderUrl(workspace.folder), pictures);
	}

	async stop(): Promise<void> {
		await this.browser.close();
		await this.server.stop();
	}
}
