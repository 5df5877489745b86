import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { Comparison } from '../../core/responses/comparison';
import type { RunLibrary } from '../../core/training/runLibrary';
import type { ComparisonStore } from '../../node/responses/comparisonStore';
import { preferenceRows } from '../../node/responses/preferenceFiles';

/** A comparison in the tree; commands get it as their argument. */
export interface ComparisonItem {
	readonly kind: 'comparison';
	readonly comparisonId: string;
	readonly comparison: Comparison;
}

/** The preference pairs of all votes, shown above the comparisons once there are any. */
interface PreferencesItem {
	readonly kind: 'preferences';
	readonly pairs: number;
}

export type ComparisonTreeItem = ComparisonItem | PreferencesItem;

/** Milliseconds in which changes while answers arrive are drawn once. */
const pace = 500;

/** The view Comparisons: newest first. */
export class ComparisonsTreeProvider
	implements vscode.TreeDataProvider<ComparisonTreeItem>, Disposable
{
	readonly #disposables = new DisposableStore();
	readonly #changed = this.#disposables.add(new vscode.EventEmitter<void>());
	readonly onDidChangeTreeData = this.#changed.event;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(
		private readonly store: ComparisonStore,
		private readonly library: RunLibrary,
	) {
		const later = (): void => {
			this.#timer ??= setTimeout(() => this.refresh(), pace);
		};
		this.#disposables.add(store.onDidChange(later));
		this.#disposables.add(
			library.onDidChange(({ runId }) => {
				if (library.get(runId)?.kind === 'generate') {
					later();
				}
			}),
		);
	}

	refresh(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#changed.fire();
	}

	dispose(): void {
		clearTimeout(this.#timer);
		this.#disposables.dispose();
	}

	async getChildren(parent?: ComparisonTreeItem): Promise<ComparisonTreeItem[]> {
		if (parent) {
			return [];
		}
		const comparisons = await this.store.list();
		const { rows } = preferenceRows(comparisons);
		return [
			...(rows.length > 0 ? [{ kind: 'preferences' as const, pairs: rows.length }] : []),
			...comparisons.map(comparison => ({
				kind: 'comparison' as const,
				comparisonId: comparison.header.id,
				comparison,
			})),
		];
	}

	getTreeItem(item: ComparisonTreeItem): vscode.TreeItem {
		return item.kind === 'preferences' ? preferencesItem(item) : this.#comparisonItem(item);
	}

	#comparisonItem({ comparisonId, comparison }: ComparisonItem): vscode.TreeItem {
		const { header, prompts, votes } = comparison;
		const item = new vscode.TreeItem(header.name);
		const state = header.runId === undefined ? undefined : this.library.get(header.runId)?.state;
		const busy = state === 'queued' || state === 'preparing' || state === 'running';
		const voted = new Set(votes.map(vote => vote.promptId)).size;
		item.id = comparisonId;
		item.description = [
			count(header.models.length, 'model'),
			count(prompts.length, 'prompt'),
			...(voted > 0 ? [`${voted} voted`] : []),
			...(busy ? ['generating'] : state === 'failed' ? ['failed'] : []),
		].join(' · ');
		// Models are not listed here: the tooltip would tell what a blind vote must not know.
		item.tooltip = [
			header.name,
			header.createdAt === '' ? '' : new Date(header.createdAt).toLocaleString(),
			header.hostName === undefined ? '' : `on ${header.hostName}`,
		]
			.filter(line => line !== '')
			.join('\n');
		item.contextValue = 'comparison';
		item.iconPath = new vscode.ThemeIcon(busy ? 'sync~spin' : 'diff');
		item.command = {
			command: 'windsock.comparison.open',
			title: 'Open Comparison',
			arguments: [comparisonId],
		};
		return item;
	}
}

function preferencesItem({ pairs }: PreferencesItem): vscode.TreeItem {
	const item = new vscode.TreeItem('Preference pairs from votes');
	item.id = 'preferences';
	item.description = count(pairs, 'pair');
	item.contextValue = 'preferences';
	item.iconPath = new vscode.ThemeIcon('checklist');
	item.command = { command: 'windsock.comparison.openPreferences', title: 'Open Preference Pairs' };
	return item;
}

function count(n: number, noun: string): string {
	return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
