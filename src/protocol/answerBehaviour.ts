import type { BehaviourReport } from '../core/responses/behaviour/behaviourReport';

/** What the page is told of how models answer. */
export type BehaviourAnswer =
	/** Names are hidden: a rate of a model would tell which answer is whose. */
	| { readonly kind: 'hidden' }
	| { readonly kind: 'failed' }
	| {
			readonly kind: 'found';
			/** Of the models that are shown, in the order of their lanes. */
			readonly report: BehaviourReport;
			/** Tags with prompts enough to say something by themselves. */
			readonly tags: readonly { readonly tag: string; readonly prompts: number }[];
			/** Answers of the whole comparison when it was looked through. */
			readonly answers: number;
	  };

// A type, since an interface is no part of a `Side`.
export type BehaviourRequests = {
	loadBehaviour: {
		/** Place of the lane that the others are compared with, −1 for none; `tag` empty for all prompts. */
		params: { readonly reference: number; readonly tag: string };
		result: BehaviourAnswer;
	};
};
