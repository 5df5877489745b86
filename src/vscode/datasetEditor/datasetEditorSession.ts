import type * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { messageFor } from '../../core/base/errorMessages';
import type { Result } from '../../core/base/result';
import type { Label } from '../../core/dataset/annotation';
import { isAllRows, type RowSelection } from '../../core/dataset/query/rowSelection';
import type { RowId } from '../../core/dataset/overlay';
import { expected } from '../../node/dataset/expected';
import { DatasetView } from '../../node/dataset/datasetView';
import type { QueueChoice } from '../../node/dataset/annotate/reviewQueue';
import type {
	AnnotationSummary,
	ReviewAction,
	ReviewRequests,
	ReviewView,
} from '../../protocol/datasetReview';
import type { TokensRequests, TokensView } from '../../protocol/datasetTokens';
import type { NamedQueue } from './reviewMemory';
import type { QueueOffer } from './reviewPrompts';
import { SessionReview, untilKnown } from './sessionReview';
import { WindsockError } from '../../core/base/errors';
import type { Answer, DatasetHost, DatasetPage, RowsAsked } from '../../protocol/datasetEditor';
import { Rpc } from '../../protocol/rpc';
import { webviewPort } from '../webviewSession';
import type { DatasetDocument } from './datasetDocument';
import { detailOf, rowsWithFindings, snapshotOf, summaryOf } from './datasetSnapshot';
import type { QueryMemory } from './queryMemory';
import type { ReadingMemory } from './readingMemory';
import { imageAddress } from './rowImages';
import { nextFinding } from './nextFinding';
import { answerOf, rowRequests } from './rowRequests';
import type { SessionTokens, TokensServices } from './sessionTokens';

/** Milliseconds between two snapshots while a file is read. */
const pace = 100;
/** In a review the next example comes by itself, and the rest must not hold it up. */
const reviewPace = 300;

/** What only VS Code can do for a page. */
export interface DatasetSessionActions {
	save(document: DatasetDocument): Promise<void>;
	openAsText(document: DatasetDocument): Promise<void>;
	/** Checks again the recipe whose check says something of the dataset. */
	checkAgain(document: DatasetDocument): Promise<void>;
	/** Writes a far dataset with its edits to a file on this machine. */
	saveCopy(document: DatasetDocument): Promise<void>;
	/** Of the copy in front. */
	mergeIntoSource(): Promise<void>;
	showChanges(document: DatasetDocument): Promise<void>;
	/** Asks before all of a far file is read. */
	mayReadAll(document: DatasetDocument, what: string): Promise<boolean>;
	/** Reads all rows of a far file, with progress that can be cancelled. */
	checkAll(document: DatasetDocument): Promise<void>;
	resolveChange(document: DatasetDocument, how: 'overwrite' | 'reload' | 'compare'): Promise<void>;
	startReview(): Promise<void>;
	reviewDisagreements(): Promise<void>;
	review(action: ReviewAction, rating: number | undefined): Promise<void>;
	changeKeys(): Promise<void>;
	reviewKeys(): Promise<ReviewView['keys']>;
	chooseMapping(document: DatasetDocument, row: RowId | undefined): Promise<void>;
	readonly reading: ReadingMemory;
	readonly queries: QueryMemory;
	readonly tokens: TokensServices;
	askForRows(session: DatasetEditorSession, what: 'row' | 'sample'): Promise<void>;
	copyText(text: string): Promise<void>;
}

