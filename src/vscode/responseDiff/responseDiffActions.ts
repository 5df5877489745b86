import type { WindsockError } from '../../core/base/errors';
import type { AskOnHost } from '../../core/responses/hostAnswers';
import type { LiveAnswerer } from '../../core/responses/liveAnswerer';
import type { ChatMessage } from '../../core/responses/promptSet';
import type { AnswerAnalysis } from '../../node/responses/answerAnalysis';
import type { SourcePorts } from './answerSources';
import type { BehaviourAnswers } from './behaviourAnswers';
import type { AnswerDiff } from './answerDiffs';

/** What the page asks for that needs the editor. */
export interface ResponseDiffActions {
	openPreferences(): void;
	trainOnVotes(): void;
	exportVotes(): void;
	pinPrompt(promptId: string): void;
	/** Undefined for a model that cannot be asked at once. */
	answererFor(ref: string): Promise<LiveAnswerer | undefined>;
	/** Lets models of a host answer one prompt. */
	askOnHost: AskOnHost;
	/** Keeps a prompt in a set of the user's choice. */
	keepPrompt(messages: readonly ChatMessage[]): void;
	showLog(): void;
	showRun(runId: string): void;
	/** Lets a judge compare the answers. */
	judge(): void;
	showError(error: WindsockError): void;
	/** Rows edited by hand were moved to this file before new ones were written. */
	editsSetAside(path: string): void;
	retitle(title: string): void;
	/** Shows pairs of answers in editors of VS Code; more than one in the multi-diff editor. */
	openDiffs(title: string, diffs: readonly AnswerDiff[]): void;
	generate(): void;
	/** Two to six of these labels; undefined when the user declined. */
	readonly chooseModels: (
		labels: readonly string[],
		shown: readonly string[],
	) => Promise<readonly string[] | undefined>;
	/** Sources were asked for with nothing selected. */
	selectionMissing(): void;
}

/** What reads answers for a comparison beside its own thread. */
export interface AnswerReading {
	readonly analysis: AnswerAnalysis;
	readonly behaviour: BehaviourAnswers;
	readonly sources: SourcePorts;
}
