// Builds the bundles: the extension, its workers, the CLI and one page per webview.
import { build, context } from 'esbuild';
import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

const common = {
	bundle: true,
	minify: production,
	sourcemap: production ? false : 'linked',
	logLevel: 'warning',
	legalComments: 'none',
};
const node = {
	...common,
	platform: 'node',
	target: 'node22',
	format: 'cjs',
	// ssh2 falls back to Node's own crypto and WebAssembly; native addons would tie the VSIX to a platform.
	external: ['vscode', 'cpu-features', './crypto/build/Release/sshcrypto.node', '*/sshcrypto.node'],
};

const targets = [
	{ ...node, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js' },
	...globSync('src/cli/main.ts').map(entry => ({
		...node,
		entryPoints: [entry],
		outfile: 'dist/cli.js',
	})),
	...globSync('src/node/**/*Worker.ts').map(entry => ({
		...node,
		entryPoints: [entry],
		outfile: `dist/workers/${basename(entry, '.ts')}.js`,
	})),
	...globSync('webview/*/main.tsx').map(entry => ({
		...common,
		entryPoints: [entry],
		outfile: `dist/webview/${basename(dirname(entry))}.js`,
		platform: 'browser',
		target: 'chrome130',
		format: 'iife',
		jsx: 'automatic',
		jsxImportSource: 'preact',
		define: { 'process.env.NODE_ENV': '"production"' },
	})),
	...globSync('test/integration/vscode/suite/*.ts').map(entry => ({
		...node,
		entryPoints: [entry],
		outfile: `dist/test/vscode/${basename(entry, '.ts')}.js`,
		external: [...node.external, 'mocha'],
	})),
];

if (watch) {
	const contexts = await Promise.all(targets.map(target => context(target)));
	await Promise.all(contexts.map(c => c.watch()));
	console.log('watching');
} else {
	await Promise.all(targets.map(target => build(target)));
}
