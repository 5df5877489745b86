// The npm dependencies and the pinned Node. Runs under bare Node ≥ 20 with nothing installed.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { cacheRoot, pinnedNode, root, tool } from './places.mjs';
import { become, check } from './processes.mjs';
import { seconds } from './progress.mjs';

function readJson(file) {
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch (error) {
		if (error.code === 'ENOENT') {
			return undefined;
		}
		throw error;
	}
}

/** Are all packages of the lock file installed, in its versions? */
export function dependenciesAreCurrent() {
	const wanted = readJson(path.join(root, 'package-lock.json'))?.packages ?? {};
	const installed = readJson(path.join(root, 'node_modules', '.package-lock.json'))?.packages ?? {};
	return (
		existsSync(pinnedNode) &&
		Object.entries(wanted).every(
			([name, entry]) =>
				name === '' ||
				entry.link ||
				installed[name]?.version === entry.version ||
				// Packages of other platforms are in the lock but never installed here.
				(entry.optional && installed[name] === undefined),
		)
	);
}

export async function ensureDependencies(note = () => {}) {
	if (dependenciesAreCurrent()) {
		return 'as locked';
	}
	const lock = path.join(cacheRoot, 'locks', `npm-${root.replaceAll(/[^\w]+/g, '-')}`);
	return withLock(lock, async () => {
		if (!dependenciesAreCurrent()) {
			note('npm ci');
			await check('npm', ['ci', '--no-audit', '--no-fund']);
		}
		if (!existsSync(pinnedNode)) {
			throw new Error(
				'npm installed no pinned Node: run `npm rebuild node` (its install script must be allowed)',
			);
		}
		return undefined;
	});
}

/**
 * Call first in each command: installs what is missing, then goes on under the pinned Node, in a
 * new process when this one is another. Returns only under the pinned one.
 */
export async function continueUnderPinnedNode(scriptUrl) {
	const major = Number(process.versions.node.split('.')[0]);
	if (major < 20) {
		console.error(`Windsock needs Node 20 or newer; this is ${process.version}.`);
		process.exit(1);
	}
	if (!dependenciesAreCurrent()) {
		const start = performance.now();
		process.stderr.write('Installing dependencies …');
		await ensureDependencies();
		process.stderr.write(` ${seconds(start)}\n`);
	}
	if (realpathSync(process.execPath) === realpathSync(pinnedNode)) {
		return;
	}
	const env = {
		...process.env,
		PATH: [path.dirname(tool('node')), process.env.PATH].join(path.delimiter),
	};
	await become(pinnedNode, [fileURLToPath(scriptUrl), ...process.argv.slice(2)], { env });
}
