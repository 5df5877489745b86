import type { Finding } from '../core/dataset/findings/finding';
import type { ChatMessage } from '../core/responses/promptSet';
import type { Side } from './rpc';

/** One line of the prompt list. It says nothing about which model is which. */
export interface PromptEntry {
	readonly id: string;
	/** The last user turn, cut to one line. */
	readonly title: string;
	readonly tags: readonly string[];
	/** Answers that are there; the page has `lanes` when all are. */
	readonly answers: number;
	readonly voted: boolean;
	/** All answers are there and equal, letter for letter. */
	readonly equal: boolean;
}

export interface GeneratingState {
	/** `running` while answers may still come. */
	readonly state: 'running' | 'stopped' | 'failed';
	readonly done: number;
	readonly total: number;
	/** One sentence; empty while names are hidden, for it may name a model. */
	readonly message: string;
}

/** What the page shows around the answers. Holds no model's name while `blind`. */
export interface ComparisonOverview {
	readonly comparisonId: string;
	readonly title: string;
	readonly prompts: readonly PromptEntry[];
	/** Lanes shown side by side. */
	readonly lanes: number;
	/** Models of the comparison beyond those shown. */
	readonly moreModels: number;
	readonly blind: boolean;
	/** Absent when every answer is there. */
	readonly generating?: GeneratingState;
	/** Prompts that this voter has voted on. */
	readonly voted: number;
	/** Preference pairs that the votes of this comparison make. */
	readonly pairs: number;
	readonly identicalAnswers: number;
	/** Lines of its files that could not be read. */
	readonly brokenLines: number;
	/** Mean share of words that answers to two different prompts have in common, 0–1. */
	readonly sharedFloor?: number;
}

export interface LaneView {
	/** Names the lane in a vote; new in each session and for each prompt, so it tells nothing. */
	readonly key: string;
	/** Absent while it is not there, or held back until all lanes can appear together. */
	readonly text?: string;
	/** No answer will come any more. */
	readonly missing: boolean;
	readonly tokens?: number;
	/** Cut at the token limit. */
	readonly cut: boolean;
	/** The server gave no answer. */
	readonly failed: boolean;
	/** What the checks of datasets say about the answer. Nothing while it is not there. */
	readonly findings: readonly Finding[];
	/** Only when names are shown, or after the vote on this prompt. */
	readonly model?: { readonly label: string; readonly ref: string };
}

export interface PromptVote {
	readonly verdict: 'best' | 'tie' | 'bothBad';
	/** Keys of lanes. */
	readonly best?: string;
	readonly worst?: string;
	readonly blind: boolean;
	/** Preference pairs that this vote makes. */
	readonly pairs: number;
	/** Why other pairs were left out, one phrase each. */
	readonly leftOut: readonly string[];
}

export interface PromptView {
	readonly index: number;
	readonly id: string;
	readonly messages: readonly ChatMessage[];
	readonly tags: readonly string[];
	/** A reference answer written by a person, from the prompt set. */
	readonly reference?: string;
	readonly lanes: readonly LaneView[];
	readonly vote?: PromptVote;
	/** A vote can be given: enough answers are there. */
	readonly votable: boolean;
}

export interface TallyRow {
	readonly label: string;
	readonly ref: string;
	/** Prompts won; fractional where several voters differ. */
	readonly wins: number;
	/** Prompts with a best where this model was shown. */
	readonly decided: number;
	/** 95% Wilson interval of wins / decided. */
	readonly interval?: { readonly low: number; readonly high: number };
}

/** Who won how often. Names models, so the page asks for it only when the user does. */
export interface Tally {
	readonly rows: readonly TallyRow[];
	readonly ties: number;
	readonly bothBad: number;
	readonly voters: number;
}

export type VoteRequest = { readonly promptId: string } & (
	| { readonly kind: 'best' | 'worst'; readonly lane: string }
	| { readonly kind: 'tie' | 'bothBad' | 'undo' }
);

/** What the page listens to. Nothing is sent while it is hidden. */
export interface ResponseDiffPage extends Side {
	requests: Record<never, never>;
	notifications: {
		/** A snapshot, whenever the page appears and when something changed. */
		comparisonChanged: ComparisonOverview;
		/** The prompt that was asked for last, when it changed. */
		promptChanged: PromptView;
		/** The comparison cannot be shown; a sentence for people. */
		comparisonFailed: { readonly message: string };
	};
}

/** What the extension host does for the page. */
export interface ResponseDiffHost extends Side {
	requests: {
		/** Undefined when there is no such prompt (any more). */
		loadPrompt: { params: { readonly index: number }; result: PromptView | undefined };
		/** The prompt as it is after the vote; undefined when the vote could not be kept. */
		vote: { params: VoteRequest; result: PromptView | undefined };
		setBlind: { params: { readonly blind: boolean }; result: PromptView | undefined };
		loadTally: { params: Record<never, never>; result: Tally };
	};
	notifications: {
		refreshAsked: Record<never, never>;
		preferencesAsked: Record<never, never>;
		trainingAsked: Record<never, never>;
		logAsked: Record<never, never>;
	};
}
