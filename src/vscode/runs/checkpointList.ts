import { messageFor } from '../../core/base/errorMessages';
import type { RunLibrary } from '../../core/training/runLibrary';
import { hasEnded } from '../../core/training/runState';
import { checkpointItems, type RunTreeItem } from './runTreeItem';

/** Milliseconds after which the checkpoints of a run that goes on are asked for anew. */
const fresh = 10_000;

interface Listed {
	readonly key: string;
	readonly at: number;
	readonly items: Promise<RunTreeItem[]>;
}

/**
 * The checkpoints under runs, asked for once: the tree is drawn anew with every step of any run,
 * and a question over the network each time would also leave its entries without meaning for as
 * long as it takes.
 */
export class CheckpointList {
	readonly #listed = new Map<string, Listed>();

	constructor(
		private readonly library: RunLibrary,
		private readonly now: () => number = () => performance.now(),
	) {}

	/** Asks again at the next look. */
	forget(): void {
		this.#listed.clear();
	}

	of(runId: string): Promise<RunTreeItem[]> {
		const run = this.library.get(runId);
		const key = `${run?.state} ${run?.attempt}`;
		const known = this.#listed.get(runId);
		const lasts = run !== undefined && hasEnded(run.state);
		if (known?.key === key && (lasts || this.now() - known.at < fresh)) {
			return known.items;
		}
		const items = this.#ask(runId);
		this.#listed.set(runId, { key, at: this.now(), items });
		return items;
	}

	async #ask(runId: string): Promise<RunTreeItem[]> {
		const listed = await this.library.checkpoints(runId);
		if (!listed.ok) {
			this.#listed.delete(runId);
			return [{ kind: 'note', text: messageFor(listed.error) }];
		}
		const state = this.library.get(runId)?.state;
		return checkpointItems(runId, listed.value, state, this.library.runDir(runId) ?? '');
	}
}
