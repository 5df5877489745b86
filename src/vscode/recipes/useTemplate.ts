import * as vscode from 'vscode';
import type { Notifications } from '../notifications';

/**
 * The command windsock.recipe.useTemplate: puts a chat template with marks for assistant_only_loss
 * beside a recipe and names it there.
 */
export function registerUseTemplate(
	notifications: Notifications,
	shippedFolder: string,
): vscode.Disposable {
	return vscode.commands.registerCommand(
		'windsock.recipe.useTemplate',
		async (argument: unknown): Promise<void> => {
			const uri =
				argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
			const isRecipe = uri?.scheme === 'file' && /\.ya?ml$/i.test(uri.path);
			if (uri === undefined || !isRecipe) {
				await notifications.info('Open a recipe first: the template goes beside it.');
				return;
			}
			const { copyTemplateBeside, shippedTemplates } =
				await import('../../node/runs/shippedTemplates');
			const templates = await shippedTemplates(shippedFolder);
			const picked = await vscode.window.showQuickPick(
				templates.map(template => ({
					label: template.name,
					detail: template.summary,
					template,
				})),
				{
					ignoreFocusOut: true,
					title: 'Chat Template with Marks for assistant_only_loss',
					placeHolder: 'The format that the model was made for',
				},
			);
			if (picked === undefined) {
				return;
			}
			const copied = await copyTemplateBeside(picked.template, uri.fsPath);
			if (copied.ok) {
				await nameInRecipe(uri, copied.value);
			} else {
				notifications.error(copied.error);
			}
		},
	);
}

/** A recipe without other edits is saved, so that what reads it has the template at once. */
async function nameInRecipe(uri: vscode.Uri, name: string): Promise<void> {
	const { fixEdit } = await import('../../core/training/recipeLanguage');
	const document = await vscode.workspace.openTextDocument(uri);
	const wasDirty = document.isDirty;
	const edit = fixEdit(document.getText(), {
		key: 'assistant_only_loss',
		fix: { kind: 'set', key: 'chat_template_path', value: name },
	});
	if (edit === undefined) {
		return;
	}
	const range = new vscode.Range(document.positionAt(edit.start), document.positionAt(edit.end));
	const change = new vscode.WorkspaceEdit();
	change.replace(uri, range, edit.text);
	if ((await vscode.workspace.applyEdit(change)) && !wasDirty) {
		await document.save();
	}
}
