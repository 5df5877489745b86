// The bundles in dist/, rebuilt when something they are made of changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { cacheRoot, root, tool } from './places.mjs';
import { check } from './processes.mjs';

const inputs = ['esbuild.mjs', 'package-lock.json', 'src', 'webview', 'test/integration/vscode'];
const stamp = path.join(root, 'dist', '.inputs');

function* filesUnder(relative) {
	const absolute = path.join(root, relative);
	if (!existsSync(absolute)) {
		return;
	}
	if (!statSync(absolute).isDirectory()) {
		yield relative;
		return;
	}
	for (const entry of readdirSync(absolute)) {
		yield* filesUnder(path.posix.join(relative, entry));
	}
}

/** Changes when an input file comes, goes or changes. */
function inputsHash() {
	const hash = createHash('sha256');
	const files = inputs.flatMap(input => [...filesUnder(input)]);
	for (const file of files.sort((a, b) => (a < b ? -1 : 1))) {
		const { size, mtimeMs } = statSync(path.join(root, file));
		hash.update(`${file}\0${size}\0${mtimeMs}\n`);
	}
	return hash.digest('hex');
}

function isBuilt(hash) {
	return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

export async function ensureBuild({ force = false, production = false } = {}) {
	const hash = `${inputsHash()}${production ? ' production' : ''}`;
	if (!force && isBuilt(hash)) {
		return 'unchanged';
	}
	const lock = path.join(cacheRoot, 'locks', `build-${root.replaceAll(/[^\w]+/g, '-')}`);
	return withLock(lock, async () => {
		if (force || !isBuilt(hash)) {
			await check(tool('node'), ['esbuild.mjs', ...(production ? ['--production'] : [])]);
			mkdirSync(path.dirname(stamp), { recursive: true });
			writeFileSync(stamp, hash);
		}
		return undefined;
	});
}
