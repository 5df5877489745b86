import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CodeServer } from './codeServer';
import { EditorPage, launchBrowser } from './editorPage';
import { waitFor } from './waitFor';
import { TemporaryWorkspace } from './workspace';

export interface SuiteResults {
	readonly passed: readonly string[];
	readonly failed: readonly { readonly title: string; readonly message: string }[];
}

export interface SuiteOptions {
	/** The checkout. */
	readonly root: string;
	/** VSIX files: the product and the extension that runs the suite. */
	readonly extensions: readonly string[];
	/** The bundled suite, an absolute path. */
	readonly suite: string;
	readonly trusted: boolean;
	/** Folder for the pictures of a failure. */
	readonly pictures: string;
}

/** Runs the mocha suite inside the extension host of the bench VS Code. */
export async function runExtensionHostSuite(options: SuiteOptions): Promise<SuiteResults> {
	const workspace = await TemporaryWorkspace.create(options.root);
	await workspace.write('data/alpaca.json', alpaca);
	workspace.commit();
	const results = path.join(path.dirname(workspace.folder), 'results.json');
	const server = await CodeServer.start({
		extensions: options.extensions,
		workspaceTrust: !options.trusted,
		userSettings: { 'security.workspace.trust.startupPrompt': 'never' },
		variables: {
			WINDSOCK_TEST_SUITE: options.suite,
			WINDSOCK_TEST_RESULTS: results,
			WINDSOCK_TEST_TRUST: options.trusted ? 'on' : 'off',
		},
	});
	const browser = await launchBrowser();
	let editor: EditorPage | undefined;
	try {
		editor = await EditorPage.open(browser, server.folderUrl(workspace.folder), options.pictures);
		await waitFor('the in-editor tests to end', () => existsSync(results), 180_000);
		return JSON.parse(await readFile(results, 'utf8')) as SuiteResults;
	} catch (error) {
		await editor?.dump(`in-editor-${options.trusted ? 'trusted' : 'untrusted'}`);
		throw error;
	} finally {
		await browser.close();
		await server.stop();
		await workspace.remove();
	}
}

const alpaca = `[
  {"instruction": "Name a colour.", "input": "", "output": "Blue."},
  {"instruction": "Add.", "input": "2 and 2", "output": "4"}
]
`;
