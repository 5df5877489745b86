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

// Packages that are imported with their first use. In files of their own they need not be compiled
// when a window starts; our own modules are never split, so that each class exists once.
const lazyPackages = ['ssh2', 'yaml', 'hyparquet', 'hyparquet-writer'];
const apart = {
	name: 'lazy packages apart',
	setup(building) {
		const filter = new RegExp(`^(${lazyPackages.join('|')})$`);
		building.onResolve({ filter }, ({ path }) => ({
			path: `./packages/${path}.js`,
			external: true,
		}));
	},
};

const targets = [
	...[
		['src/extension.ts', 'dist/extension.js'],
		['src/cli/main.ts', 'dist/cli.js'],
	].map(([entry, outfile]) => ({ ...node, entryPoints: [entry], outfile, plugins: [apart] })),
	{ ...node, entryPoints: lazyPackages, outdir: 'dist/packages' },
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
