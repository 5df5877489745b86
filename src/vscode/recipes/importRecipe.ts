import * as path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { ImportedKey } from '../../core/training/import/recipeTranslation';
import type { Notifications } from '../notifications';
import { workspaceRoot } from '../workspace/workspaceRoot';

const scheme = 'windsock-import';

/** The command windsock.recipe.import: another tool's file becomes a recipe, with a report. */
export function registerImportRecipe(notifications: Notifications): Disposable {
	const parts = new DisposableStore();
	const reports = new Map<string, string>();
	parts.add(
		vscode.workspace.registerTextDocumentContentProvider(scheme, {
			provideTextDocumentContent: uri =>
				reports.get(uri.toString()) ?? 'The report of an earlier import is not kept.',
		}),
	);
	const command = async (argument: unknown): Promise<void> => {
		const folder = workspaceRoot();
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
		const title = `/Import of ${path.basename(source)}.md`;
		const uri = vscode.Uri.from({ scheme, path: title, query: path.basename(out) });
		reports.set(uri.toString(), report(path.basename(source), tool, keys));
		await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
	};
	parts.add(vscode.commands.registerCommand('windsock.recipe.import', command));
	return parts;
}

async function pickFile(): Promise<string | undefined> {
	const active = vscode.window.activeTextEditor?.document;
	const [file] =
		(await vscode.window.showOpenDialog({
			...(active?.languageId === 'yaml' ? { defaultUri: active.uri } : {}),
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
	const plain = (text: string): string =>
		text.replaceAll(/[\\`*_<>[\]|]/g, '\\$&').replaceAll(/\s+/g, ' ');
	const line = ({ key, to, note }: ImportedKey): string => {
		const others = to.filter(name => name !== key).map(name => `**${plain(name)}**`);
		const now = others.length === 0 ? '' : ` → ${others.join(', ')}`;
		return `- **${plain(key)}**${now}${note === '' ? '' : `: ${plain(note)}`}`;
	};
	const part = (title: string, outcome: ImportedKey['outcome']): string[] => {
		const lines = keys.filter(key => key.outcome === outcome).map(line);
		return lines.length === 0 ? [] : [`### ${title}`, '', ...lines, ''];
	};
	const kept = keys.filter(({ outcome }) => outcome === 'kept').length;
	return [
		`## ${plain(source)}, written for ${tool}`,
		'',
		`${kept} of ${keys.length} keys are kept as they are.`,
		'',
		...part('Said in other values', 'changed'),
		...part('Said here because it was done there unsaid', 'added'),
		...part('Renamed', 'renamed'),
		...part('Left out', 'removed'),
	].join('\n');
}
