import type {
	PreflightDataset,
	PreflightDisk,
	PreflightMemory,
} from '../core/contract/runFiles.generated';
import type { PreflightSeverity } from '../core/training/preflight/preflightReport';
import type { Side } from './rpc';

/** One kind of finding about one dataset, the recipe or the host. */
export interface PreflightEntry {
	/** Place among the kinds of the report. */
	readonly index: number;
	readonly severity: PreflightSeverity;
	readonly name: string;
	/** Without capital letter and full stop. */
	readonly sentence: string;
	/** Without a full stop. */
	readonly advice: string;
	/** Name of the dataset's file, the key of the recipe, or what else it is about. */
	readonly about: string;
	/** How many rows and the first of them; empty for a whole. */
	readonly rows: string;
	/** What a click on it opens: rows of a dataset, or the recipe. */
	readonly opens: 'rows' | 'recipe' | 'nothing';
	/** The keys that one click would set, as a recipe has them; absent where there are none. */
	readonly fix?: string;
}

/** Everything a page shows. */
export interface PreflightSnapshot {
	/** Name of the recipe's file. */
	readonly recipe: string;
	readonly hostName: string;
	/** It is being checked now. */
	readonly isRunning: boolean;
	/** Why it did not come to its end, as a sentence. */
	readonly failure?: string;
	readonly seconds?: number;
	readonly entries: readonly PreflightEntry[];
	readonly datasets: readonly (PreflightDataset & { readonly name: string })[];
	readonly memory?: PreflightMemory;
	readonly disk?: PreflightDisk;
	readonly versions: readonly (readonly [name: string, version: string])[];
}

/** What the page listens to. Nothing is sent while it is hidden. */
export interface PreflightPage extends Side {
	requests: Record<never, never>;
	notifications: { snapshotTaken: PreflightSnapshot };
}

/** What the extension host does for the page. */
export interface PreflightHost extends Side {
	requests: Record<never, never>;
	notifications: {
		entryOpened: { readonly index: number };
		/** Sets the keys of an entry in the recipe. */
		fixAsked: { readonly index: number };
		/** Sets the keys that would make the memory fit. */
		memoryFixAsked: Record<never, never>;
		checkAsked: { readonly withProbe: boolean };
		launchAsked: Record<never, never>;
	};
}
