import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { messageFor } from '../../core/base/errorMessages';
import type { RunLibrary } from '../../core/training/runLibrary';
import { hasEnded } from '../../core/training/runState';
import {
	archiveTreeItem,
	checkpointItems,
	checkpointTreeItem,
	noteTreeItem,
	runTreeItem,
	type RunTreeItem,
} from './runTreeItem';

/** Milliseconds in which changes of runs are drawn once. */
const pace = 300;

/** The view Runs: newest first, live while it is seen. */
export class RunsTreeProvider implements vscode.TreeDataProvider<RunTreeItem>, Disposable {
	readonly #parts = new DisposableStore();
	readonly #changed = this.#parts.add(new vscode.EventEmitter<void>());
	readonly onDidChangeTreeData = this.#changed.event;
	readonly #watches = new Map<string, Disposable>();
	#visible = false;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly library: RunLibrary) {
		this.#parts.add(library.onDidChange(() => this.#later()));
	}

	/** Follows unfinished runs while the view is seen. */
	attach(view: vscode.TreeView<RunTreeItem>): void {
		const follow = (visible: boolean): void => {
			this.#visible = visible;
			this.#watchUnfinished();
		};
		this.#parts.add(view.onDidChangeVisibility(({ visible }) => follow(visible)));
		follow(view.visible);
	}

	refresh(): void {
		this.#watchUnfinished();
		this.#changed.fire();
	}

	dispose(): void {
		clearTimeout(this.#timer);
		this.#visible = false;
		this.#watchUnfinished();
		this.#parts.dispose();
	}

	async getChildren(parent?: RunTreeItem): Promise<RunTreeItem[]> {
		if (parent === undefined) {
			const archived = this.#runs(true);
			return archived.length === 0
				? this.#runs(false)
				: [...this.#runs(false), { kind: 'archive', count: archived.length }];
		}
		if (parent.kind === 'archive') {
			return this.#runs(true);
		}
		if (parent.kind !== 'run') {
			return [];
		}
		const checkpoints = await this.library.checkpoints(parent.runId);
		return checkpoints.ok
			? checkpointItems(
					parent.runId,
					checkpoints.value,
					this.library.get(parent.runId)?.state,
					this.library.runDir(parent.runId) ?? '',
				)
			: [{ kind: 'note', text: messageFor(checkpoints.error) }];
	}

	getTreeItem(item: RunTreeItem): vscode.TreeItem {
		if (item.kind === 'checkpoint') {
			return checkpointTreeItem(item);
		}
		if (item.kind === 'archive') {
			return archiveTreeItem(item);
		}
		if (item.kind === 'note') {
			return noteTreeItem(item);
		}
		const run = this.library.get(item.runId);
		return run === undefined
			? new vscode.TreeItem(item.runId)
			: runTreeItem(run, this.library.origin(run.id));
	}

	#runs(archived: boolean): RunTreeItem[] {
		return this.library
			.list()
			.filter(run => (run.archivedAt !== undefined) === archived)
			.map(({ id }) => ({ kind: 'run', runId: id }));
	}

	#later(): void {
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			this.refresh();
		}, pace);
	}

	#watchUnfinished(): void {
		const wanted = new Set(
			this.#visible
				? this.library
						.list()
						.filter(run => !hasEnded(run.state))
						.map(run => run.id)
				: [],
		);
		for (const [runId, watch] of this.#watches) {
			if (!wanted.has(runId)) {
				this.#watches.delete(runId);
				watch.dispose();
			}
		}
		for (const runId of wanted) {
			if (!this.#watches.has(runId)) {
				this.#watches.set(runId, this.library.watch(runId));
			}
		}
	}
}
