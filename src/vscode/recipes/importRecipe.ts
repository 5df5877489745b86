import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ImportedKey } from '../../core/training/import/recipeTranslation';
import type { Notifications } from '../notifications';

/** The command windsock.recipe.import: another tool's file becomes a recipe, with a report. */
export function registerImportRecipe(notifications: Notifications): vscode.Disposable {
	return vscode.commands.registerCommand('windsock.recipe.import', async (argument: unknown) => {
		const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
		if (folder === undefined) {
			await notifications.info('Open a folder first: recipes live in it.');
			return;
		}
		const source = argument instanceof vscode.Uri ? argument.fsPath : await pickFile();
		const gpus = source === undefined ? undefined : await askGpus();
		if (source === undefined || gpus === undefined) {
			return;
		}
		const { importRecipeFile } = await import('../../node/runs/importRecipeFile');
		const { freeRecipe } = await import('./newRecipe');
		const recipes = path.join(folder, 'recipes');
		const out = freeRecipe(recipes, path.parse(source).name);
		const imported = await importRecipeFile({
			path: source,
			out,
			method: undefined,
			gpusBefore: undefined,
			gpusNow: gpus,
		});
		if (!imported.ok) {
			notifications.error(imported.error);
			return;
		}
		const { tool, keys } = imported.value;
		await vscode.window.showTextDocument(vscode.Uri.file(out));
		const content = report(path.basename(source), tool, keys);
		const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
		await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside, true);
	});
}

async function pickFile(): Promise<string | undefined> {
	const [file] =
		(await vscode.window.showOpenDialog({
			title: 'Import Recipe',
			openLabel: 'Import',
			filters: { 'alignment-handbook, TRL, Axolotl, LLaMA-Factory': ['yaml', 'yml'] },
		})) ?? [];
	return file?.fsPath;
}

async function askGpus(): Promise<number | undefined> {
	const answer = await vscode.window.showInputBox({
		title: 'Import Recipe',
		prompt: 'How many GPUs will train? The global batch stays as it was.',
		value: '1',
		ignoreFocusOut: true,
		validateInput: text =>
			/^[1-9]\d{0,3}$/.test(text.trim()) ? undefined : 'A whole number from 1 to 9999.',
	});
	return answer === undefined ? undefined : Number(answer);
}

/** What became of each key, what was changed first. */
function report(source: string, tool: string, keys: readonly ImportedKey[]): string {
	const cell = (text: string): string =>
		text.replaceAll(/[|`<>\\]/g, '\\$&').replaceAll(/\s+/g, ' ');
	const rows = (outcome: ImportedKey['outcome']): string[] =>
		keys
			.filter(key => key.outcome === outcome)
			.map(({ key, to, note }) => `| ${cell(key)} | ${cell(to.join(', '))} | ${cell(note)} |`);
	const part = (title: string, outcome: ImportedKey['outcome']): string[] => {
		const lines = rows(outcome);
		return lines.length === 0
			? []
			: [`## ${title}`, '', '| key | now | |', '| --- | --- | --- |', ...lines, ''];
	};
	const kept = keys.filter(({ outcome }) => outcome === 'kept').length;
	return [
		`# ${cell(source)}, a recipe for ${tool}`,
		'',
		`${kept} of ${keys.length} keys are kept as they are.`,
		'',
		...part('Said in other values', 'changed'),
		...part('Said here because it was done there unsaid', 'added'),
		...part('Renamed', 'renamed'),
		...part('Left out', 'removed'),
	].join('\n');
}
