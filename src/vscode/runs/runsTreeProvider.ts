import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { RunLibrary } from '../../core/training/runLibrary';
import { CheckpointList } from './checkpointList';
import { hasEnded } from '../../core/training/runState';
import {
	archiveTreeItem,
	checkpointTreeItem,
	noteTreeItem,
	runTreeItem,
	type RunItem,
	type RunTreeItem,
} from './runTreeItem';

/** Milliseconds in which changes of runs are drawn once. */
const pace = 300;

/** The view Runs: newest first, live while it is seen. */
export class RunsTreeProvider implements vscode.TreeDataProvider<RunTreeItem>, Disposable {
	readonly #parts = new DisposableStore();
	readonly #changed = this.#parts.add(new vscode.EventEmitter<RunTreeItem[] | undefined>());
	readonly onDidChangeTreeData = this.#changed.event;
	readonly #watches = new Map<string, Disposable>();
	readonly #checkpoints: CheckpointList;
	/** The same object for the same run, as long as it is listed: a menu that is open means it. */
	readonly #items = new Map<string, RunItem>();
	/** Runs that have changed since the tree was drawn. */
	readonly #pending = new Set<string>();
	#drawn = '';
	#visible = false;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly library: RunLibrary) {
		this.#checkpoints = new CheckpointList(library);
		this.#parts.add(
			library.onDidChange(({ runId }) => {
				this.#pending.add(runId);
				this.#later();
			}),
		);
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

	/** Asks the hosts for checkpoints anew too. */
	refresh(): void {
		this.#checkpoints.forget();
		this.#drawn = '';
		this.#draw();
	}

	dispose(): void {
		clearTimeout(this.#timer);
		this.#visible = false;
		this.#watchUnfinished();
		this.#parts.dispose();
	}

	async getChildren(parent?: RunTreeItem): Promise<RunTreeItem[]> {
		if (parent === undefined) {
			this.#drawn = this.#shape();
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
		return this.#checkpoints.of(parent.runId);
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
			.map(({ id }) => {
				const item = this.#items.get(id) ?? { kind: 'run', runId: id };
				this.#items.set(id, item);
				return item;
			});
	}

	#later(): void {
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			this.#draw();
		}, pace);
	}

	/**
	 * Draws only the runs that have changed: when all of the tree is drawn, VS Code forgets for a
	 * moment what its entries are, and a command of their menus then comes without one.
	 */
	#draw(): void {
		this.#watchUnfinished();
		const shape = this.#shape();
		const changed = [...this.#pending].flatMap(id => this.#items.get(id) ?? []);
		this.#pending.clear();
		if (shape === this.#drawn) {
			this.#changed.fire(changed);
		} else {
			this.#changed.fire(undefined);
		}
	}

	/** Which runs stand where. */
	#shape(): string {
		return this.library
			.list()
			.map(run => `${run.id}${run.archivedAt === undefined ? '' : '-'}`)
			.join();
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
