import { createHash, randomBytes } from 'node:crypto';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { messageFor } from '../../core/base/errorMessages';
import type { Logger } from '../../core/base/logger';
import type { Result } from '../../core/base/result';
import { ownPhrases, type PhraseList } from '../../core/dataset/findings/phraseList';
import type { Comparison } from '../../core/responses/comparison';
import { identityMask } from '../../core/responses/identityMask';
import type { JudgedView } from '../../core/responses/judging/judged';
import type { VotePlan } from '../../core/responses/voterSet';
import type { RunLibrary } from '../../core/training/runLibrary';
import type { PreferenceCount } from '../../node/responses/preferenceFiles';
import type { ComparisonStore } from '../../node/responses/comparisonStore';
import type { ComparisonMaps } from '../../node/rewardMaps/comparisonMaps';
import { MarkCache } from '../../node/responses/markCache';
import type { BehaviourAnswer } from '../../protocol/answerBehaviour';
import type { SourcesRequest } from '../../protocol/answerSources';
import type {
	EditRequest,
	MarkedPrompt,
	PromptView,
	ResponseDiffHost,
	ResponseDiffPage,
	Tally,
	VoteRequest,
} from '../../protocol/responseDiff';
import type { LaneRequest } from '../../protocol/rewardMap';
import { Rpc, type MessagePort } from '../../protocol/rpc';
import { openRequested, type DiffRequest, type ManyDiffsRequest } from './answerDiffs';
import { editInputOf } from './answerEdits';
import { AskedPrompt } from './askedPrompt';
import { askingHandlers } from './askingHandlers';
import { AnswerFacts } from './answerFacts';
import { AnswerMaps } from './answerMaps';
import { AnswerSources } from './answerSources';
import { checkpointAnswer } from './checkpointAnswers';
import { ModelChoice } from './modelChoice';
import { sourceModel } from './sourceModel';
import {
	isGenerating,
	neutralTitle,
	overviewOf,
	promptView,
	shownLabels,
	type ViewContext,
} from './comparisonViews';
import { JudgedAnswers } from './judgedAnswers';
import { namedLane } from './namedLane';
import { RevealedNames } from './revealedNames';
import { tallyOf } from './tally';
import { markedPrompt, type MarksRequest } from './markedPrompt';
import { voteInputOf } from './voteInputs';
import type { AnswerReading, ResponseDiffActions } from './responseDiffActions';
import { VoteList } from './voteList';
import { VoterNotes } from './voterNotes';

/** Milliseconds between two snapshots to the page while answers arrive. */
const pace = 100;

/**
 * One open comparison. While its page is there the comparison is watched and the page gets a
 * snapshot after each change; hidden, nothing is sent. While blind, nothing that is sent names a
 * model, but for prompts that this voter has voted on.
 */
