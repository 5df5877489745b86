import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import Mocha from 'mocha';

interface Failure {
	readonly title: string;
	readonly message: string;
}

/**
 * Runs the tests beside this file inside the extension host: those named `*.untrusted.test` when
 * WINDSOCK_TEST_TRUST is `off`, else the others. Rejects when one failed, as test-electron wants.
 * WINDSOCK_TEST_RESULTS names the file that gets the counts.
 */
export async function run(): Promise<void> {
	const untrusted = process.env['WINDSOCK_TEST_TRUST'] === 'off';
	const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, reporter: 'spec', color: false });
	for (const file of readdirSync(__dirname)) {
		if (file.endsWith('.test.js') && file.includes('.untrusted.') === untrusted) {
			mocha.addFile(path.join(__dirname, file));
		}
	}
	const passed: string[] = [];
	const failed: Failure[] = [];
	try {
		await new Promise<void>(resolve => {
			mocha
				.run(() => resolve())
				.on('pass', test => passed.push(test.fullTitle()))
				.on('fail', (test, error: Error) =>
					failed.push({ title: test.fullTitle(), message: error.stack ?? error.message }),
				);
		});
	} catch (error) {
		failed.push({ title: 'loading the tests', message: String(error) });
	}
	writeResults({ passed, failed });
	if (failed.length > 0) {
		throw new Error(`${failed.length} in-editor tests failed`);
	}
}

function writeResults(results: unknown): void {
	const file = process.env['WINDSOCK_TEST_RESULTS'];
	if (file) {
		writeFileSync(`${file}.part`, JSON.stringify(results));
		renameSync(`${file}.part`, file);
	}
}
