import * as vscode from 'vscode';
import type { HostDirectory, HostEntry } from '../../core/hosts/hostDirectory';

export interface HostQuestion {
	readonly title: string;
	readonly placeHolder: string;
	/** Names that stand first, and why. */
	readonly first?: { readonly names: readonly string[]; readonly because: string };
	/** A host that is not offered. */
	readonly without?: string | undefined;
}

/** The name of the host that a person chooses, asked also when there is only one. */
export async function pickHost(
	hosts: HostDirectory,
	{ title, placeHolder, first, without }: HostQuestion,
): Promise<string | undefined> {
	const isFirst = ({ name }: HostEntry): boolean => first?.names.includes(name) === true;
	const entries = (await hosts.entries()).filter(({ name }) => name !== without);
	const items = [...entries.filter(isFirst), ...entries.filter(entry => !isFirst(entry))].map(
		entry => {
			const where = entry.source === 'local' ? `this machine, ${entry.address}` : entry.address;
			return {
				label: entry.name,
				description: [where, ...(first && isFirst(entry) ? [first.because] : [])].join(' · '),
				iconPath: new vscode.ThemeIcon(entry.source === 'local' ? 'device-desktop' : 'remote'),
			};
		},
	);
	const picked = await vscode.window.showQuickPick(items, {
		ignoreFocusOut: true,
		title,
		placeHolder,
		matchOnDescription: true,
	});
	return picked?.label;
}
