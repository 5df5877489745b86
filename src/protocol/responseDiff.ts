import type { Finding } from '../core/dataset/findings/finding';
import type { EditUse } from '../core/responses/answerEdit';
import type { LaneMarks, Lens } from '../core/responses/answerMarks';
import type { JudgedView } from '../core/responses/judging/judged';
import type { ChatMessage } from '../core/responses/promptSet';
import type { SharedFloors } from '../core/responses/sharedFloors';
import type { ComparisonStatistics } from '../core/responses/statistics/comparisonStatistics';
import type { SpentVotes } from '../core/responses/spentPrompts';
import type { Rating } from '../core/responses/statistics/ratings';
import type { VotePlan } from '../core/responses/voterSet';
import type { BehaviourRequests } from './answerBehaviour';
import type { CheckpointRequests } from './checkpointAnswers';
import type { RewardMapRequests } from './rewardMap';
import type { SourceNotifications, SourcePageNotifications } from './answerSources';
import type { Side } from './rpc';

/** One line of the prompt list. It says nothing about which model is which. */
export interface PromptEntry {
	readonly id: string;
	/** The user's first turn that is to be answered, cut to one line. */
	readonly title: string;
	readonly tags: readonly string[];
	/** Answers that are there; the page has `lanes` when all are. */
	readonly answers: number;
	readonly voted: boolean;
	/** All answers are there and equal, letter for letter. */
	readonly equal: boolean;
	/** One of its answers is among the longest tenth of this comparison. */
	readonly long: boolean;
	/** One of its answers is a refusal, as the dataset editor finds it. */
	readonly refusal: boolean;
	/** Voters think differently of it; or a vote and a judge, where counts are not held back. */
	readonly disagreement: boolean;
	/** How often this voter put it off. */
	readonly skips: number;
}

export interface GeneratingState {
	/** `running` while answers may still come. */
	readonly state: 'running' | 'stopped' | 'failed';
	readonly done: number;
	readonly total: number;
	/** One sentence; empty while names are hidden, for it may name a model. */
	readonly message: string;
}

/** How this voter's set stands. */
export interface SetView {
	readonly plan: VotePlan;
	/** A vote was given: the plan stands. */
	readonly started: boolean;
	/** There are more than two models to draw pairs from. */
	readonly pairable: boolean;
	/** Prompts of the comparison, each counted once. */
	readonly prompts: number;
	readonly done: number;
	readonly target: number;
	/** Times that a prompt was put off. */
	readonly skips: number;
	/** Counts were shown to this voter: later votes are marked. */
	readonly tallySeen: boolean;
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
	/** Rises whenever other models are shown. */
	readonly choice: number;
	readonly blind: boolean;
	/** Absent when every answer is there. */
	readonly generating?: GeneratingState;
	readonly set: SetView;
	/** Prompts that this voter has voted on. */
	readonly voted: number;
	/** Preference pairs that the votes and edits of this comparison make. */
	readonly pairs: number;
	/** Edited answers that are examples for SFT. */
	readonly examples: number;
	readonly identicalAnswers: number;
	/** Lines of its files that could not be read. */
	readonly brokenLines: number;
	/** What shared text is read beside; empty until it is computed. */
	readonly floors: SharedFloors;
	/** Answers were looked through for refusals, all that are there. */
	readonly checked: boolean;
	/** Several of its models are checkpoints of one run. */
	readonly scrubbable: boolean;
	/** Judges that have judged, each way of judging counted. */
	readonly judges: number;
}

/** Several answers of one model to one prompt; one of them is shown. */
export interface LaneSamples {
	readonly count: number;
	/** From 0. Votes are about the first. */
	readonly shown: number;
	/** Samples that are equal to the one shown, letter for letter, itself too. */
	readonly equal: number;
}

/** Marks for the answers of a prompt as they are shown now. */
export interface MarkedPrompt {
	readonly promptId: string;
	readonly reference: number;
	readonly lens: Lens;
	/** From left to right. */
	readonly lanes: readonly (LaneMarks & {
		/** UTF-16 units of the text that the marks are for: they fit no other. */
		readonly length: number;
	})[];
}

export interface LaneView {
	/** Names the lane in a vote; new in each session and for each prompt, so it tells nothing. */
	readonly key: string;
	/** Absent while it is not there, or held back until all lanes can appear together. */
	readonly text?: string;
	/** Turns before the answer where they are the model's own, as in a second turn. */
	readonly turns?: readonly ChatMessage[];
	/** Only where the model was asked again. Never while names are hidden: it would tell lanes apart. */
	readonly samples?: LaneSamples;
	/** Names that were hidden in the text, where there are any. */
	readonly masked?: number;
	/** No answer will come any more. */
	readonly missing: boolean;
	readonly tokens?: number;
	/** Cut at the token limit. */
	readonly cut: boolean;
	/** The server gave no answer. */
	readonly failed: boolean;
	/** What the checks of datasets say about the answer. Nothing while it is not there. */
	readonly findings: readonly Finding[];
	/** The answer may be edited: names are shown, and it is the one that votes are about. */
	readonly editable?: true;
	/** What this voter made of it. Only where it may be edited. */
	readonly edit?: { readonly text: string; readonly use: EditUse };
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
	/** The prompt had come before: this vote counts in no rate. */
	readonly repeat?: true;
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
	/** Among three models or more, where a share depends on who the others were. */
	readonly rating?: Rating;
}

