import type { KeptView } from '../../protocol/runMonitor';

/** What is used of VS Code's memory of a workspace. */
export interface ViewMemory {
	get(key: string): unknown;
	update(key: string, value: unknown): PromiseLike<void>;
}

const memoryKey = 'windsock.runMonitor.views';
/** Tabs that are remembered; those of windows that were never opened again are dropped in time. */
const most = 32;

/**
 * How the run monitors of a workspace are looked at, by tab. The editor keeps a picture of each page
 * as well, but takes it now and then only; of both the newer counts.
 */
export class MonitorViews {
	readonly #views: Map<string, KeptView>;

	constructor(private readonly memory: ViewMemory) {
		const kept = memory.get(memoryKey);
		this.#views = new Map(
			(Array.isArray(kept) ? (kept as unknown[]) : []).flatMap(view =>
				isKeptView(view) && view.panel !== undefined ? [[view.panel, view] as const] : [],
			),
		);
	}

	get(panel: string): KeptView | undefined {
		return this.#views.get(panel);
	}

	keep(panel: string, view: unknown): void {
		if (isKeptView(view)) {
			this.#views.delete(panel);
			this.#views.set(panel, { ...view, panel });
			this.#save();
		}
	}

	/** The tab was closed. */
	forget(panel: string): void {
		if (this.#views.delete(panel)) {
			this.#save();
		}
	}

	#save(): void {
		void this.memory.update(memoryKey, [...this.#views.values()].slice(-most));
	}
}

/** The part that the extension host reads; the rest is the page's business. */
export function isKeptView(value: unknown): value is KeptView {
	if (typeof value !== 'object' || value === null) {
		return false;
	}
	const { runIds, changedAt, panel } = value as Partial<Record<keyof KeptView, unknown>>;
	return (
		Array.isArray(runIds) &&
		runIds.every(runId => typeof runId === 'string') &&
		(changedAt === undefined || typeof changedAt === 'number') &&
		(panel === undefined || typeof panel === 'string')
	);
}

/** The one that a person changed last. */
export function newerView(a: KeptView | undefined, b: KeptView | undefined): KeptView | undefined {
	return (b?.changedAt ?? -1) > (a?.changedAt ?? -1) ? b : (a ?? b);
}
