import { existsSync, globSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

interface Manifest {
	readonly icon: string;
	readonly main: string;
	readonly extensionKind: readonly string[];
	readonly engines: { readonly vscode: string };
	readonly contributes: {
		readonly commands: readonly { command: string; category?: string; title: string }[];
		readonly menus: Record<string, readonly { command: string }[]>;
		readonly views: Record<string, readonly { id: string; icon: string }[]>;
		readonly viewsWelcome: readonly { view: string; contents: string }[];
		readonly configuration: readonly {
			properties: Record<
				string,
				{ scope?: string; description?: string; markdownDescription?: string }
			>;
		}[];
	};
}

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
const sources = globSync(['src/extension.ts', 'src/vscode/**/*.ts'], { cwd: root })
	.map(file => readFileSync(path.join(root, file), 'utf8'))
	.join('\n');
const commands = manifest.contributes.commands.map(command => command.command);

describe('manifest', () => {
	it('runs beside the folder of the window where it can, else on the desktop', () => {
		expect(manifest.extensionKind).toEqual(['workspace', 'ui']);
	});

	it('declares exactly the commands that the extension registers', () => {
		const missing = commands.filter(command => !sources.includes(`'${command}'`));
		expect(missing).toEqual([]);
		const registered = [...sources.matchAll(/registerCommand\(\s*'(windsock\.[\w.]+)'/g)].map(
			match => match[1],
		);
		expect(registered.filter(command => !commands.includes(command ?? ''))).toEqual([]);
	});

	it('puts every command under one category', () => {
		expect(
			manifest.contributes.commands.filter(command => command.category !== 'Windsock'),
		).toEqual([]);
	});

	it('names only declared commands in menus and welcome views', () => {
		const used = [
			...Object.values(manifest.contributes.menus).flatMap(items => items.map(i => i.command)),
			...manifest.contributes.viewsWelcome.flatMap(view =>
				[...view.contents.matchAll(/command:(windsock[\w.]+)/g)].map(match => match[1] ?? ''),
			),
		];
		expect(used.filter(command => !commands.includes(command))).toEqual([]);
	});

	it('keeps hosts, ssh paths and endpoints out of reach of a workspace', () => {
		const properties = Object.assign(
			{},
			...manifest.contributes.configuration.map(c => c.properties),
		) as Manifest['contributes']['configuration'][number]['properties'];
		for (const name of [
			'windsock.hosts',
			'windsock.sshConfigFile',
			'windsock.endpoints',
			'windsock.hubEndpoint',
		]) {
			expect(properties[name]?.scope).toBe('machine');
		}
		for (const [name, property] of Object.entries(properties)) {
			expect([
				name,
				(property.description ?? property.markdownDescription ?? '').length > 20,
			]).toEqual([name, true]);
		}
	});

	it('points to files that exist', () => {
		const icons = Object.values(manifest.contributes.views).flatMap(v => v.map(view => view.icon));
		for (const file of [manifest.icon, ...icons]) {
			expect([file, existsSync(path.join(root, file))]).toEqual([file, true]);
		}
	});
});
