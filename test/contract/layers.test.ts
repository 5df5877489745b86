import { globSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
/** Import and re-export statements, which prettier starts at the line's first column, and `import()`. */
const importPattern =
	/(?:^import\s*|^(?:import|export) [^'"=;]*? from\s*|\bimport\()['"]([^'"]+)['"]/gm;

/** Layer of a file → layers and bare packages it may import (`node:*` stands for all of Node). */
const allowed: Record<string, readonly string[]> = {
	'src/core': ['src/core', 'yaml', '@huggingface/jinja', '@huggingface/tokenizers'],
	'src/protocol': ['src/protocol', 'src/core'],
	'src/node': [
		'src/node',
		'src/core',
		'node:*',
		'ssh2',
		'ssh2/lib/protocol/SFTP.js',
		'ignore',
		'ssh-config',
		'yaml',
		'hyparquet',
		'hyparquet-writer',
		'@uwdata/flechette',
		'ajv',
	],
	'src/cli': ['src/cli', 'src/node', 'src/core', 'node:*', 'commander', 'yaml'],
	'src/vscode': ['src/vscode', 'src/node', 'src/protocol', 'src/core', 'node:*', 'vscode', 'yaml'],
	webview: [
		'webview',
		'src/protocol',
		'src/core',
		'preact',
		'preact/hooks',
		'@preact/signals',
		'chart.js',
		'marked',
	],
};

function layerOf(file: string): string | undefined {
	return Object.keys(allowed).find(layer => file.startsWith(`${layer}/`));
}

function importsOf(file: string): string[] {
	const text = readFileSync(path.join(root, file), 'utf8');
	return [...text.matchAll(importPattern)].map(match => match[1] ?? '');
}

const files = globSync(['src/**/*.{ts,tsx}', 'webview/**/*.{ts,tsx}'], { cwd: root })
	.map(file => file.replaceAll(path.sep, '/'))
	.filter(file => layerOf(file) !== undefined && !file.endsWith('.d.ts'));

function target(file: string, specifier: string): string {
	return specifier.startsWith('.')
		? path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier))
		: specifier;
}

function mayImport(file: string, specifier: string): boolean {
	const layer = layerOf(file) ?? '';
	const wanted = target(file, specifier);
	const toolkit = '@vscode/webview-ui-toolkit';
	if (wanted.startsWith(toolkit)) {
		return file.startsWith('webview/shared/components/');
	}
	return (allowed[layer] ?? []).some(
		entry =>
			wanted === entry ||
			(entry === 'node:*' && wanted.startsWith('node:')) ||
			(/^(src\/|webview)/.test(entry) && wanted.startsWith(`${entry}/`)) ||
			(wanted.endsWith('.css') && wanted.startsWith('webview/')),
	);
}

describe('layers', () => {
	it('finds the source files and what they import', () => {
		expect(files.length).toBeGreaterThan(50);
		expect(files.flatMap(importsOf).length).toBeGreaterThan(300);
	});

	it('lets each layer import only what it may', () => {
		const wrong = files.flatMap(file =>
			importsOf(file)
				.filter(specifier => !mayImport(file, specifier))
				.map(specifier => `${file} imports ${specifier}`),
		);
		expect(wrong).toEqual([]);
	});

	it('has no import cycle', () => {
		const known = new Set(files);
		const resolve = (file: string, specifier: string): string | undefined =>
			specifier.startsWith('.')
				? ['.ts', '.tsx'].map(end => target(file, specifier) + end).find(name => known.has(name))
				: undefined;
		const state = new Map<string, 'open' | 'done'>();
		const cycles: string[] = [];
		const visit = (file: string, trail: readonly string[]): void => {
			if (state.get(file) === 'open') {
				cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
				return;
			}
			if (state.has(file)) {
				return;
			}
			state.set(file, 'open');
			const text = readFileSync(path.join(root, file), 'utf8').replaceAll(
				/import type [^;]+;/g,
				'',
			);
			for (const match of text.matchAll(importPattern)) {
				const next = resolve(file, match[1] ?? '');
				if (next !== undefined) {
					visit(next, [...trail, file]);
				}
			}
			state.set(file, 'done');
		};
		files.forEach(file => visit(file, []));
		expect(cycles).toEqual([]);
	});

	it('keeps every source file at 500 lines or less, without default exports or barrels', () => {
		const wrong = files.filter(file => {
			const text = readFileSync(path.join(root, file), 'utf8');
			return (
				(text.split('\n').length > 500 && !file.endsWith('.generated.ts')) ||
				/^export default /m.test(text) ||
				path.basename(file) === 'index.ts' ||
				/(utils?|helpers?|manager)\.tsx?$/i.test(file)
			);
		});
		expect(wrong).toEqual([]);
	});
});
