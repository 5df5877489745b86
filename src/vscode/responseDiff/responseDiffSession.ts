import { createHash, randomBytes } from 'node:crypto';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { messageFor } from '../../core/base/errorMessages';
import type { WindsockError } from '../../core/base/errors';
import { ownPhrases, type PhraseList } from '../../core/dataset/findings/phraseList';
import type { Comparison } from '../../core/responses/comparison';
import type { RunLibrary } from '../../core/training/runLibrary';
import type { ComparisonStore, VoteInput } from '../../node/responses/comparisonStore';
import type {
	PromptView,
	ResponseDiffHost,
	ResponseDiffPage,
	Tally,
	VoteRequest,
} from '../../protocol/responseDiff';
import { Rpc, type MessagePort } from '../../protocol/rpc';
import {
	neutralTitle,
	orderOf,
	overviewOf,
	promptView,
	tallyOf,
	type ViewContext,
} from './comparisonViews';

/** Milliseconds between two snapshots to the page while answers arrive. */
const pace = 100;

/** What the page asks for that needs the editor. */
export interface ResponseDiffActions {
	openPreferences(): void;
	trainOnVotes(): void;
	showLog(): void;
	showError(error: WindsockError): void;
	/** Rows edited by hand were moved to this file before new ones were written. */
	editsSetAside(path: string): void;
	retitle(title: string): void;
}

/**
 * One open comparison. While its page is there the comparison is watched and the page gets a
 * snapshot after each change; hidden, nothing is sent. While blind, nothing that is sent names a
 * model, but for prompts that this voter has voted on.
 */