/** Who won how often. Names models, so the page asks for it only when the user does. */
export interface Tally {
	/** Ratings from the highest down, where there are any; else as the comparison has its models. */
	readonly rows: readonly TallyRow[];
	readonly ties: number;
	readonly bothBad: number;
	readonly voters: number;
	readonly skips: number;
	/** Votes given after the voter had seen counts. */
	readonly afterTally: number;
	readonly statistics: ComparisonStatistics;
	/** Votes on prompts that were exported for training; not in the rows. */
	readonly spent?: SpentVotes;
}

export type VoteRequest = { readonly promptId: string } & (
	| { readonly kind: 'best' | 'worst'; readonly lane: string }
	| { readonly kind: 'tie' | 'bothBad' | 'undo' | 'skip' }
);

/** A prompt that was typed in the page; it is none of the comparison's, and nothing is voted on it. */
export interface AskedView {
	readonly id: string;
	readonly messages: readonly ChatMessage[];
	readonly lanes: readonly LaneView[];
	/** Answers still come. */
	readonly asking: boolean;
	/** Answers that were cut at the limit of tokens, or whose stream broke off. */
	readonly cut: number;
	readonly failed: number;
	/** Models that cannot be asked at once: those of a host, which answer whole sets. */
	readonly unaskable: number;
	/** Host that can let those answer as a job. */
	readonly hostName?: string;
	/** Sentences; none while names are hidden. */
	readonly reasons: readonly string[];
}

/** `none`, or a text that says the same as the answer, takes an edit back. */
export interface EditRequest {
	readonly promptId: string;
	readonly lane: string;
	readonly text: string;
	readonly use: EditUse | 'none';
}

/** What the page listens to. Nothing is sent while it is hidden. */
export interface ResponseDiffPage extends Side {
	requests: Record<never, never>;
	notifications: SourcePageNotifications & {
		/** A snapshot, whenever the page appears and when something changed. */
		comparisonChanged: ComparisonOverview;
		/** The prompt that was asked for last, when it changed. */
		promptChanged: PromptView;
		/** What was asked, whenever it has grown. */
		askedChanged: AskedView;
		/** What is known of reward maps may be new. */
		rewardMapsChanged: Record<never, never>;
		/** The comparison cannot be shown; a sentence for people. */
		comparisonFailed: { readonly message: string };
	};
}

type LoadRequests = BehaviourRequests & CheckpointRequests & RewardMapRequests;

/** What the extension host does for the page. */
export interface ResponseDiffHost extends Side {
	requests: LoadRequests & {
		/** Undefined when there is no such prompt (any more). */
		loadPrompt: { params: { readonly index: number }; result: PromptView | undefined };
		/** The same ahead of time: the prompt in view stays what it is. */
		prepare: { params: { readonly index: number }; result: PromptView | undefined };
		/** The prompt as it is after the vote; undefined when the vote could not be kept. */
		vote: { params: VoteRequest; result: PromptView | undefined };
		/** The prompt as it is after the edit; undefined when the edit could not be kept. */
		editAnswer: { params: EditRequest; result: PromptView | undefined };
		/** Undefined when there is no such prompt, or its answers could not be compared. */
		loadMarks: {
			params: { readonly index: number; readonly reference: number; readonly lens: Lens };
			result: MarkedPrompt | undefined;
		};
		/** Another sample of a lane; the prompt as it is then. */
		showSample: {
			params: { readonly promptId: string; readonly lane: string; readonly sample: number };
			result: PromptView | undefined;
		};
		setBlind: { params: { readonly blind: boolean }; result: PromptView | undefined };
		/** Before the first vote only. */
		setPlan: { params: VotePlan; result: PromptView | undefined };
		/** Undefined while the set is not done, unless the voter ends it. */
		loadTally: { params: { readonly end: boolean }; result: Tally | undefined };
		/** Undefined while counts are held back from this voter. */
		loadJudged: { params: Record<never, never>; result: readonly JudgedView[] | undefined };
	};
	notifications: SourceNotifications & {
		refreshAsked: Record<never, never>;
		preferencesAsked: Record<never, never>;
		trainingAsked: Record<never, never>;
		exportAsked: Record<never, never>;
		/** Puts a prompt to all models at once; what was asked before is given up. */
		promptAsked: { readonly text: string };
		/** Lets the models of the host answer what was asked. */
		hostAsked: Record<never, never>;
		/** What is being asked is given up. */
		askedLeft: Record<never, never>;
		/** What was asked is to be kept in a prompt set. */
		keepAsked: Record<never, never>;
		/** The prompt is to be pinned to a regression set. */
		pinAsked: { readonly promptId: string };
		logAsked: Record<never, never>;
		/** A run that scores, or what is being begun where it names none. */
		rewardMapStopAsked: { readonly runId?: string };
		/** The page of a run that scores. */
		runAsked: { readonly runId: string };
		judgeAsked: Record<never, never>;
		/** Which of more than six models are shown is chosen in the editor, as their names are. */
		modelsAsked: Record<never, never>;
		generateAsked: Record<never, never>;
		/** Two answers in VS Code's diff editor; keys of lanes. */
		diffEditorAsked: {
			readonly promptId: string;
			readonly reference: string;
			readonly other: string;
		};
		/** Many prompts in the multi-diff editor: every lane against the one at `reference`. */
		allDiffsAsked: { readonly promptIds: readonly string[]; readonly reference: number };
	};
}