/** One page on a dataset. A hidden page gets nothing; a shown one gets all there is to know. */
export class DatasetEditorSession implements Disposable {
	readonly #disposables = new DisposableStore();
	readonly #view: DatasetView;
	readonly #rpc: Rpc<DatasetHost, DatasetPage>;
	readonly review: SessionReview;
	#tokens: Promise<SessionTokens> | undefined;
	#keys: ReviewView['keys'] = {};
	#selected: RowId | undefined;
	#isReady = false;
	/** Rows that the page is to show once it is there. */
	#asked: RowsAsked | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(
		readonly document: DatasetDocument,
		readonly panel: vscode.WebviewPanel,
		private readonly actions: DatasetSessionActions,
	) {
		const { model } = document;
		this.#view = this.#disposables.add(
			new DatasetView(model, { workerFile: document.queryWorkerFile }),
		);
		this.#rpc = this.#disposables.add(
			new Rpc<DatasetHost, DatasetPage>(
				webviewPort(panel.webview),
				this.#handlers(),
				{
					rowSelected: ({ id }) => (this.#selected = id),
					reviewSelected: ({ id }) => this.review.session?.goTo(id),
					reviewShown: ({ id }) => this.review.session?.shown(id),
					reviewActive: () => this.review.session?.active(),
				},
				() => this.#pageReady(),
			),
		);
		this.review = this.#disposables.add(
			new SessionReview(document, this.#view, () => void this.#sendPlace()),
		);
		this.#disposables.add(this.review.onDidChange(() => this.#sendSoon()));
		this.#disposables.add(model.onDidChange(() => this.#sendSoon()));
		this.#disposables.add(this.#view.onDidChange(() => this.#sendSoon()));
		this.#disposables.add(panel.onDidChangeViewState(() => this.#shown()));
		this.#rpc.ready();
	}

	/** Sets the label of the row in view, or takes it off when it has it already. */
	async toggleLabel(label: Label): Promise<Result<void>> {
		const id = this.#selected;
		if (id === undefined) {
			return { ok: true, value: undefined };
		}
		const now = this.document.model.labels?.of(id);
		return this.document.setLabel(id, now === label ? undefined : label);
	}

	/** What a review can be about. */
	queueOffer(last: NamedQueue | undefined): QueueOffer {
		const { model } = this.document;
		const { dataset } = snapshotOf(model, this.#view, undefined);
		return {
			shownRows: this.#view.count,
			findings: dataset.findings,
			rowsWithFindings: rowsWithFindings(model),
			disagreements: model.labels?.disagreedRows().length ?? 0,
			last,
		};
	}

	/** Lets the page show the annotations in numbers. */
	askForReport(): void {
		this.#rpc.notify('reportAsked', null);
	}

	/** Which rows the page shows. */
	get selection(): RowSelection {
		return this.#view.selection;
	}

	/** Ids of all rows that the page shows, in reading order; undefined while it still looks for them. */
	shownIds(): RowId[] | undefined {
		if (this.#view.isFiltering || !this.document.model.file.isIndexed) {
			return undefined;
		}
		const ids: RowId[] = [];
		for (let index = 0; index < this.#view.count; index++) {
			const position = this.#view.position(index);
			if (position !== undefined) {
				ids.push(this.document.model.rowAt(position).id);
			}
		}
		return ids;
	}

	/** Shows the rows that a query finds, with the list of findings beside them where asked for. */
	showRows(query: string, withFindings = false): void {
		this.#askFor({ kind: 'query', query, withFindings });
	}

	/** A page that is not there yet is asked when it is. */
	#askFor(rows: RowsAsked): void {
		if (this.#isReady && this.panel.visible) {
			this.#rpc.notify('rowsAsked', rows);
		} else {
			this.#asked = rows;
		}
	}

	#pageReady(): void {
		this.#isReady = true;
		this.#shown();
		const rows = this.#asked;
		this.#asked = undefined;
		if (rows) {
			this.#rpc.notify('rowsAsked', rows);
		}
	}

	/** Shows a row by its number; answers whether it is among those that pass. */
	showRow(number: number): boolean {
		const index = this.#view.indexOf(number - 1);
		if (index !== undefined) {
			this.#rpc.notify('rowsAsked', { kind: 'row', index });
		}
		return index !== undefined;
	}

	/** Shows a row by its number, and all others with it. */
	showRowOfAll(number: number): void {
		this.#askFor({ kind: 'rowOfAll', index: number - 1 });
	}

	showSample(count: number): void {
		this.#rpc.notify('rowsAsked', { kind: 'sample', count });
	}

	/** Begins a review of rows of this page; answers how many there are. */
	async startReview(choice: QueueChoice, title: string, signal: AbortSignal): Promise<number> {
		this.#keys = await this.actions.reviewKeys();
		return this.review.start(choice, title, signal);
	}

	dispose(): void {
		this.#disposables.dispose();
		// Last: what ends may tell of a change once more.
		clearTimeout(this.#timer);
	}

	#handlers(): ConstructorParameters<typeof Rpc<DatasetHost, DatasetPage>>[1] {
		const { document } = this;
		return {
			loadRows: ({ from, to }) =>
				answering(async () => {
					const revision = document.model.revision + this.#view.version;
					const { sort } = this.#view.selection;
					const rows = await this.#view.load(from, Math.min(to, from + 500));
					return { revision, rows: rows.map(row => summaryOf(document.model, row, sort)) };
				}),
			loadExample: ({ index }) => this.#loadExample(index),
			findRow: ({ id }) => {
				const position = document.model.overlay.positionOf(id);
				return position === undefined ? undefined : this.#view.indexOf(position);
			},
			setFilter: filter => this.#setFilter(filter),
			readAll: async () => void (await this.#readAll('Checking the dataset')),
			saveCopy: () => this.actions.saveCopy(document),
			mergeIntoSource: () => this.actions.mergeIntoSource(),
			reconnect: () => document.model.file.far?.reconnect(),
			findFinding: ({ from, by }) => nextFinding(document.model, this.#view, from, by),
			findMatches: async ({ id }) => {
				const row = document.model.overlay.row(id);
				const [bytes] = row ? await document.model.readRows([row]) : [];
				return bytes ? this.#view.matchesIn(bytes) : [];
			},
			loadSummary: async () => {
				const columns = await this.#view.summary();
				return columns.ok ? columns : { ok: false, message: messageFor(columns.error) };
			},
			stopSummary: () => this.#view.stopSummary(),
			askForRows: ({ what }) => this.actions.askForRows(this, what),
			keepQuery: ({ query }) => this.actions.queries.keep(query),
			editText: async ({ id, paths, text, before, range }) =>
				answerOf(await document.editText(id, paths, text, before, range)),
			...rowRequests(document, this.#view),
			showChanges: () => this.actions.showChanges(document),
			setLabel: async ({ id, label }) => answerOf(await document.setLabel(id, label ?? undefined)),
			loadImage: ({ named }) => imageAddress(document, this.panel.webview, named),
			chooseMapping: () => this.actions.chooseMapping(document, this.#selected),
			setReading: choices => this.actions.reading.set(choices),
			save: () => this.actions.save(document),
			dropPreflight: async ({ code }) =>
				answerOf(await document.setLabels(document.preflight.rowsOf(code), 'drop')),
			checkAgain: () => this.actions.checkAgain(document),
			openAsText: () => this.actions.openAsText(document),
			resolveChange: ({ how }) => this.actions.resolveChange(document, how),
			...this.#reviewHandlers(),
			...this.#tokensHandlers(),
		};
	}

	#tokensHandlers(): Pick<
		ConstructorParameters<typeof Rpc<DatasetHost, DatasetPage>>[1],
		keyof TokensRequests
	> {
		return {
			showTokens: async ({ id }) => (await this.#loadTokens()).show(id),
			chooseTokensRecipe: async () => (await this.#loadTokens()).chooseRecipe(),
			chooseTokensHost: async () => (await this.#loadTokens()).chooseHost(),
			buildEnvironment: async () => (await this.#loadTokens()).build(),
			stopTokens: async () => (await this.#loadTokens()).stop(),
			useTemplate: async () => (await this.#loadTokens()).useTemplate(),
			retryTokens: async () => (await this.#loadTokens()).retry(),
			copyText: ({ text }) => this.actions.copyText(text),
		};
	}

	/** With its first use: recipes and their readers are no part of opening a dataset. */
	#loadTokens(): Promise<SessionTokens> {
		return (this.#tokens ??= import('./sessionTokens').then(module => {
			const send = (view: TokensView): void => {
				if (this.panel.visible) {
					this.#rpc.notify('tokensChanged', view);
				}
			};
			const { document, actions } = this;
			return this.#disposables.add(new module.SessionTokens(document, actions.tokens, send));
		}));
	}

	#reviewHandlers(): Pick<
		ConstructorParameters<typeof Rpc<DatasetHost, DatasetPage>>[1],
		keyof ReviewRequests
	> {
		const { model } = this.document;
		return {
			loadRow: ({ id }) =>
				answering(async () => {
					const row = model.overlay.row(id);
					const position = model.overlay.positionOf(id);
					if (!row || position === undefined) {
						throw new WindsockError('fileChanged', { path: model.file.path });
					}
					const [bytes = new Uint8Array()] = await model.readRows([row]);
					return detailOf(model, { row, position, bytes }, this.#view.selection.sort);
				}),
			startReview: () => this.actions.startReview(),
			reviewDisagreements: () => this.actions.reviewDisagreements(),
			loadReport: () => answering(() => this.#report()),
			review: ({ action, rating }) => this.actions.review(action, rating),
			reviewSkipped: () => this.review.session?.reviewSkipped(),
			changeKeys: () => this.actions.changeKeys(),
			loadDetached: () => model.labels?.detached ?? [],
			writeAnnotations: async () => {
				await model.labels?.flush();
			},
		};
	}

	async #report(): Promise<AnnotationSummary> {
		const { labels, rowCount } = this.document.model;
		if (!labels) {
			throw new WindsockError('formatUnsupported', {
				path: this.document.model.file.path,
				reason: 'it is not a file on disk, so there is no place for labels',
			});
		}
		await untilKnown(this.document, undefined);
		const { reportOf } = await import('../../node/dataset/annotate/reportAnnotations');
		return { report: await reportOf(labels), me: labels.store.author, rows: rowCount };
	}

	/** The next example goes out with the news that it is next. */
	async #sendPlace(): Promise<void> {
		const { model } = this.document;
		const { session } = this.review;
		const row = await expected(async () => session?.currentRow());
		const review = this.#reviewView();
		if (!session || session !== this.review.session || !review || !row.ok) {
			return;
		}
		if (row.value && row.value.row.id !== session.current) {
			return;
		}
		this.#rpc.notify('reviewMoved', {
			review,
			detail: row.value && detailOf(model, row.value, this.#view.selection.sort),
			index: row.value && this.#view.indexOf(row.value.position),
		});
	}

	#reviewView(): ReviewView | undefined {
		const { state } = this.review;
		return state && { ...state, keys: this.#keys };
	}

	async #setFilter(filter: RowSelection): Promise<boolean> {
		if (!isAllRows(filter) && !(await this.#readAll('Going through the dataset'))) {
			return false;
		}
		void this.#view.select(filter);
		return true;
	}

	/** Begins to read all rows of a far file, if its reader wants that; `false` if not. */
	async #readAll(what: string): Promise<boolean> {
		const { model } = this.document;
		if (!model.file.far || model.file.isScanned) {
			return true;
		}
		if (!(await this.actions.mayReadAll(this.document, what))) {
			return false;
		}
		void this.actions.checkAll(this.document);
		return true;
	}

	async #loadExample(index: number) {
		const loaded = await expected(() => this.#view.load(index, index + 1));
		if (!loaded.ok) {
			return { ok: false, message: messageFor(loaded.error) } as const;
		}
		const [row] = loaded.value;
		const { sort } = this.#view.selection;
		return row
			? ({ ok: true, value: detailOf(this.document.model, row, sort) } as const)
			: ({ ok: false, message: 'This row is not there any more.' } as const);
	}

	#shown(): void {
		if (this.panel.visible) {
			this.#send();
			void this.#sendPlace();
			void this.document.model.checkDisk();
		} else {
			// A hidden page is gone and comes back anew.
			this.#isReady = false;
			this.review.session?.hidden();
		}
	}

	#sendSoon(): void {
		if (this.#disposables.isDisposed) {
			return;
		}
		const wait = this.review.session ? reviewPace : pace;
		this.#timer ??= setTimeout(() => this.#send(), wait);
	}

	#send(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.panel.visible) {
			const snapshot = {
				...snapshotOf(
					this.document.model,
					this.#view,
					this.#reviewView(),
					this.document.preflight.state,
				),
				queries: this.actions.queries.get(),
			};
			const reading = this.actions.reading.get();
			this.#rpc.notify('snapshotReplaced', reading ? { ...snapshot, reading } : snapshot);
		}
	}
}

async function answering<T>(work: () => Promise<T>): Promise<Answer<T>> {
	const result = await expected(work);
	return result.ok
		? { ok: true, value: result.value }
		: { ok: false, message: messageFor(result.error) };
}
