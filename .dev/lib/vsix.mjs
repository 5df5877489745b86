// The installable extension: built for production, packed, and checked.
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ensureBuild } from './build.mjs';
import { root, tool } from './places.mjs';
import { check } from './processes.mjs';

const maxBytes = 3 * 1024 * 1024;
export const vsixFile = path.join(root, 'dist', 'windsock.vsix');

/** Each must be in the VSIX; each pattern of the second list must match nothing. */
const wanted = [
	'package.json',
	'readme.md',
	'changelog.md',
	'LICENSE',
	'NOTICE',
	'dist/extension.js',
	'dist/extensionLater.js',
	'dist/webview/datasetEditor.js',
	'dist/webview/runMonitor.js',
	'dist/webview/recipeForm.js',
	'dist/webview/responseDiff.js',
	'media/icon.png',
	'media/prompts/vibes.jsonl',
	'media/sample/data/sft.jsonl',
	'media/sample/recipes/sft-tiny.yaml',
	'media/sample/.windsock/project.yaml',
	'remote/windsock_remote/__main__.py',
	'remote/windsock_remote/environment/requirements.txt',
];
const unwanted = [
	/^node_modules\//,
	/^src\//,
	/^test\//,
	/^dist\/(cli|test|packages)/,
	/\.map$/,
	/__pycache__/,
	/\.tsx?$/,
];

let packed;

/**
 * Packs dist/windsock.vsix, once for each command.
 * @returns {Promise<{file: string, bytes: number, checks: {name: string, problem?: string}[]}>}
 */
export function packageExtension() {
	packed ??= pack();
	return packed;
}

async function pack() {
	await ensureBuild({ production: true });
	mkdirSync(path.dirname(vsixFile), { recursive: true });
	const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
	const { output } = await check(tool('vsce'), ['package', ...flags, '--out', vsixFile]);
	const warnings = output.split('\n').filter(line => /warning/i.test(line));
	const listed = (await check(tool('vsce'), ['ls', '--no-dependencies'])).stdout.trim().split('\n');
	const files = new Set(listed.map(file => file.trim()));
	const { size } = statSync(vsixFile);

	const has = name => [...files].some(file => file.toLowerCase() === name.toLowerCase());
	const missing = wanted.filter(name => !has(name));
	const tooMuch = [...files].filter(file => unwanted.some(pattern => pattern.test(file)));
	const list = (title, items) => (items.length === 0 ? undefined : `${title}: ${items.join(', ')}`);
	return {
		file: vsixFile,
		bytes: size,
		checks: [
			{ name: 'vsce gives no warning', problem: list('vsce said', warnings) },
			{ name: 'the VSIX holds what the extension needs', problem: list('missing', missing) },
			{ name: 'the VSIX holds nothing else', problem: list('unwanted', tooMuch) },
			{
				name: 'the VSIX stays under 3 MB',
				problem: size < maxBytes ? undefined : `it has ${size} bytes`,
			},
		],
	};
}

/** A VSIX of another extension's folder, for the tests. */
export async function packFolder(folder, file) {
	const flags = ['--no-dependencies', '--allow-missing-repository', '--skip-license'];
	mkdirSync(path.dirname(file), { recursive: true });
	await check(tool('vsce'), ['package', ...flags, '--out', file], { cwd: folder });
	return file;
}
