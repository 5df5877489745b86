// Loads a TypeScript module of the tests into a developer command.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './places.mjs';

/** Bundles the module (packages stay outside) and imports it. `entry` is relative to the checkout. */
export async function importTypeScript(entry) {
	const { build } = await import('esbuild');
	const outfile = path.join(root, 'dist', 'test', `${path.basename(entry, '.ts')}.mjs`);
	await build({
		entryPoints: [path.join(root, entry)],
		outfile,
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node24',
		packages: 'external',
		sourcemap: 'inline',
		logLevel: 'warning',
	});
	return import(pathToFileURL(outfile).href);
}
