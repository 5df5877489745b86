import * as vscode from 'vscode';
import { maxLanes } from './comparisonViews';

/** Asks which models stand side by side, in a list of the editor: no name gets into the page. */
export function chooseModels(
	labels: readonly string[],
	shown: readonly string[],
): Promise<readonly string[] | undefined> {
	const pick = vscode.window.createQuickPick();
	pick.title = 'Models Side by Side';
	pick.placeholder = `Two to ${maxLanes} of ${labels.length}; blind, each prompt has them in an order of its own`;
	pick.canSelectMany = true;
	pick.items = labels.map(label => ({ label }));
	pick.selectedItems = pick.items.filter(({ label }) => shown.includes(label));
	const count = (): number => pick.selectedItems.length;
	const fits = (): boolean => count() >= 2 && count() <= maxLanes;
	return new Promise(resolve => {
		pick.onDidChangeSelection(() => {
			pick.title = fits()
				? 'Models Side by Side'
				: `Models Side by Side: ${count()} chosen, two to ${maxLanes} are shown`;
		});
		pick.onDidAccept(() => {
			if (fits()) {
				resolve(pick.selectedItems.map(({ label }) => label));
				pick.hide();
			}
		});
		pick.onDidHide(() => {
			resolve(undefined);
			pick.dispose();
		});
		pick.show();
	});
}
