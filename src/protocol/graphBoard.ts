import type { NodeKind } from '../core/graph/graph';
import type { GraphStateName, StageStateName } from '../core/graph/graphState';
import type { ResultTable } from '../core/graph/resultTable';
import type { Side } from './rpc';

/** A stage as its card shows it. */
export interface BoardCard {
	readonly name: string;
	readonly kind: NodeKind;
	/** Of a stage that trains. */
	readonly method?: string;
	/** From 0. */
	readonly column: number;
	readonly state: StageStateName;
	/** Stages that it waits for, or that failed before it. */
	readonly because: readonly string[];
	/** One sentence, or empty. */
	readonly message: string;
	/** Names of the stages that lead to it. */
	readonly from: readonly string[];
	/** “beta 0.1, num_train_epochs 3”: what its matrix chose, or empty. */
	readonly chosen: string;
	readonly runId?: string;
	/** A run of other origin with the same content stands for it. */
	readonly isTaken: boolean;
	readonly hostName?: string;
	readonly step?: number;
	readonly maxSteps?: number;
	readonly seconds?: number;
	/** Stages that a restart runs again, itself first; absent where it cannot be restarted now. */
	readonly again?: readonly string[];
}

/** Everything a board shows. */
export interface BoardPicture {
	readonly name: string;
	readonly description: string;
	/** Path of the graph in the workspace, for people. */
	readonly file: string;
	readonly state: GraphStateName;
	readonly cards: readonly BoardCard[];
	readonly results: ResultTable;
}

export interface BoardState {
	/** Absolute path of the graph; a restarted editor opens it again by that. */
	readonly graph: string;
	/** Absent while there is nothing to show. */
	readonly picture?: BoardPicture;
	/** What is wrong with the file, a sentence each; the picture before it stays. */
	readonly faults: readonly string[];
	/** This window brings the graph on, with these hosts. */
	readonly advancing?: { readonly hosts: readonly string[]; readonly message: string };
	/** Why the last time of bringing it on ended, where that was no success. */
	readonly ended?: string;
	readonly isTrusted: boolean;
}

/** What the page listens to. Nothing is sent while it is hidden. */
export interface GraphBoardPage extends Side {
	requests: Record<never, never>;
	notifications: { boardChanged: BoardState };
}

/** What the extension host does for the page. */
export interface GraphBoardHost extends Side {
	requests: Record<never, never>;
	notifications: {
		runAsked: Record<never, never>;
		/** Nothing new starts; what runs goes on. */
		pauseAsked: Record<never, never>;
		restartAsked: { readonly stage: string };
		/** Shows what the stage came to: metrics, answers or data. */
		stageOpened: { readonly stage: string };
		fileOpened: Record<never, never>;
	};
}
