// The in-editor tests in the bench VS Code.
import path from 'node:path';
import { root } from './places.mjs';
import { importTypeScript } from './typescript.mjs';
import { packFolder, vsixFile } from './vsix.mjs';

/**
 * Needs the packed VSIX and benchVariables() in the environment.
 * @returns {Promise<{passed: string[], failed: {title: string, message: string}[]}>}
 */
export async function runInEditorTests() {
	const { runExtensionHostSuite } = await importTypeScript(
		'test/support/bench/extensionHostSuite.ts',
	);
	const runner = await packFolder(
		path.join(root, 'test', 'support', 'testExtension'),
		path.join(root, 'dist', 'test', 'windsock-tests.vsix'),
	);
	const results = [];
	for (const trusted of [true, false]) {
		results.push(
			await runExtensionHostSuite({
				root,
				trusted,
				extensions: [vsixFile, runner],
				suite: path.join(root, 'dist', 'test', 'vscode', 'index.js'),
				pictures: path.join(root, 'test-results', 'in-editor'),
			}),
		);
	}
	return {
		passed: results.flatMap(result => result.passed),
		failed: results.flatMap(result => result.failed),
	};
}
