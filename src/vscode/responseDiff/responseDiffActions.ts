import type { WindsockError } from '../../core/base/errors';
import type { LiveAnswerer } from '../../core/responses/liveAnswerer';
import type { ChatMessage } from '../../core/responses/promptSet';
import type { AnswerDiff } from './answerDiffs';

/** What the page asks for that needs the editor. */
export interface ResponseDiffActions {
	openPreferences(): void;
	trainOnVotes(): void;
	exportVotes(): void;
	pinPrompt(promptId: string): void;
	/** Undefined for a model that cannot be asked at once. */
	answererFor(ref: string): Promise<LiveAnswerer | undefined>;
	/** Keeps a prompt in a set of the user's choice. */
	keepPrompt(messages: readonly ChatMessage[]): void;
	showLog(): void;
	/** Lets a judge compare the answers. */
	judge(): void;
	showError(error: WindsockError): void;
	/** Rows edited by hand were moved to this file before new ones were written. */
	editsSetAside(path: string): void;
	retitle(title: string): void;
	/** Shows pairs of answers in editors of VS Code; more than one in the multi-diff editor. */
	openDiffs(title: string, diffs: readonly AnswerDiff[]): void;
}
