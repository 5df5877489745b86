import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { messageFor } from '../../core/base/errorMessages';
import { isActiveStage } from '../../core/graph/graphState';
import type { ResultTable } from '../../core/graph/resultTable';
import { withRuns, type GraphPicture } from '../../node/graph/graphPicture';
import type { GraphRunner } from '../../node/graph/graphRunner';
import { findingText, readGraph } from '../../node/graph/loadedGraph';
import { resultsOf } from '../../node/graph/stageResults';
import type { ComparisonStore } from '../../node/responses/comparisonStore';
import type { WorkspaceRunLibrary } from '../../node/runs/runLibrary';
import type { BoardState, GraphBoardHost, GraphBoardPage } from '../../protocol/graphBoard';
import { Rpc, type MessagePort } from '../../protocol/rpc';
import { boardPicture } from './boardPicture';
import type { GraphAdvancing } from './graphAdvancing';

/** Milliseconds between two messages. */
const pace = 250;

export interface GraphBoardParts {
	readonly library: WorkspaceRunLibrary;
	readonly graphs: () => Promise<GraphRunner>;
	readonly advancing: GraphAdvancing;
	readonly comparisons: Pick<ComparisonStore, 'open'>;
	readonly isTrusted: () => boolean;
}

/** What the page asks for that needs the editor. */
export interface GraphBoardActions {
	run(): void;
	restart(stage: string, again: readonly string[]): void;
	open(stage: string, picture: GraphPicture): void;
	openFile(): void;
}

/** One open board. While its page is hidden nothing is sent and nothing is followed. */
export class GraphBoardSession implements Disposable {
	readonly #disposables = new DisposableStore();
	readonly #rpc: Rpc<GraphBoardHost, GraphBoardPage>;
	readonly #watches = new Map<string, Disposable>();
	#picture: GraphPicture | undefined;
	#results: ResultTable = { columns: [], rows: [] };
	#faults: readonly string[] = [];
	#live = false;
	#isStale = true;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#sending = false;

	/** @param file the path for people */
	constructor(
		private readonly parts: GraphBoardParts,
		port: MessagePort,
		private readonly path: string,
		private readonly file: string,
		private readonly actions: GraphBoardActions,
	) {
		const { advancing, library } = parts;
		this.#rpc = this.#disposables.add(
			new Rpc<GraphBoardHost, GraphBoardPage>(
				port,
				{},
				{
					runAsked: () => this.actions.run(),
					pauseAsked: () => advancing.pause(this.path),
					restartAsked: ({ stage }) => this.#restart(stage),
					stageOpened: ({ stage }) => {
						if (this.#picture !== undefined) {
							this.actions.open(stage, this.#picture);
						}
					},
					fileOpened: () => this.actions.openFile(),
				},
				() => {
					this.#live = true;
					this.reread();
				},
			),
		);
		this.#disposables.add(
			advancing.onDidChange(({ path: of, picture }) => {
				if (of === this.path) {
					this.#picture = picture ?? this.#picture;
					this.#isStale ||= picture === undefined && advancing.of(this.path) === undefined;
					this.#later();
				}
			}),
		);
		this.#disposables.add(library.onDidChange(() => this.#later()));
		this.#disposables.add(library.onDidAppendMetrics(() => this.#later()));
		this.#disposables.add({ dispose: () => this.hide() });
	}

	/** A file of the graph may have changed. */
	reread(): void {
		this.#isStale = true;
		this.#later(0);
	}

	/** The page is out of sight. When it is seen again it is a new page and says that it is ready. */
	hide(): void {
		this.#live = false;
		clearTimeout(this.#timer);
		this.#timer = undefined;
		for (const watch of this.#watches.values()) {
			watch.dispose();
		}
		this.#watches.clear();
	}

	dispose(): void {
		this.#disposables.dispose();
	}

	#later(wait = pace): void {
		if (this.#live && !this.#sending) {
			this.#timer ??= setTimeout(() => void this.#send(), wait);
		}
	}

	async #send(): Promise<void> {
		this.#timer = undefined;
		this.#sending = true;
		try {
			if (this.#isStale) {
				this.#isStale = false;
				await this.#look();
			}
			const { library, comparisons } = this.parts;
			if (this.#picture !== undefined) {
				const before = this.#active;
				this.#picture = withRuns(this.#picture, library);
				// What comes after a run that ended is known only by its files.
				this.#isStale ||= before.some(name => !this.#active.includes(name));
				this.#results = await resultsOf(this.#picture, library, comparisons);
			}
			this.#follow();
			if (this.#live) {
				this.#rpc.notify('boardChanged', this.#state);
			}
		} finally {
			this.#sending = false;
		}
		if (this.#isStale) {
			this.#later();
		}
	}

	async #look(): Promise<void> {
		const read = await readGraph(this.path);
		this.#faults = read.ok ? read.value.findings.map(findingText) : [messageFor(read.error)];
		const loaded = read.ok ? read.value.loaded : undefined;
		if (loaded !== undefined) {
			const runner = await this.parts.graphs();
			const picture = await runner.look(loaded);
			if (picture.ok) {
				this.#picture = picture.value;
			} else {
				this.#faults = [messageFor(picture.error)];
			}
		}
	}

	get #active(): readonly string[] {
		return [...(this.#picture?.statuses.values() ?? [])].flatMap(({ name, state }) =>
			isActiveStage(state) ? [name] : [],
		);
	}

	get #state(): BoardState {
		const { advancing, isTrusted, library } = this.parts;
		const ended = advancing.ended(this.path);
		const work = advancing.of(this.path);
		const picture = this.#picture && boardPicture(this.#picture, this.#results, library, this.file);
		return {
			graph: this.path,
			...(picture === undefined ? {} : { picture }),
			faults: this.#faults,
			...(work === undefined ? {} : { advancing: { hosts: work.hosts, message: work.message } }),
			...(ended === undefined ? {} : { ended }),
			isTrusted: isTrusted(),
		};
	}

	/** Runs that go on are followed as long as the board is seen. */
	#follow(): void {
		const wanted = new Set(
			this.#live
				? [...(this.#picture?.statuses.values() ?? [])].flatMap(({ runId, state }) =>
						runId !== undefined && isActiveStage(state) ? [runId] : [],
					)
				: [],
		);
		for (const [runId, watch] of this.#watches) {
			if (!wanted.has(runId)) {
				watch.dispose();
				this.#watches.delete(runId);
			}
		}
		for (const runId of wanted) {
			if (!this.#watches.has(runId)) {
				this.#watches.set(runId, this.parts.library.watch(runId));
			}
		}
	}

	#restart(stage: string): void {
		const again = this.#state.picture?.cards.find(card => card.name === stage)?.again;
		if (again !== undefined) {
			this.actions.restart(stage, again);
		}
	}
}
