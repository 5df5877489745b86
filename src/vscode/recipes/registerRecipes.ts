import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { RecipeFinding } from '../../core/training/recipeFinding';
import type { Notifications } from '../notifications';
import { registerImportRecipe } from './importRecipe';
import { registerNewRecipe } from './newRecipe';
import { RecipeFormEditor } from './recipeFormEditor';
import { RecipeProblems } from './recipeProblems';
import { registerUseTemplate } from './useTemplate';

const recipes: vscode.DocumentSelector = [
	{ language: 'yaml', scheme: 'file' },
	{ language: 'yaml', scheme: 'untitled' },
];

/** What the editor knows of recipes while one is written: problems, fixes, names, words, launch. */
/** @param shippedFolder of the recipes that come with Windsock */
export function registerRecipes(
	notifications: Notifications,
	shippedFolder: string,
	extensionUri: vscode.Uri,
): Disposable {
	const parts = new DisposableStore();
	const problems = parts.add(new RecipeProblems());
	parts.add(registerNewRecipe(notifications, shippedFolder));
	parts.add(registerImportRecipe(notifications));
	parts.add(registerUseTemplate(notifications, shippedFolder));
	parts.add(new RecipeFormEditor(extensionUri).register());
	parts.add(
		vscode.languages.registerCompletionItemProvider(recipes, { provideCompletionItems: complete }),
	);
	parts.add(vscode.languages.registerHoverProvider(recipes, { provideHover: hover }));
	parts.add(
		vscode.languages.registerCodeActionsProvider(
			recipes,
			{
				provideCodeActions: (document, _range, { diagnostics }) =>
					fixes(document, diagnostics, problems),
			},
			{ providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
		),
	);
	parts.add(vscode.languages.registerCodeLensProvider(recipes, { provideCodeLenses: lenses }));
	return parts;
}

async function complete(
	document: vscode.TextDocument,
	position: vscode.Position,
): Promise<vscode.CompletionItem[]> {
	const { completionsAt, isRecipeText } = await import('../../core/training/recipeLanguage');
	const text = document.getText();
	// An empty file in a folder of recipes is about to become one.
	if (
		!isRecipeText(text) &&
		!/^method:/m.test(text) &&
		!/[/\\]recipes[/\\]/.test(document.fileName)
	) {
		return [];
	}
	return completionsAt(text, document.offsetAt(position)).map(
		({ label, insert, detail, words, hasValues }) => {
			const isKey = insert.endsWith(': ');
			const kind = vscode.CompletionItemKind;
			const item = new vscode.CompletionItem(label, isKey ? kind.Property : kind.Value);
			item.insertText = insert;
			item.detail = detail;
			if (words !== undefined) {
				item.documentation = words;
			}
			// What most recipes say stands before what few have heard of.
			item.sortText = `${words === undefined ? 1 : 0} ${label}`;
			if (hasValues === true) {
				item.command = { command: 'editor.action.triggerSuggest', title: 'Suggest a value' };
			}
			return item;
		},
	);
}

async function hover(
	document: vscode.TextDocument,
	position: vscode.Position,
): Promise<vscode.Hover | undefined> {
	const { hoverAt, isRecipeText } = await import('../../core/training/recipeLanguage');
	const text = document.getText();
	const found = isRecipeText(text) ? hoverAt(text, document.offsetAt(position)) : undefined;
	if (found === undefined) {
		return undefined;
	}
	const range = new vscode.Range(document.positionAt(found.start), document.positionAt(found.end));
	const lines = found.lines.map(line => new vscode.MarkdownString().appendText(line));
	return new vscode.Hover(lines, range);
}

async function fixes(
	document: vscode.TextDocument,
	diagnostics: readonly vscode.Diagnostic[],
	problems: RecipeProblems,
): Promise<vscode.CodeAction[]> {
	const { fixEdit } = await import('../../core/training/recipeLanguage');
	const text = document.getText();
	return diagnostics.flatMap(diagnostic => {
		const finding = problems.findingOf(diagnostic);
		const edit = finding && fixEdit(text, finding);
		if (finding === undefined || edit === undefined) {
			return [];
		}
		const action = new vscode.CodeAction(fixTitle(finding), vscode.CodeActionKind.QuickFix);
		const range = new vscode.Range(document.positionAt(edit.start), document.positionAt(edit.end));
		action.edit = new vscode.WorkspaceEdit();
		action.edit.replace(document.uri, range, edit.text);
		action.diagnostics = [diagnostic];
		action.isPreferred = true;
		return [action];
	});
}

function fixTitle({ key, fix }: RecipeFinding): string {
	switch (fix?.kind) {
		case 'rename':
			return `Rename to “${fix.to}”`;
		case 'set':
			return `Set “${fix.key}” to ${JSON.stringify(fix.value)}`;
		default:
			return `Remove “${key ?? ''}”`;
	}
}

async function lenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
	const { isRecipeText } = await import('../../core/training/recipeLanguage');
	const text = document.getText();
	const at = text.search(/^method:/m);
	if (at < 0 || !isRecipeText(text) || document.isUntitled) {
		return [];
	}
	const line = document.positionAt(at).line;
	const title = '$(play) Launch Training…';
	const range = new vscode.Range(line, 0, line, 0);
	const launch = { title, command: 'windsock.training.launch', arguments: [document.uri] };
	const check = {
		title: '$(checklist) Check on Host…',
		command: 'windsock.recipe.check',
		arguments: [document.uri],
	};
	const form = {
		title: 'Edit as Form',
		command: 'windsock.recipe.openForm',
		arguments: [document.uri],
	};
	return [launch, check, form].map(command => new vscode.CodeLens(range, command));
}
