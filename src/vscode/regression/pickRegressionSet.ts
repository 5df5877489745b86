import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { readPromptSet } from '../../core/responses/promptSet';

const excluded = '{**/node_modules/**,**/.windsock/**}';
const maxListed = 200;

/**
 * A prompt set of the workspace that expects something, or the one that is made with the first pin.
 *
 * @param fresh where that one would be; absent: only sets that are there are offered
 */
export async function pickRegressionSet(fresh?: string): Promise<string | undefined> {
	const found = await promptSetFiles();
	const sets = await Promise.all(
		found.map(async ({ fsPath: file }) => {
			const { prompts } = readPromptSet(await readFile(file, 'utf8').catch(() => ''));
			const pinned = prompts.filter(({ extra }) => extra['expect'] !== undefined).length;
			return { file, pinned };
		}),
	);
	const items = sets
		.filter(({ pinned }) => pinned > 0)
		.map(({ file, pinned }) => ({
			label: path.basename(file),
			description: vscode.workspace.asRelativePath(path.dirname(file)),
			detail: `${pinned} pinned ${pinned === 1 ? 'prompt' : 'prompts'}`,
			file,
		}))
		.toSorted((a, b) => (a.file < b.file ? -1 : 1));
	const isKnown = items.some(({ file }) => file === fresh);
	const all =
		fresh === undefined || isKnown
			? items
			: [
					...items,
					{
						label: `$(add) ${path.basename(fresh)}`,
						description: 'a new set in the folder prompts',
						detail: undefined,
						file: fresh,
					},
				];
	const picked = await vscode.window.showQuickPick(all, {
		ignoreFocusOut: true,
		title: 'Regression Set',
		placeHolder:
			all.length === 0
				? 'No set expects anything yet: pin a prompt of a comparison first'
				: 'A prompt set that says what it expects',
	});
	return picked?.file;
}

/** Any prompt set of the workspace, or the one that is made with the first prompt that is kept. */
export async function pickKeptSet(fresh: string): Promise<string | undefined> {
	const files = (await promptSetFiles()).map(({ fsPath }) => fsPath).filter(one => one !== fresh);
	const picked = await vscode.window.showQuickPick(
		[fresh, ...files.toSorted()].map(file => ({
			label: path.basename(file),
			description: vscode.workspace.asRelativePath(path.dirname(file)),
			file,
		})),
		{ ignoreFocusOut: true, title: 'Keep Prompt', placeHolder: 'The prompt set that it goes into' },
	);
	return picked?.file;
}

function promptSetFiles(): Thenable<vscode.Uri[]> {
	return vscode.workspace.findFiles(
		'{**/prompts/**/*.jsonl,**/*prompt*.jsonl}',
		excluded,
		maxListed,
	);
}
