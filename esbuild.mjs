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
 * imported with its first use stands apart: it is not even compiled before.
 */
const asCommonJs = name => ({
	name: 'as CommonJS',
	setup(building) {
		building.onEnd(async ({ outputFiles = [], metafile }) => {
			const chunks = `dist/chunks/${name}`;
			rmSync(chunks, { recursive: true, force: true });
			const files = await Promise.all(outputFiles.map(file => commonJs(file)));
			if (production && name === 'extension') {
				writeTogether(files, staticFiles(metafile, `dist/${name}.js`));
				return;
			}
			for (const { path, code } of files) {
				mkdirSync(dirname(path), { recursive: true });
				writeFileSync(path, code);
			}
		});
	},
});

/** Names of the files that are loaded with the entry. */
function staticFiles({ outputs }, entry) {
	const found = new Set();
	const visit = file => {
		if (!found.has(basename(file))) {
			found.add(basename(file));
			const { imports } = outputs[file];
			imports
				.filter(one => one.kind === 'import-statement' && !one.external)
				.forEach(one => visit(one.path));
		}
	};
	visit(entry);
	return found;
}

/**
 * Two files instead of a hundred small ones, each slow to find on a network disk: one with what every
 * start needs and one with the rest. A file becomes a function, as `require` makes one of it.
 */
function writeTogether(files, isStatic) {
	const functions = wanted =>
		files
			.filter(({ path }) => isStatic.has(basename(path)) === wanted)
			.map(({ path, code }) => {
				const body = `function(module,exports,require){${code}\n}`;
				return `${JSON.stringify(basename(path))}:${body}`;
			})
			.join(',\n');
	writeFileSync('dist/extensionLater.js', `module.exports={${functions(false)}};\n`);
	const loader = `let later;const loaded={};
const find=name=>now[name]??(later??=require('./extensionLater.js'))[name];
const load=id=>{const name=id.startsWith('.')?id.slice(id.lastIndexOf('/')+1):'';const make=name===''?undefined:find(name);
if(make===undefined)return require(id);if(loaded[name]===undefined){const module={exports:{}};loaded[name]=module;make(module,module.exports,load)}
return loaded[name].exports};
module.exports=load('./extension.js');`;
	writeFileSync('dist/extension.js', `const now={${functions(true)}};\n${loader}\n`);
}

/**
 * The editor answers each `require('vscode')` by a look-up of who asks, and as many copies of its
 * hundreds of names as there are importing modules took 20 ms of each start. One import serves all.
 */
function oneEditorImport(text) {
	let first;
	return text.replaceAll(/import\s*\*\s*as\s+([\w$]+)\s+from\s*"vscode";/g, (statement, name) => {
		if (first === undefined) {
			first = name;
			return statement;
		}
		return `var ${name}=${first};`;
	});
}

async function commonJs({ path, text }) {
	const { code } = await transform(oneEditorImport(text), {
		format: 'cjs',
		platform: 'node',
		target: node.target,
		minify: production,
		sourcemap: production ? false : 'inline',
		sourcefile: basename(path),
		supported: { 'dynamic-import': false },
	});
	// Its names are plain properties: they need no copy that stands in for an ES module. Of a bounded
	// length, since a source map is one word of megabytes that would be tried from each of its letters.
	return { path, code: code.replace(/\b[\w$]{1,64}\((require\("vscode"\))\)/, '$1') };
}

const targets = [
	// Two builds, since what both use would else be a dozen more files to load at each start.
	...[
		{ name: 'extension', entry: 'src/extension.ts' },
		{ name: 'cli', entry: 'src/cli/main.ts' },
	].map(({ name, entry }) => ({
		...node,
		entryPoints: { [name]: entry },
		outdir: 'dist',
		chunkNames: `chunks/${name}/[name]-[hash]`,
		format: 'esm',
		splitting: true,
		sourcemap: production ? false : 'inline',
		write: false,
		metafile: true,
		plugins: [asCommonJs(name)],
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
