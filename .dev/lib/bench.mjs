// The bench VS Code: code-server, a real VS Code that needs no desktop and no download but npm's.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { cacheRoot } from './places.mjs';
import { check } from './processes.mjs';
import { ensurePrograms } from './system.mjs';

const version = '4.139.1';
const folder = path.join(cacheRoot, `code-server-${version}`);
const server = ['node_modules', 'code-server'];

export function codeServerEntry() {
	return path.join(folder, ...server, 'out', 'node', 'entry.js');
}

export async function ensureCodeServer(note = () => {}) {
	// VS Code's own packages come last, so their presence says that all is there.
	const last = path.join(folder, ...server, 'lib', 'vscode', 'node_modules', '@vscode');
	if (existsSync(last)) {
		return 'cached';
	}
	return withLock(`${folder}.lock`, async () => {
		if (!existsSync(last)) {
			const temporary = `${folder}.part`;
			rmSync(temporary, { recursive: true, force: true });
			rmSync(folder, { recursive: true, force: true });
			mkdirSync(temporary, { recursive: true });
			const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
			note(`code-server ${version}`);
			await check(
				'npm',
				['install', '--prefix', '.', '--no-save', `code-server@${version}`, ...quiet],
				{
					cwd: temporary,
				},
			);
			note('its VS Code packages');
			await check('npm', ['install', '--omit=dev', ...quiet], {
				cwd: path.join(temporary, ...server, 'lib', 'vscode'),
			});
			renameSync(temporary, folder);
		}
		return undefined;
	});
}

/** What test/support/bench reads to find its parts. */
export async function benchVariables(note = () => {}) {
	const { chromium } = await ensurePrograms(['chromium'], note);
	return { WINDSOCK_CODE_SERVER: codeServerEntry(), WINDSOCK_CHROMIUM: chromium };
}
