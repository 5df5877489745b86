import * as vscode from 'vscode';
import { readHubLocation, type HubLocation } from '../../core/dataset/hub/hubLocation';
import type { HubMemory } from './hubMemory';

const remove: vscode.QuickInputButton = {
	iconPath: new vscode.ThemeIcon('close'),
	tooltip: 'Remove from This List',
};
const howToName =
	'Write owner/name, hf://datasets/owner/name@revision/path, or the address of its page';
const icon = new vscode.ThemeIcon('database');

/**
 * Lets a person write or paste what names a dataset of the Hub, or take one that was opened lately.
 * `undefined` when they leave.
 *
 * @param named what stands there to begin with
 */
export function pickHubDataset(
	memory: HubMemory,
	named: string | undefined,
): Promise<HubLocation | undefined> {
	const pick = vscode.window.createQuickPick();
	const { promise, resolve } = Promise.withResolvers<HubLocation | undefined>();
	pick.title = 'Open Hub Dataset';
	pick.placeholder = howToName;
	pick.ignoreFocusOut = true;
	pick.matchOnDescription = true;
	const show = (): void => {
		const typed = pick.value.trim();
		const recent = memory
			.get()
			.filter(location => location !== typed)
			.map(label => ({ label, iconPath: icon, buttons: [remove] }));
		const written = typed === '' ? [] : [writtenItem(typed)];
		const group = { label: 'opened lately', kind: vscode.QuickPickItemKind.Separator };
		pick.items = [...written, ...(recent.length > 0 ? [group, ...recent] : [])];
	};
	const take = (text: string): void => {
		const read = readHubLocation(text);
		if (read.ok) {
			resolve(read.value);
			pick.hide();
		}
	};
	pick.onDidChangeValue(show);
	pick.onDidAccept(() => {
		const [item] = pick.activeItems;
		// Enter may come before the list has what was just pasted.
		take(item && item.alwaysShow !== true ? item.label : pick.value);
	});
	pick.onDidTriggerItemButton(({ item }) => void memory.forget(item.label).then(show));
	pick.onDidHide(() => {
		resolve(undefined);
		pick.dispose();
	});
	pick.value = named ?? '';
	show();
	pick.show();
	return promise;
}

function writtenItem(typed: string): vscode.QuickPickItem {
	const read = readHubLocation(typed);
	return read.ok
		? { label: typed, description: 'open it', alwaysShow: true, iconPath: icon }
		: { label: typed, detail: `This names no dataset. ${howToName}`, alwaysShow: true };
}