export class ResponseDiffSession implements Disposable {
	readonly #disposables = new DisposableStore();
	readonly #rpc: Rpc<ResponseDiffHost, ResponseDiffPage>;
	readonly #secret = randomBytes(16).toString('hex');
	#comparison: Comparison | undefined;
	#blind = true;
	#phrases: PhraseList = ownPhrases;
	#promptId: string | undefined;
	/** Prompts whose names this page has seen: a later vote on them is not blind. */
	readonly #revealed = new Set<string>();
	#sentPrompt = '';
	#watch: Disposable | undefined;
	#runWatch: Disposable | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(
		readonly comparisonId: string,
		private readonly store: ComparisonStore,
		private readonly runs: Pick<RunLibrary, 'get' | 'watch' | 'onDidChange'>,
		private readonly voter: string,
		port: MessagePort,
		private readonly actions: ResponseDiffActions,
	) {
		this.#rpc = this.#disposables.add(
			new Rpc<ResponseDiffHost, ResponseDiffPage>(
				port,
				{
					loadPrompt: ({ index }) => this.#loadPrompt(index),
					vote: request => this.#vote(request),
					setBlind: ({ blind }) => this.#setBlind(blind),
					loadTally: () => this.#tally(),
				},
				{
					refreshAsked: () => void this.#send(),
					preferencesAsked: () => this.actions.openPreferences(),
					trainingAsked: () => this.actions.trainOnVotes(),
					logAsked: () => this.actions.showLog(),
				},
				() => this.#begin(),
			),
		);
		this.#disposables.add(
			store.onDidChange(({ comparisonId }) => {
				if (comparisonId === this.comparisonId) {
					this.#note();
				}
			}),
		);
		this.#disposables.add(
			runs.onDidChange(({ runId }) => {
				if (runId === this.#comparison?.header.runId) {
					this.#note();
				}
			}),
		);
		this.#disposables.add({ dispose: () => this.hide() });
	}

	/** The page is out of sight; when it is seen again it is a new page and says that it is ready. */
	hide(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#watch?.dispose();
		this.#watch = undefined;
		this.#runWatch?.dispose();
		this.#runWatch = undefined;
	}

	dispose(): void {
		this.#disposables.dispose();
	}

	#begin(): void {
		this.#watch ??= this.store.watch(this.comparisonId);
		this.#sentPrompt = '';
		void this.#sendFirst();
	}

	async #sendFirst(): Promise<void> {
		this.#phrases = await this.store.phrases();
		await this.#send();
	}

	/** At most one snapshot per `pace`; the last state always goes out. */
	#note(): void {
		if (this.#watch) {
			this.#timer ??= setTimeout(() => {
				this.#timer = undefined;
				void this.#send();
			}, pace);
		}
	}

	async #read(): Promise<Comparison | undefined> {
		const opened = await this.store.open(this.comparisonId);
		if (!opened.ok) {
			this.#rpc.notify('comparisonFailed', { message: messageFor(opened.error) });
			return undefined;
		}
		this.#comparison = opened.value;
		return opened.value;
	}

	async #send(): Promise<void> {
		const comparison = await this.#read();
		if (!comparison || !this.#watch) {
			return;
		}
		const { runId } = comparison.header;
		if (runId !== undefined && !this.#runWatch && this.runs.get(runId)) {
			this.#runWatch = this.runs.watch(runId);
		}
		this.actions.retitle(neutralTitle(comparison));
		const context = this.#context(comparison);
		this.#rpc.notify('comparisonChanged', overviewOf(comparison, context));
		const view = this.#viewOf(comparison, context);
		if (view && JSON.stringify(view) !== this.#sentPrompt) {
			this.#rpc.notify('promptChanged', this.#sent(view));
		}
	}

	async #loadPrompt(index: number): Promise<PromptView | undefined> {
		const comparison = this.#comparison ?? (await this.#read());
		const id = comparison?.prompts[index]?.id;
		if (!comparison || id === undefined) {
			return undefined;
		}
		this.#promptId = id;
		const view = this.#viewOf(comparison, this.#context(comparison));
		return view && this.#sent(view);
	}

	async #vote(request: VoteRequest): Promise<PromptView | undefined> {
		const comparison = await this.#read();
		if (!comparison) {
			return undefined;
		}
		const input = this.#voteInput(comparison, request);
		if (!input) {
			return undefined;
		}
		const kept = await this.store.vote(this.comparisonId, input);
		if (!kept.ok) {
			this.actions.showError(kept.error);
			return undefined;
		}
		if (kept.value.setAside !== undefined) {
			this.actions.editsSetAside(kept.value.setAside);
		}
		this.#promptId = request.promptId;
		// The counts go first, so that the answer to the vote never stands beside old ones.
		await this.#send();
		const after = this.#comparison;
		const view = after && this.#viewOf(after, this.#context(after));
		return view && this.#sent(view);
	}

	/** Undefined for a lane or a prompt that is not (any more) shown, or a vote that cannot be. */
	#voteInput(comparison: Comparison, request: VoteRequest): VoteInput | undefined {
		const { promptId } = request;
		const context = this.#context(comparison);
		const index = comparison.prompts.findIndex(prompt => prompt.id === promptId);
		const view = promptView(comparison, index, context);
		if (!view?.votable && request.kind !== 'undo') {
			return undefined;
		}
		const order = orderOf(comparison, promptId, context).filter(label =>
			comparison.responses.get(label)?.has(promptId),
		);
		const common = {
			voter: this.voter,
			promptId,
			order,
			blind: context.blind && !this.#revealed.has(promptId),
		};
		if (request.kind === 'best' || request.kind === 'worst') {
			const label = order.find(item => context.laneKey(promptId, item) === request.lane);
			if (label === undefined) {
				return undefined;
			}
			const vote = view?.vote;
			const fits =
				request.kind === 'best' || (vote?.verdict === 'best' && vote.best !== request.lane);
			return fits
				? {
						...common,
						kind: request.kind,
						label,
						blind: request.kind === 'worst' ? (vote?.blind ?? false) : common.blind,
					}
				: undefined;
		}
		return { ...common, kind: request.kind };
	}

	async #setBlind(blind: boolean): Promise<PromptView | undefined> {
		this.#blind = blind;
		await this.#send();
		const comparison = this.#comparison;
		const view = comparison && this.#viewOf(comparison, this.#context(comparison));
		return view && this.#sent(view);
	}

	async #tally(): Promise<Tally> {
		const comparison = await this.#read();
		return comparison ? tallyOf(comparison) : { rows: [], ties: 0, bothBad: 0, voters: 0 };
	}

	#viewOf(comparison: Comparison, context: ViewContext): PromptView | undefined {
		const index = comparison.prompts.findIndex(prompt => prompt.id === this.#promptId);
		return promptView(comparison, index, context);
	}

	#sent(view: PromptView): PromptView {
		if (view.lanes.some(lane => lane.model !== undefined)) {
			this.#revealed.add(view.id);
		}
		this.#sentPrompt = JSON.stringify(view);
		return view;
	}

	#context(comparison: Comparison): ViewContext {
		const { runId } = comparison.header;
		return {
			blind: this.#blind,
			voter: this.voter,
			phrases: this.#phrases,
			run: runId === undefined ? undefined : this.runs.get(runId),
			laneKey: (promptId, label) =>
				createHash('sha256')
					.update(`${this.#secret}\n${promptId}\n${label}`)
					.digest('hex')
					.slice(0, 12),
		};
	}
}
