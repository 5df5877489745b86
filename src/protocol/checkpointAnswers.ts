import type { TextMark } from '../core/responses/answerMarks';

/** What one checkpoint of a run answered, beside the checkpoint before it. */
export type CheckpointView =
	/** Names are hidden: which answers are of one run would tell which is whose. */
	| { readonly kind: 'hidden' }
	/** The comparison has of no run several checkpoints. */
	| { readonly kind: 'none' }
	| {
			readonly kind: 'shown';
			readonly runs: readonly { readonly run: string; readonly name: string }[];
			readonly run: string;
			/** Of the run, rising. */
			readonly steps: readonly number[];
			/** Place in `steps`. */
			readonly at: number;
			/** Of the model. */
			readonly label: string;
			/** Absent while it is not there. */
			readonly text?: string;
			/** What differs from the answer of the checkpoint before; empty at the first. */
			readonly marks: readonly TextMark[];
			/** The answer is that of the checkpoint before, letter for letter. */
			readonly isSame: boolean;
	  };

export type CheckpointRequests = {
	/** Without a run the first, without a place the newest checkpoint. Undefined for a prompt that is gone. */
	loadCheckpoint: {
		params: { readonly promptId: string; readonly run?: string; readonly at?: number };
		result: CheckpointView | undefined;
	};
};