export class ResponseDiffSession implements Disposable {
	readonly #disposables = new DisposableStore();
	readonly #rpc: Rpc<ResponseDiffHost, ResponseDiffPage>;
	readonly #secret = randomBytes(16).toString('hex');
	readonly #marks: MarkCache;
	readonly #facts: AnswerFacts;
	readonly #sources: AnswerSources;
	readonly #notes: VoterNotes;
	readonly #maps: AnswerMaps;
	readonly #judged: JudgedAnswers;
	readonly #asked: AskedPrompt;
	/** Samples that lanes show, other than the first, by prompt and label. */
	readonly #samples = new Map<string, number>();
	#comparison: Comparison | undefined;
	#blind = true;
	#phrases: PhraseList = ownPhrases;
	#promptId: string | undefined;
	readonly #choice = new ModelChoice();
	readonly #items: VoteList;
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
		private readonly reading: AnswerReading,
		private readonly logger: Logger,
		maps: ComparisonMaps,
		private readonly revealed = new RevealedNames(),
	) {
		const { analysis, sources } = reading;
		this.#items = new VoteList(voter);
		this.#marks = new MarkCache(analysis);
		this.#sources = this.#disposables.add(
			new AnswerSources(
				sources,
				view => this.#rpc.notify('sourcesChanged', { view }),
				message => logger.warn(message),
			),
		);
		this.#notes = new VoterNotes(comparisonId, voter, store, error => actions.showError(error));
		this.#judged = new JudgedAnswers(store.folder, comparisonId);
		this.#facts = this.#disposables.add(new AnswerFacts(analysis, logger, () => this.#note()));
		this.#asked = this.#disposables.add(
			new AskedPrompt(
				ref => actions.answererFor(ref),
				() => this.#sendAsked(),
				question => actions.askOnHost(question),
			),
		);
		this.#maps = this.#disposables.add(
			new AnswerMaps(maps, {
				current: async () => {
					const comparison = this.#comparison ?? (await this.#read());
					return comparison && { comparison, context: this.#context(comparison) };
				},
				folder: store.pathOf(comparisonId),
				changed: () => this.#rpc.notify('rewardMapsChanged', {}),
				showError: error => actions.showError(error),
			}),
		);
		this.#rpc = this.#disposables.add(
			new Rpc<ResponseDiffHost, ResponseDiffPage>(
				port,
				{
					loadPrompt: ({ index }) => this.#loadPrompt(index),
					prepare: ({ index }) => this.#prepare(index),
					vote: request => this.#vote(request),
					editAnswer: request => this.#edit(request),
					loadMarks: request => this.#loadMarks(request),
					showSample: request => this.#showSample(request),
					setBlind: ({ blind }) => this.#setBlind(blind),
					setPlan: plan => this.#setPlan(plan),
					loadTally: ({ end }) => this.#tally(end),
					loadRewardMap: request => this.#maps.load(request),
					startRewardMap: request => this.#maps.start(request),
					loadBehaviour: asked => this.#loadBehaviour(asked),
					loadCheckpoint: async request => {
						const known = this.#comparison ?? (await this.#read());
						return known && checkpointAnswer(known, this.#context(known), request, this.#marks);
					},
					loadJudged: () => this.#judgedViews(),
				},
				{
					refreshAsked: () => void this.#send(),
					preferencesAsked: () => this.actions.openPreferences(),
					trainingAsked: () => this.actions.trainOnVotes(),
					exportAsked: () => this.actions.exportVotes(),
					...askingHandlers(this.#asked, {
						read: () => this.#read(),
						context: comparison => this.#context(comparison),
						actions,
					}),
					pinAsked: ({ promptId }) => {
						const item = this.#items.item(promptId);
						if (item) {
							this.actions.pinPrompt(item.promptId);
						}
					},
					logAsked: () => this.actions.showLog(),
					rewardMapStopAsked: ({ runId }) => void this.#maps.stop(runId),
					runAsked: ({ runId }) => this.actions.showRun(runId),
					judgeAsked: () => this.actions.judge(),
					modelsAsked: () => void this.#choose(),
					generateAsked: () => this.actions.generate(),
					diffEditorAsked: request => this.#showDiffs(request),
					allDiffsAsked: request => this.#showDiffs(request),
					sourcesAsked: request => void this.#findSources(request),
					sourcesClosed: () => this.#sources.close(),
					sourceDatasetsAsked: () => void this.#sources.choose(),
					sourceOpened: ({ place }) => this.#sources.open(place),
					selectionMissing: () => this.actions.selectionMissing(),
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

	/** Something beside answers and votes changed, such as what judges have said. */
	refresh(): void {
		if (this.#watch) {
			this.#note();
		}
	}

	/** The page is out of sight; when it is seen again it is a new page and says that it is ready. */
	hide(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#watch?.dispose();
		this.#watch = undefined;
		this.#runWatch?.dispose();
		this.#runWatch = undefined;
		this.#maps.hide();
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
		await this.#judged.refresh();
		const { runId } = comparison.header;
		if (runId !== undefined && !this.#runWatch && this.runs.get(runId)) {
			this.#runWatch = this.runs.watch(runId);
		}
		this.actions.retitle(neutralTitle(comparison));
		const context = this.#context(comparison);
		this.#facts.look(comparison, { phrases: this.#phrases, growing: isGenerating(context) });
		this.#rpc.notify('comparisonChanged', overviewOf(comparison, context));
		const view = this.#viewOf(comparison, context);
		if (view && JSON.stringify(view) !== this.#sentPrompt) {
			this.#rpc.notify('promptChanged', this.#sent(view));
		}
	}

	async #loadPrompt(index: number): Promise<PromptView | undefined> {
		const comparison = this.#comparison ?? (await this.#read());
		const context = comparison && this.#context(comparison);
		const id = context?.items[index]?.id;
		if (!comparison || !context || id === undefined) {
			return undefined;
		}
		this.#promptId = id;
		const view = this.#viewOf(comparison, context);
		return view && this.#sent(view);
	}

	/** The page has names from then on, if they are in it, whether or not it shows them. */
	async #prepare(index: number): Promise<PromptView | undefined> {
		const comparison = this.#comparison ?? (await this.#read());
		const view = comparison && promptView(comparison, index, this.#context(comparison));
		return view && this.#noteNames(view);
	}

	async #loadMarks(request: MarksRequest): Promise<MarkedPrompt | undefined> {
		const comparison = this.#comparison ?? (await this.#read());
		const view = comparison && promptView(comparison, request.index, this.#context(comparison));
		return view && markedPrompt(view, request, this.#marks, this.logger);
	}

	async #showSample(
		request: LaneRequest & { readonly sample: number },
	): Promise<PromptView | undefined> {
		const comparison = this.#comparison ?? (await this.#read());
		if (!comparison) {
			return undefined;
		}
		const context = this.#context(comparison);
		const named = namedLane(comparison, context, request);
		if (named) {
			this.#samples.set(`${named.promptId}\n${named.label}`, request.sample);
		}
		const view = this.#viewOf(comparison, context);
		return view && this.#sent(view);
	}

	#showDiffs(request: DiffRequest | ManyDiffsRequest): void {
		const comparison = this.#comparison;
		if (comparison) {
			openRequested(comparison, this.#context(comparison), request, this.actions);
		}
	}

	async #vote(request: VoteRequest): Promise<PromptView | undefined> {
		const comparison = await this.#read();
		if (!comparison) {
			return undefined;
		}
		const input = voteInputOf(comparison, this.#context(comparison), request, this.revealed);
		if (!input || !(await this.#notes.keepPlan(comparison))) {
			return undefined;
		}
		return this.#kept(request.promptId, await this.store.vote(this.comparisonId, input));
	}

	async #edit(request: EditRequest): Promise<PromptView | undefined> {
		const comparison = await this.#read();
		const input = comparison && editInputOf(comparison, this.#context(comparison), request);
		return input && this.#kept(request.promptId, await this.store.edit(this.comparisonId, input));
	}

	/** The prompt after a vote or an edit. */
	async #kept(promptId: string, kept: Result<PreferenceCount>): Promise<PromptView | undefined> {
		if (!kept.ok) {
			this.actions.showError(kept.error);
			return undefined;
		}
		if (kept.value.setAside !== undefined) {
			this.actions.editsSetAside(kept.value.setAside);
		}
		this.#promptId = promptId;
		return this.#sendAll();
	}

	async #setBlind(blind: boolean): Promise<PromptView | undefined> {
		this.#blind = blind;
		if (blind) {
			this.#sources.close();
		}
		return this.#sendAll();
	}

	async #choose(): Promise<void> {
		const comparison = this.#comparison ?? (await this.#read());
		const context = comparison && this.#context(comparison);
		if (context && (await this.#choice.choose(comparison, context, this.actions.chooseModels))) {
			await this.#send();
		}
	}

	async #setPlan(plan: VotePlan): Promise<PromptView | undefined> {
		const comparison = await this.#read();
		if (!comparison || this.#notes.hasVoted(comparison) || !(await this.#notes.notePlan(plan))) {
			return undefined;
		}
		return this.#sendAll();
	}

	/** Counts sway: they are shown when the set is done, or ended, and from then on votes are marked. */
	async #tally(end: boolean): Promise<Tally | undefined> {
		const comparison = await this.#read();
		if (!comparison) {
			return undefined;
		}
		return (await this.#mayCount(comparison, end))
			? tallyOf(comparison, await this.store.spent())
			: undefined;
	}

	async #mayCount(comparison: Comparison, end: boolean): Promise<boolean> {
		const { set, blind } = overviewOf(comparison, this.#context(comparison));
		if (blind && set.done < set.target && !set.tallySeen && !end) {
			return false;
		}
		return set.tallySeen || this.#notes.noteTallySeen();
	}

	/** Shares of a judge are counts too. */
	async #judgedViews(): Promise<readonly JudgedView[] | undefined> {
		const comparison = await this.#read();
		if (!comparison || !(await this.#mayCount(comparison, false))) {
			return undefined;
		}
		await this.#judged.refresh();
		return this.#judged.views(comparison, await this.store.spent());
	}

	/** Nothing while names are hidden, whatever the page asks. */
	async #loadBehaviour(asked: {
		readonly reference: number;
		readonly tag: string;
	}): Promise<BehaviourAnswer> {
		const comparison = this.#comparison ?? (await this.#read());
		if (!comparison || this.#blind) {
			return { kind: comparison ? 'hidden' : 'failed' };
		}
		const labels = shownLabels(comparison, 0, this.#context(comparison));
		return this.reading.behaviour.load(comparison, { ...asked, labels, phrases: this.#phrases });
	}

	/** The page says what is selected in it, and sources are looked for. */
	askForSelection(): void {
		this.#rpc.notify('selectionAsked', {});
	}

	async #findSources(request: SourcesRequest): Promise<void> {
		const comparison = this.#comparison ?? (await this.#read());
		if (!comparison) {
			return;
		}
		const model = sourceModel(comparison, this.#context(comparison), request);
		if (model) {
			await this.#sources.find(model.text, model.ref);
		}
	}

	#sendAsked(): void {
		const comparison = this.#comparison;
		const view =
			comparison && this.#asked.view(this.#context(comparison), comparison.header.hostName);
		if (view && this.#watch) {
			this.#rpc.notify('askedChanged', view);
		}
	}

	/** Counts go first, so that what was done never stands beside old ones. */
	async #sendAll(): Promise<PromptView | undefined> {
		await this.#send();
		const after = this.#comparison;
		const view = after && this.#viewOf(after, this.#context(after));
		return view && this.#sent(view);
	}

	#viewOf(comparison: Comparison, context: ViewContext): PromptView | undefined {
		const index = context.items.findIndex(({ id }) => id === this.#promptId);
		return promptView(comparison, index, context);
	}

	#sent(view: PromptView): PromptView {
		this.#sentPrompt = JSON.stringify(view);
		return this.#noteNames(view);
	}

	#noteNames(view: PromptView): PromptView {
		if (view.lanes.some(lane => lane.model !== undefined)) {
			const item = this.#items.item(view.id);
			// Names seen with a repeat are known for the prompt as well; the other way round is what repeats are.
			this.revealed.add(view.id, item?.promptId ?? view.id);
		}
		return view;
	}

	#context(comparison: Comparison): ViewContext {
		const { runId } = comparison.header;
		return {
			items: this.#items.of(comparison, this.#blind),
			plan: this.#notes.planOf(comparison),
			mask: identityMask(comparison.header.models),
			judged: this.#judged.stateOf(comparison),
			floors: this.#facts.floors,
			isRefusal: answer => this.#facts.isRefusal(answer),
			sampleOf: (promptId, label) => this.#samples.get(`${promptId}\n${label}`) ?? 0,
			blind: this.#blind,
			chosen: this.#choice.labels,
			choice: this.#choice.count,
			voter: this.voter,
			phrases: this.#phrases,
			run: runId === undefined ? undefined : this.runs.get(runId),
			laneKey: (itemId, label) =>
				createHash('sha256')
					.update(`${this.#secret}\n${itemId}\n${label}`)
					.digest('hex')
					.slice(0, 12),
		};
	}
}
