import * as assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { activated, closeAll, customEditorFor, file, folder } from './editor';

describe('in a folder that is not trusted', () => {
	afterEach(closeAll);

	it('a dataset opens', async () => {
		assert.equal(vscode.workspace.isTrusted, false);
		const uri = file('data/sft.jsonl');
		await vscode.commands.executeCommand('vscode.open', uri);
		await customEditorFor(uri);
	});

	it('no command starts anything or writes into the folder', async () => {
		await activated();
		for (const command of [
			'windsock.training.launch',
			'windsock.responses.generate',
			'windsock.comparison.trainOnVotes',
			'windsock.comparison.exportVotes',
			'windsock.regression.pin',
			'windsock.prompt.keep',
			'windsock.host.check',
		]) {
			// A command may refuse by throwing or by saying so; it may not wait for an answer.
			await Promise.race([
				vscode.commands.executeCommand(command).then(undefined, () => {}),
				new Promise(resolve => setTimeout(resolve, 500)),
			]);
		}
		assert.equal(existsSync(path.join(folder(), '.windsock', 'runs')), false);
	});

	it('settings of the folder do not steer what a run executes', () => {
		const hosts = vscode.workspace
			.getConfiguration('windsock')
			.get<Record<string, unknown>>('hosts');
		assert.deepEqual(hosts, {});
	});
});
