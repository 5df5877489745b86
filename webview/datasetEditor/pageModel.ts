import { computed, signal } from '@preact/signals';
import type { Label } from '../../src/core/dataset/annotation';
import type { EditableText } from '../../src/core/dataset/example';
import type { RowId } from '../../src/core/dataset/overlay';
import type {
	Answer,
	DatasetHost,
	DatasetSnapshot,
	ImageAddress,
	RowDetail,
	RowsAsked,
	RowSummary,
} from '../../src/protocol/datasetEditor';
import { allRows, isAllRows, type RowSelection } from '../../src/core/dataset/query/rowSelection';
import type { AnnotationSummary, ReviewPlace, ReviewView } from '../../src/protocol/datasetReview';
import { keepLineEnds } from './lineEnds';
import { FindingsModel } from './findingsModel';
import { QueryModel } from './queryModel';
import { ReadingModel } from './readingModel';
import { ReviewModel } from './reviewModel';
import { RowEditor } from './rowEditor';
import { StatisticsModel } from './statisticsModel';
import { TokensModel } from './tokens/tokensModel';

/** The host as the page sees it. */
export interface HostChannel {
	request<M extends keyof DatasetHost['requests']>(
		method: M,
		params: DatasetHost['requests'][M]['params'],
	): Promise<DatasetHost['requests'][M]['result']>;
	notify<N extends keyof DatasetHost['notifications']>(
		method: N,
		params: DatasetHost['notifications'][N],
	): void;
}

/** What a page remembers while it is hidden. Never data. */
export interface ViewState {
	readonly index: number;
	readonly filter: RowSelection;
	readonly isRaw: boolean;
	readonly showsTokens?: boolean;
}

/** The text that is being edited: a message of the example and a block in it. */
export interface EditingPlace {
	readonly message: number;
	readonly block: number;
}

/** Rows are loaded in blocks of this many. */
const blockSize = 100;

/**
 * What the page knows and does. The host owns the data: rows are loaded as they come into view and
 * loaded again when a snapshot says that they changed.
 */
export class DatasetPageModel {
	readonly snapshot = signal<DatasetSnapshot | undefined>(undefined);
	readonly selected = signal<number | undefined>(undefined);
	readonly detail = signal<RowDetail | undefined>(undefined);
	readonly review = signal<ReviewView | undefined>(undefined);
	/** The annotations in numbers, while they are shown in the place of the example. */
	readonly report = signal<AnnotationSummary | undefined>(undefined);
	readonly isRaw = signal(false);
	readonly editing = signal<EditingPlace | undefined>(undefined);
	/** What went wrong last, as a sentence. */
	readonly problem = signal<string | undefined>(undefined);
	/** Said to screen readers. */
	readonly announcement = signal('');
	/** Changes when rows were loaded. */
	readonly rowsVersion = signal(0);
	readonly filter = signal<RowSelection>(allRows);
	readonly shownRows = computed(() => this.snapshot.value?.shownRows ?? 0);
	readonly rowEditor: RowEditor;
	readonly reading: ReadingModel;
	readonly query: QueryModel;
	readonly statistics: StatisticsModel;
	readonly findings: FindingsModel;
	readonly tokens: TokensModel;
	readonly reviewing: ReviewModel;

	readonly #rows = new Map<number, RowSummary>();
	/** Revision at which each block of rows was asked for. */
	readonly #blocks = new Map<number, number>();
	#range: readonly [number, number] = [0, 0];
	#filterCount = 0;
	#wanted: number | undefined;
	#detailRequest = 0;
	#detailLoaded: Promise<void> = Promise.resolve();

	constructor(
		private readonly host: HostChannel,
		state: ViewState | undefined,
		private readonly remember: (state: ViewState) => void,
	) {
		this.rowEditor = new RowEditor(this, host);
		this.query = new QueryModel(this, host);
		this.statistics = new StatisticsModel(host);
		this.findings = new FindingsModel(this, host);
		this.tokens = new TokensModel(this, host);
		this.reviewing = new ReviewModel(this, host);
		this.reading = new ReadingModel(choices => void host.request('setReading', choices));
		if (state) {
			this.#wanted = state.index;
			this.isRaw.value = state.isRaw;
			this.tokens.isOpen.value = state.showsTokens === true;
			const { filter } = state;
			if (typeof filter.query === 'string' && !isAllRows(filter)) {
				void this.setFilter(filter);
				this.#wanted = state.index;
			}
		}
	}

