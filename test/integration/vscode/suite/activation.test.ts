import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated } from './editor';

interface Manifest {
	readonly contributes: {
		readonly commands: readonly { readonly command: string }[];
		readonly views: { readonly windsock: readonly { readonly id: string }[] };
	};
}

describe('activation', () => {
	it('makes every command of the manifest runnable', async () => {
		const manifest = (await activated()).packageJSON as Manifest;
		const registered = new Set(await vscode.commands.getCommands(true));
		const missing = manifest.contributes.commands
			.map(({ command }) => command)
			.filter(command => !registered.has(command));
		assert.deepEqual(missing, []);
	});

	it('shows every view of the manifest', async () => {
		const manifest = (await activated()).packageJSON as Manifest;
		for (const { id } of manifest.contributes.views.windsock) {
			// Each view brings a command of its own; it fails for a view that does not exist.
			await vscode.commands.executeCommand(`${id}.focus`);
		}
	});

	it('runs in the workspace extension host', async () => {
		assert.equal((await activated()).extensionKind, vscode.ExtensionKind.Workspace);
	});
});
