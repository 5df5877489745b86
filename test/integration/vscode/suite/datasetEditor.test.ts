import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { activated, activeInput, closeAll, customEditorFor, file, folder, until } from './editor';

const viewType = 'windsock.datasetEditor';

interface GitApi {
	getRepository(uri: vscode.Uri): unknown;
	openRepository(uri: vscode.Uri): Promise<unknown>;
	toGitUri(uri: vscode.Uri, ref: string): vscode.Uri;
}

async function git(): Promise<GitApi> {
	const extension = vscode.extensions.getExtension<{ getAPI(version: 1): GitApi }>('vscode.git');
	assert.ok(extension, 'VS Code has no git extension');
	return (await extension.activate()).getAPI(1);
}

describe('dataset editor', () => {
	afterEach(closeAll);

	it('is the default for .jsonl', async () => {
		const uri = file('data/sft.jsonl');
		await vscode.commands.executeCommand('vscode.open', uri);
		assert.equal((await customEditorFor(uri)).viewType, viewType);
	});

	it('is an option for .json, whose default stays the text editor', async () => {
		const uri = file('data/alpaca.json');
		await vscode.commands.executeCommand('vscode.open', uri);
		await until('a text editor', () => activeInput() instanceof vscode.TabInputText);
		await closeAll();
		await vscode.commands.executeCommand('vscode.openWith', uri, `${viewType}.json`);
		assert.equal((await customEditorFor(uri)).viewType, `${viewType}.json`);
	});

	it('shows the text with one command', async () => {
		const uri = file('data/sft.jsonl');
		await vscode.commands.executeCommand('vscode.open', uri);
		await customEditorFor(uri);
		await vscode.commands.executeCommand('windsock.dataset.openAsText');
		await until('a text editor', () => activeInput() instanceof vscode.TabInputText);
	});

	it('changes no byte of a file that is opened, saved and closed', async () => {
		await activated();
		const uri = file('data/sft.jsonl');
		const before = readFileSync(uri.fsPath);
		await vscode.commands.executeCommand('vscode.open', uri);
		await customEditorFor(uri);
		await vscode.commands.executeCommand('workbench.action.files.save');
		await closeAll();
		assert.ok(before.equals(readFileSync(uri.fsPath)));
	});

	it('opens a revision from git read-only', async () => {
		const api = await git();
		await api.openRepository(vscode.Uri.file(folder()));
		const uri = api.toGitUri(file('data/sft.jsonl'), 'HEAD');
		await vscode.commands.executeCommand('vscode.openWith', uri, viewType);
		await customEditorFor(uri);
		assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.isDirty, false);
		assert.match(
			execFileSync('git', ['status', '--porcelain'], { cwd: folder() }).toString(),
			/^$/,
		);
	});
});