	/** Takes the host's new state; everything shown is brought up to date. */
	async receive(snapshot: DatasetSnapshot): Promise<void> {
		const isStale = snapshot.revision !== this.snapshot.value?.revision;
		const isFewer = snapshot.shownRows < this.shownRows.value;
		this.snapshot.value = snapshot;
		this.reading.receive(snapshot.reading);
		const last = snapshot.shownRows - 1;
		if (isFewer && this.selected.value !== undefined && this.selected.value > last) {
			const isReadAnew = last < 0 || !snapshot.dataset.isIndexed;
			// The same place is wanted once it is there again.
			this.#wanted = isReadAnew ? this.selected.value : this.#wanted;
			this.selected.value = isReadAnew ? undefined : last;
		}
		this.review.value = snapshot.review;
		if (this.selected.value === undefined && snapshot.shownRows > 0 && !snapshot.review) {
			const wanted = Math.min(this.#wanted ?? 0, snapshot.shownRows - 1);
			// While a file is read, a remembered row far down may still be on its way.
			if (wanted === (this.#wanted ?? 0) || snapshot.dataset.isIndexed) {
				await this.select(wanted);
			}
		}
		if (isStale) {
			await Promise.all([this.loadRange(...this.#range), this.#reloadDetail()]);
		}
	}

	/** A review has gone on: its next example came along. */
	moveReview({ review, detail, index }: ReviewPlace): void {
		this.#detailRequest++;
		this.review.value = review;
		this.report.value = undefined;
		this.editing.value = undefined;
		if (detail) {
			this.detail.value = detail;
			this.selected.value = index;
			this.announcement.value = `Row ${detail.summary.number}.`;
			this.#save();
		}
	}

	row(index: number): RowSummary | undefined {
		return this.#rows.get(index);
	}

	/** Loads the rows that came into view; `end` is exclusive. */
	async loadRange(start: number, end: number): Promise<void> {
		this.#range = [start, end];
		const revision = this.snapshot.value?.revision ?? -1;
		const filterCount = this.#filterCount;
		const asked: Promise<void>[] = [];
		for (let block = Math.floor(start / blockSize); block * blockSize < end; block++) {
			const known = this.#blocks.get(block);
			const isPartial = !this.#rows.has(Math.min(end, (block + 1) * blockSize) - 1);
			if (known !== revision || isPartial) {
				this.#blocks.set(block, revision);
				asked.push(this.#loadBlock(block * blockSize, filterCount));
			}
		}
		await Promise.all(asked);
	}

	async #loadBlock(from: number, filterCount: number): Promise<void> {
		const answer = await this.host.request('loadRows', { from, to: from + blockSize });
		if (filterCount !== this.#filterCount) {
			return;
		}
		if (!answer.ok) {
			this.problem.value = answer.message;
			return;
		}
		for (const [i, row] of answer.value.rows.entries()) {
			this.#rows.set(from + i, row);
		}
		this.rowsVersion.value++;
	}

	async select(index: number): Promise<void> {
		this.selected.value = index;
		this.report.value = undefined;
		this.editing.value = undefined;
		this.problem.value = undefined;
		this.#save();
		await this.#reloadDetail();
		const id = this.detail.value?.summary.id;
		if (this.review.value && id !== undefined && this.selected.value === index) {
			this.host.notify('reviewSelected', { id });
		}
	}

	/** Loads again what is shown. */
	async reload(): Promise<void> {
		await Promise.all([this.#loadShown(), this.#reloadDetail()]);
	}

	/** Shows the row at a place after rows were added, deleted or moved. */
	async showRow(index: number): Promise<void> {
		this.#wanted = index;
		// The host's next snapshot counts the rows anew; until then the old count must not stop it.
		await this.select(Math.max(0, index));
		await this.#loadShown();
	}

	/** The rows in view, whatever was loaded of them before. */
	async #loadShown(): Promise<void> {
		this.#blocks.clear();
		await this.loadRange(...this.#range);
	}

	/** Moves to the next or the previous row. */
	async step(by: 1 | -1): Promise<void> {
		const target = (this.selected.value ?? -1) + by;
		if (target >= 0 && target < this.shownRows.value) {
			this.rowEditor.clearMarks();
			await this.select(target);
		}
	}

	async setFilter(filter: RowSelection): Promise<void> {
		// Rows that are put in another order are read from the first.
		const isSame = filter.sort === this.filter.value.sort && !filter.sample;
		const id = isSame ? this.detail.value?.summary.id : undefined;
		this.filter.value = filter;
		this.#filterCount++;
		this.rowEditor.clearMarks();
		this.#rows.clear();
		this.#blocks.clear();
		this.rowsVersion.value++;
		this.selected.value = undefined;
		this.#wanted = undefined;
		const isRefused = !(await this.host.request('setFilter', filter));
		if (isRefused && !isAllRows(filter)) {
			await this.setFilter(allRows);
			return;
		}
		const index = id === undefined ? undefined : await this.host.request('findRow', { id });
		if (index !== undefined && this.selected.value === undefined) {
			await this.select(index);
		}
		this.#save();
	}

	/** Shows what a command asked for. */
	async showAsked(asked: RowsAsked): Promise<void> {
		switch (asked.kind) {
			case 'row':
				await this.showRow(asked.index);
				return;
			case 'rowOfAll':
				await this.setFilter(allRows);
				await this.showRow(asked.index);
				return;
			case 'query':
				if (asked.withFindings === true) {
					this.findings.isOpen.value = true;
				}
				await this.setFilter({ query: asked.query });
				return;
			case 'sample': {
				const sample = { count: asked.count, seed: 1 };
				await this.setFilter({ ...this.filter.value, sample });
			}
		}
	}

	/** Reads all rows of a dataset on another machine, once its reader agrees. */
	async readAll(): Promise<void> {
		await this.host.request('readAll', null);
	}

	async mergeIntoSource(): Promise<void> {
		await this.host.request('mergeIntoSource', null);
	}

	async saveCopy(): Promise<void> {
		await this.host.request('saveCopy', null);
	}

	async reconnect(): Promise<void> {
		await this.host.request('reconnect', null);
	}

	/** Shows the row as the trainer sees it, or as it was shown before. */
	toggleTokens(): void {
		this.tokens.toggle();
		this.editing.value = undefined;
		this.#save();
	}

	toggleRaw(): void {
		this.isRaw.value = this.tokens.isOpen.value || !this.isRaw.value;
		this.tokens.isOpen.value = false;
		this.editing.value = undefined;
		this.#save();
	}

	/** Gives the selected row the label, or takes it off when it has it. */
	async toggleLabel(label: Label): Promise<void> {
		if (this.review.value) {
			await this.reviewing.act(label);
			return;
		}
		// A quick hand presses the key before the row it has just selected is here.
		await this.#detailLoaded;
		const summary = this.detail.value?.summary;
		if (!summary) {
			return;
		}
		const next = summary.label === label ? null : label;
		const answer = await this.host.request('setLabel', { id: summary.id, label: next });
		if (!answer.ok) {
			this.problem.value = answer.message;
			return;
		}
		const said = next === null ? 'label removed' : next === 'keep' ? 'kept' : 'dropped';
		this.announcement.value = `Row ${summary.number} ${said}.`;
		await this.#reloadDetail();
	}

	startEditing(place: EditingPlace): void {
		if (this.snapshot.value?.dataset.readOnly === undefined) {
			this.editing.value = place;
		}
	}

	cancelEditing(): void {
		this.editing.value = undefined;
	}

	/** Ends the editing and hands the text to the host, if it differs. */
	async commit(
		id: RowId,
		place: Pick<EditableText, 'paths' | 'range'>,
		before: string,
		typed: string,
	): Promise<void> {
		const editing = this.editing.value;
		const { paths, range } = place;
		const text = keepLineEnds(before, typed);
		if (before !== text) {
			const answer = await this.host.request('editText', {
				id,
				paths,
				before,
				text,
				...(range ? { range } : {}),
			});
			if (!answer.ok) {
				this.problem.value = answer.message;
				return;
			}
			this.announcement.value = 'Message changed.';
			await this.#reloadDetail();
		}
		// Another text may have been opened while the host was at work.
		if (this.editing.value === editing) {
			this.editing.value = undefined;
		}
	}

	async chooseMapping(): Promise<void> {
		await this.host.request('chooseMapping', null);
	}

	loadImage(named: string): Promise<Answer<ImageAddress>> {
		return this.host.request('loadImage', { named });
	}

	async save(): Promise<void> {
		await this.host.request('save', null);
	}

	async openAsText(): Promise<void> {
		await this.host.request('openAsText', null);
	}

	async resolveChange(how: 'overwrite' | 'reload' | 'compare'): Promise<void> {
		await this.host.request('resolveChange', { how });
	}

	#reloadDetail(): Promise<void> {
		this.#detailLoaded = this.#loadDetail();
		return this.#detailLoaded;
	}

	async #loadDetail(): Promise<void> {
		const index = this.selected.value;
		const request = ++this.#detailRequest;
		const reviewed =
			this.review.value?.isDone === false ? this.detail.value?.summary.id : undefined;
		const isShown = index !== undefined && index < this.shownRows.value;
		if (!isShown && reviewed === undefined) {
			this.detail.value = undefined;
			return;
		}
		// A row in review need not pass the filter.
		const answer = isShown
			? await this.host.request('loadExample', { index })
			: await this.host.request('loadRow', { id: reviewed ?? 0 });
		if (request !== this.#detailRequest) {
			return;
		}
		if (answer.ok) {
			this.reading.begin(answer.value.summary.id);
			this.detail.value = answer.value;
			if (isShown) {
				this.#rows.set(index, answer.value.summary);
			}
			this.rowsVersion.value++;
			this.host.notify('rowSelected', { id: answer.value.summary.id });
		} else {
			this.detail.value = undefined;
			this.problem.value = answer.message;
		}
	}

	#save(): void {
		const index = this.selected.value ?? 0;
		const shown = this.tokens.isOpen.value ? { showsTokens: true } : {};
		this.remember({ index, filter: this.filter.value, isRaw: this.isRaw.value, ...shown });
	}
}
