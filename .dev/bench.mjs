// `npm run bench`: measures what the product promises to be fast at; never part of the tests.
//   npm run bench -- launchOverhead activation     only those of test/bench
import path from 'node:path';
import { continueUnderPinnedNode } from './lib/dependencies.mjs';
import { root } from './lib/places.mjs';

await continueUnderPinnedNode(import.meta.url);
const { globSync } = await import('node:fs');
const { setUp } = await import('./setup.mjs');
const { importTypeScript } = await import('./lib/typescript.mjs');
const { packageExtension } = await import('./lib/vsix.mjs');

process.env.PIP_RETRIES ??= '0';
const wanted = process.argv.slice(2);
const files = globSync('test/bench/*.ts', { cwd: root })
	.filter(file => wanted.length === 0 || wanted.includes(path.basename(file, '.ts')))
	.sort((a, b) => (a < b ? -1 : 1));
if (files.length === 0) {
	console.error(`No measurement ${wanted.join(', ')} in test/bench`);
	process.exit(2);
}
const made = await setUp(
	new Set(['productionBuild', 'python', 'bench', 'ssh', 'git']),
	process.stderr,
);
const { file: vsix } = await packageExtension();
Object.assign(process.env, made.variables);

/** One row of `measure`: {what, value, unit, limit?}. A value beyond its limit fails the command. */
function print({ what, value, unit, limit, least }) {
	const bound =
		limit !== undefined
			? `  (at most ${limit} ${unit})`
			: least !== undefined
				? `  (at least ${least} ${unit})`
				: '';
	const bad = (limit !== undefined && value > limit) || (least !== undefined && value < least);
	console.log(
		`${bad ? '✗' : ' '} ${what.padEnd(56)} ${value.toFixed(2).padStart(9)} ${unit}${bound}`,
	);
	return bad;
}

let failed = 0;
for (const file of files) {
	console.log(`\n${path.basename(file, '.ts')}`);
	try {
		// A measurement without a `measure` function does its work and prints while it is loaded.
		const { measure } = await importTypeScript(file);
		for (const row of (await measure?.({ root, vsix, python: made.python })) ?? []) {
			failed += print(row) ? 1 : 0;
		}
	} catch (error) {
		failed++;
		console.log(error.stack ?? String(error));
	}
}
process.exit(failed === 0 ? 0 : 1);
