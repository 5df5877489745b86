import * as vscode from 'vscode';
import type { HostFact } from '../../node/hosts/hostCard';

const icons: Readonly<Record<HostFact['kind'], vscode.ThemeIcon>> = {
	gpu: new vscode.ThemeIcon('circuit-board'),
	disk: new vscode.ThemeIcon('database'),
	machine: new vscode.ThemeIcon('server'),
	python: new vscode.ThemeIcon('symbol-namespace'),
	scheduler: new vscode.ThemeIcon('list-ordered'),
	link: new vscode.ThemeIcon('pulse'),
	error: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
	warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
	info: new vscode.ThemeIcon('lightbulb'),
};

/** One line of a host's card in the tree. All its words come from the host, and are shown as text. */
export function hostFactItem(host: string, fact: HostFact): vscode.TreeItem {
	const item = new vscode.TreeItem(fact.label);
	item.id = `${host}/${fact.id}`;
	item.description = fact.value;
	item.iconPath = icons[fact.kind];
	item.tooltip =
		fact.details.length === 0 ? `${fact.label}: ${fact.value}` : fact.details.join('\n');
	item.contextValue = ['error', 'warning', 'info'].includes(fact.kind) ? 'hostFinding' : 'hostFact';
	item.accessibilityInformation = { label: [fact.label, fact.value].filter(Boolean).join(', ') };
	return item;
}
