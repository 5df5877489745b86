import type { PreflightSeverity } from '../core/training/preflight/preflightReport';

/** What the last check of a recipe on a host says of a dataset. */
export interface PreflightState {
	readonly hostName: string;
	/** Name of the recipe's file. */
	readonly recipe: string;
	/** The file was written by something else since, so that no row is marked. */
	readonly isOutdated: boolean;
	readonly kinds: readonly PreflightKindState[];
}

export interface PreflightKindState {
	readonly code: string;
	readonly severity: PreflightSeverity;
	readonly name: string;
	/** Without capital letter and full stop. */
	readonly sentence: string;
	/** Without a full stop. */
	readonly advice: string;
	/** Rows that the check found; 0 for what is said of the whole dataset. */
	readonly found: number;
	/** Rows of those that were not changed since. */
	readonly left: number;
}

// A type, since RPC wants what has an index signature.
export type PreflightRequests = {
	/** Labels the rows of a kind `drop`: training leaves them out, and the file stays as it is. */
	dropPreflight: {
		params: { readonly code: string };
		result:
			| { readonly ok: true; readonly value: null }
			| { readonly ok: false; readonly message: string };
	};
	/** Checks the recipe again on the same host. */
	checkAgain: { params: null; result: void };
};
