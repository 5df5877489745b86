// Builds the bundles: the extension, its workers, the CLI and one page per webview.
import { build, context, transform } from 'esbuild';
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
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
	// Of its two forms only this one keeps the names of its exports when it is a file of its own.
	alias: { '@uwdata/flechette': './node_modules/@uwdata/flechette/src/index.js' },
	external: ['vscode', 'cpu-features', './crypto/build/Release/sshcrypto.node', '*/sshcrypto.node'],
};

/**
 * esbuild splits only ES modules, while the editor and the shell load CommonJS. So a bundle that is
 * split is written as ES modules first, and each of its files is then turned into CommonJS. What is
 * imported with its first use stands in files of its own: it is not even compiled before.
 */
const asCommonJs = {
	name: 'as CommonJS',
	setup(building) {
		building.onEnd(async ({ outputFiles = [] }) => {
			rmSync('dist/chunks', { recursive: true, force: true });
			await Promise.all(outputFiles.map(file => writeCommonJs(file)));
		});
	},
};

async function writeCommonJs({ path, text }) {
	const { code } = await transform(text, {
		format: 'cjs',
		platform: 'node',
		target: node.target,
		minify: production,
		sourcemap: production ? false : 'inline',
		sourcefile: basename(path),
		supported: { 'dynamic-import': false },
	});
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, code);
}

const targets = [
	{
		...node,
		entryPoints: { extension: 'src/extension.ts', cli: 'src/cli/main.ts' },
		outdir: 'dist',
		chunkNames: 'chunks/[name]-[hash]',
		format: 'esm',
		splitting: true,
		sourcemap: production ? false : 'inline',
		write: false,
		plugins: [asCommonJs],
	},
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
