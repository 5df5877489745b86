// `npm run test:electron`: the in-editor tests in a downloaded desktop VS Code, where that can be
// had. On Linux without a display run it under xvfb-run.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { continueUnderPinnedNode } from './lib/dependencies.mjs';
import { root } from './lib/places.mjs';
import { check } from './lib/processes.mjs';

await continueUnderPinnedNode(import.meta.url);
const { ensureBuild } = await import('./lib/build.mjs');
const { runTests } = await import('@vscode/test-electron');

await ensureBuild();
const temporary = mkdtempSync(path.join(tmpdir(), 'windsock-electron-'));
const workspace = path.join(temporary, 'sample');
const results = path.join(temporary, 'results.json');
cpSync(path.join(root, 'media', 'sample'), workspace, { recursive: true });
writeFileSync(path.join(workspace, 'data', 'alpaca.json'), alpaca());
for (const args of [
	['init', '-q'],
	['add', '.'],
	['-c', 'user.name=Test', '-c', 'user.email=test@localhost', 'commit', '-q', '-m', 'Start'],
]) {
	await check('git', args, { cwd: workspace });
}
const { engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
let failure;
try {
	await runTests({
		version: process.env.WINDSOCK_VSCODE_VERSION ?? engines.vscode.replace('^', ''),
		extensionDevelopmentPath: root,
		extensionTestsPath: path.join(root, 'dist', 'test', 'vscode', 'index.js'),
		launchArgs: [
			workspace,
			`--user-data-dir=${path.join(temporary, 'user')}`,
			`--extensions-dir=${path.join(temporary, 'extensions')}`,
			'--disable-workspace-trust',
		],
		extensionTestsEnv: { WINDSOCK_TEST_RESULTS: results, WINDSOCK_TEST_TRUST: 'on' },
	});
} catch (error) {
	failure = error;
}
try {
	const { passed, failed } = JSON.parse(readFileSync(results, 'utf8'));
	failed.forEach(({ title, message }) => console.log(`✗ ${title}\n${message}\n`));
	console.log(`${passed.length} passed, ${failed.length} failed`);
} catch {
	console.error(`VS Code could not run the tests: ${failure?.message ?? 'it wrote no results'}`);
	console.error(
		'Where VS Code cannot be downloaded, `npm test -- --only vscode` runs the same tests.',
	);
}
rmSync(temporary, { recursive: true, force: true });
process.exit(failure ? 1 : 0);

function alpaca() {
	return '[\n  {"instruction": "Name a colour.", "input": "", "output": "Blue."}\n]\n';
}
