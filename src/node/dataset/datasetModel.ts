import { basename } from 'node:path';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { Emitter } from '../../core/base/emitter';
import { messageFor } from '../../core/base/errorMessages';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { Turns } from '../../core/base/turns';
import type { Label, Statement } from '../../core/dataset/annotation';
import { isJsonContainer } from '../../core/dataset/container';
import { findingBits, type FindingCode } from '../../core/dataset/findings/finding';
import type { StringRange } from '../../core/dataset/example';
import type { JsonPath } from '../../core/dataset/jsonScanner';
import { Overlay, type RowId, type RowRef } from '../../core/dataset/overlay';
import type { ScanBatch, ScannedRow } from '../../core/dataset/rowScan';
import { annotateRow, type AnnotatedDataset, type AnnotatedRow } from './annotate/annotateRow';
import { RowAnnotations } from './annotate/rowAnnotations';
import type { SaveFacts } from './annotate/rowRenames';
import type { NamedRows } from './rowNames';
import type { AnnotationStore } from './annotationStore';
import { DatasetFile, type OpenOptions } from './datasetFile';
import { deletedContents } from './deletedContents';
import { EditedScans } from './editedScans';
import type { EditableDataset, PlannedEdit, UndoableChange } from './editableDataset';
import { expected } from './expected';
import type { FarState } from './far/farSource';
import { sameFingerprint } from './fingerprint';
import { packState, unpackState } from './overlayBackup';
import { editText } from './rowEditing';
import { isChanged, saveDataset } from './saveDataset';
import { rebasedScan } from './rebasedScan';
import { readRowRefs } from './readRowRefs';
import { RowFindingMarks } from './rowFindingMarks';
import { undoable } from './undoableChange';

export interface ModelOptions {
	readonly open: OpenOptions;
	/** Where labels go; without it the dataset cannot be labelled. */
	readonly annotations: AnnotationStore | undefined;
	readonly now: () => Date;
	/** What it is a copy of that was kept offline. */
	readonly copyOf?: { readonly source: string; readonly keptAt: string };
}

/**
 * An open dataset: a file, the edits that lie over it, and the labels of its rows. All its pages
 * read from it and all changes go through it.
 */
export class DatasetModel implements Disposable, EditableDataset, AnnotatedDataset {
	readonly #changed = new Emitter<void>();
	/** Something that a page may show is different. Comes often while a file is read. */
	readonly onDidChange = this.#changed.event;
	#overlay = new Overlay();
	readonly labels: RowAnnotations | undefined;
	readonly #editedScans = new EditedScans();
	/** What searches on request found. */
	readonly marks = new RowFindingMarks();
	readonly #resources = new DisposableStore();
	#file: DatasetFile;
	#areLabelsLoaded = false;
	/** Of a save whose answer was lost: what is to be done should it have come through. */
	#unanswered: (SaveFacts & { readonly version: number }) | undefined;
	/** Annotations could not be written when that was last heard of. */
	#wasFailing = false;
	/** One change at a time: an edit in the middle of a save would be lost. */
	readonly #turns = new Turns();
	/** Grows with every change. */
	revision = 0;
	/** Grows when the file is read anew: its rows may be others. */
	readings = 0;
	isChangedOnDisk = false;
	/** Why the file could not be read to its end, or its labels not at all. */
	failure: string | undefined;

	private constructor(
		file: DatasetFile,
		readonly options: ModelOptions,
	) {
		this.#file = file;
		this.labels = options.annotations && new RowAnnotations(options.annotations, options.now);
		if (options.annotations) {
			this.#resources.add(options.annotations.onDidSettle(() => this.#tellFailure()));
		}
		this.#follow(file);
	}

	static async open(path: string, options: ModelOptions): Promise<Result<DatasetModel>> {
		const file = await DatasetFile.open(path, { scan: true, ...options.open });
		return file.ok ? ok(new DatasetModel(file.value, options)) : file;
	}

	/** A read-only document that is no file, such as a version from git. */
	static async fromBytes(name: string, bytes: Uint8Array): Promise<Result<DatasetModel>> {
		const file = await DatasetFile.fromBytes(name, bytes);
		const options = { open: {}, annotations: undefined, now: () => new Date() };
		return file.ok ? ok(new DatasetModel(file.value, options)) : file;
	}

	get file(): DatasetFile {
		return this.#file;
	}

	get overlay(): Overlay {
		return this.#overlay;
	}

	get name(): string {
		return basename(this.#file.path);
	}

	get rowCount(): number {
		return this.#overlay.count;
	}

	get areLabelsLoaded(): boolean {
		return this.#areLabelsLoaded;
	}

	/** Why nothing can be edited. */
	get readOnly(): string | undefined {
		return this.#file.readOnly;
	}

	rowAt(position: number): RowRef {
		return this.#overlay.rowAt(position);
	}

	/** The rows' content, in the order asked for. Neighbours in the file are read in one go. */
	readRows(rows: readonly RowRef[]): Promise<Uint8Array[]> {
		return readRowRefs(this.#file, rows);
	}

	/** Bits of the findings of a row, as far as they are known. */
	findingsOf(row: RowRef): number {
		if (row.bytes) {
			const own = this.scanOf(row.id, row.bytes);
			const ofFile = this.#file.scan.fileBitsOf(own) | this.marks.bitsOf(row);
			return (findingBits(own.findings) | ofFile) >>> 0;
		}
		return row.base === undefined ? 0 : this.#file.scan.findingsOf(row.base);
	}

	/** Codes of what a preflight found in a row, as far as the row was not changed since. */
	preflightOf(row: RowRef): readonly string[] {
		return this.marks.kindsOf(row, 'preflight').map(({ code }) => code);
	}

	/** The words of a finding that only the whole file shows. */
	findingDetail(row: RowRef, code: FindingCode): string | undefined {
		const marked = this.marks.detailOf(row, code, this.#overlay);
		return marked !== undefined || row.bytes || row.base === undefined
			? marked
			: this.#file.scan.detailOf(row.base, code);
	}

	/** The scan of a row whose content is not the file's. */
	scanOf(id: RowId, bytes: Uint8Array): ScannedRow {
		return this.#editedScans.of(id, bytes, this.#file);
	}

	/** Changes one text in a row; see `editText` of rowEditing.ts. */
	editText(
		id: RowId,
		paths: readonly JsonPath[],
		text: string,
		seen?: string,
		range?: StringRange,
	): Promise<Result<UndoableChange | undefined>> {
		return editText(this, id, { paths, text, seen, range });
	}

	/**
	 * Makes a change that is worked out on the rows as they then are: one at a time, and never in the
	 * middle of a save. A plan of `undefined` changes nothing.
	 */
	edit(
		plan: () => Promise<Result<PlannedEdit | undefined>>,
	): Promise<Result<UndoableChange | undefined>> {
		return this.#turns.take(async () => {
			if (this.readOnly !== undefined) {
				const details = { path: this.#file.path, reason: this.readOnly };
				return err(new WindsockError('formatUnsupported', details));
			}
			const planned = await expected(plan);
			if (!planned.ok || !planned.value.ok) {
				return planned.ok ? (planned.value as Result<undefined>) : planned;
			}
			const { value } = planned.value;
			return ok(value && (await undoable(this, work => this.#turns.take(work), value)));
		});
	}

	/** Something that pages show was changed from outside this class. */
	touch(): void {
		this.#touch();
	}

	/** Says something about a row; it counts at once and is written behind. */
	annotate(id: RowId, statement: Statement): Result<AnnotatedRow> {
		return annotateRow(this, id, statement);
	}

	/** Sets or takes off a label; done when that is on the disk. */
	async setLabel(id: RowId, label: Label | undefined): Promise<Result<UndoableChange | undefined>> {
		if (this.#areLabelsLoaded && this.labels?.of(id) === label) {
			return ok(undefined);
		}
		const said = this.annotate(id, { kind: 'label', value: label ?? null });
		if (!said.ok) {
			return said;
		}
		const written = await said.value.written;
		return written.ok ? ok(said.value.change) : written;
	}

	/** Reads the annotation files anew, such as after others' came in. */
	async reloadAnnotations(): Promise<Result<void>> {
		if (!this.labels || !this.#areLabelsLoaded) {
			return ok();
		}
		const loaded = await this.labels.load(this.namedRows, this.#overlay);
		this.#touch();
		return loaded;
	}

	/** Writes the edits to the file. */
	save(options: { readonly overwrite: boolean }): Promise<Result<void>> {
		return this.#turns.take(() => this.#save(options));
	}

	async #save(options: { readonly overwrite: boolean }): Promise<Result<void>> {
		const { path } = this.#file;
		if (!this.#overlay.isChanged && !options.overwrite) {
			return ok();
		}
		const deleted = await expected(() => deletedContents(this.#file, this.#overlay));
		if (!deleted.ok) {
			return deleted;
		}
		const named = await expected(async () =>
			this.#areLabelsLoaded ? this.labels?.beforeSave(this.namedRows, this.#overlay) : undefined,
		);
		if (!named.ok) {
			return named;
		}
		const saved = await saveDataset(this.#file, this.#overlay, path, options);
		const facts = { deleted: deleted.value, named: named.value };
		if (!saved.ok) {
			const isOpen = this.#file.far?.unanswered !== undefined;
			this.#unanswered = isOpen ? { ...facts, version: this.#overlay.version } : undefined;
			return saved;
		}
		return this.#finishSave(facts);
	}

	/** What was edited is in the file: it is opened anew, and names follow what they were given to. */
	async #finishSave({ deleted, named }: SaveFacts): Promise<Result<void>> {
		const { path } = this.#file;
		this.#unanswered = undefined;
		// Other containers may write a row in other words than it was edited in.
		const isAsWritten = this.#file.parts.every(({ kind }) => isJsonContainer(kind));
		const scanned = this.#file.isScanned && isAsWritten ? this.#rowScans() : undefined;
		const scan = scanned ? false : (this.options.open.scan ?? true);
		const opened = await DatasetFile.open(path, { ...this.options.open, scan });
		if (!opened.ok) {
			return opened;
		}
		const indexed = await opened.value.indexed;
		if (!indexed.ok) {
			return indexed;
		}
		this.marks.beforeSave(this.#overlay);
		this.#overlay.saved(deleted);
		this.#editedScans.clear();
		if (scanned) {
			for (const batch of scanned) {
				opened.value.scan.append(batch);
			}
			opened.value.scan.complete();
			opened.value.isScanned = true;
		}
		await this.#replaceFile(opened.value);
		this.isChangedOnDisk = false;
		// A row's name hangs on all rows of the file, so none is given before they are all scanned.
		const isNamed = this.#file.isScanned || (named && (await this.#file.scanned).ok);
		const renamed =
			isNamed && named
				? await this.labels?.renamed(this.namedRows, this.#overlay, named)
				: undefined;
		this.#touch();
		return renamed ?? ok();
	}

	/** Writes the dataset with its edits to another place; this one stays as it is. */
	saveCopy(path: string): Promise<Result<void>> {
		return saveDataset(this.#file, this.#overlay, path, { overwrite: true });
	}

	/** Reads the file anew and forgets the edits. */
	revert(): Promise<Result<void>> {
		return this.#turns.take(() => this.#revert());
	}

	async #revert(): Promise<Result<void>> {
		const opened = await DatasetFile.open(this.#file.path, { scan: true, ...this.options.open });
		if (!opened.ok) {
			return opened;
		}
		if (this.#resources.isDisposed) {
			await opened.value.close();
			return ok();
		}
		this.readings++;
		this.#overlay = new Overlay();
		this.marks.clear();
		this.#editedScans.clear();
		this.#areLabelsLoaded = false;
		this.isChangedOnDisk = false;
		await this.#replaceFile(opened.value);
		this.#touch();
		return ok();
	}

	/** Looks whether something else has written the file, and reads it anew where nothing is lost. */
	checkDisk(): Promise<Result<void>> {
		return this.#turns.take(() => this.#checkDisk());
	}

	async #checkDisk(): Promise<Result<void>> {
		const changed = await expected(() => isChanged(this.#file));
		if (!changed.ok || !changed.value) {
			return changed.ok ? ok() : changed;
		}
		if (!this.#overlay.isChanged) {
			return this.#revert();
		}
		const own = await expected(() => this.#isOwnSave());
		if (own.ok && own.value && this.#unanswered) {
			return this.#finishSave(this.#unanswered);
		}
		this.isChangedOnDisk = true;
		this.#touch();
		return ok();
	}

	/** Whether a save whose answer was lost has put there what stands there now. */
	async #isOwnSave(): Promise<boolean> {
		const { far } = this.#file;
		const written = far?.unanswered;
		if (!far || !written || this.#unanswered?.version !== this.#overlay.version) {
			return false;
		}
		const current = await far.current();
		return current !== undefined && sameFingerprint(current, written);
	}

	/** The edits as text, for hot exit. Its size follows the edits and not the file. */
	backup(): string {
		return packState({ fingerprint: this.#file.fingerprint, overlay: this.#overlay.state() });
	}

	/** Finds what only all rows show, of a file that was opened without: all of it is read once. */
	async check(signal: AbortSignal): Promise<Result<void>> {
		const file = this.#file;
		const checked = await file.check(signal);
		if (checked.ok && file === this.#file) {
			await this.#loadLabels();
		}
		this.#touch();
		return checked;
	}

	/** Lays the edits of a backup over the file. Refused when the file is no longer the same. */
	async restore(backup: string): Promise<Result<void>> {
		const indexed = await this.#file.indexed;
		if (!indexed.ok) {
			return indexed;
		}
		const state = unpackState(backup, this.#file);
		if (!state.ok) {
			return state;
		}
		this.#overlay = Overlay.from(state.value);
		this.#overlay.growBase(this.#file.rows.count);
		this.#touch();
		return ok();
	}

	dispose(): void {
		this.#resources.dispose();
		this.#changed.dispose();
		const written = this.labels?.flush() ?? Promise.resolve();
		void written.finally(() => this.#file.close());
	}

	get namedRows(): NamedRows {
		const file = this.#file;
		return { scan: file.scan, readRow: (base: number) => file.readRow(base) };
	}

	/** Pages show what could not be written; what was written they show already. */
	#tellFailure(): void {
		const isFailing = this.options.annotations?.failure !== undefined;
		if (isFailing || this.#wasFailing) {
			this.#wasFailing = isFailing;
			this.#touch();
		}
	}

	#touch(): void {
		this.revision++;
		this.#changed.fire();
	}

	/** What the scan of the file will be once it is saved; made from what is known already. */
	#rowScans(): ScanBatch[] {
		return rebasedScan(this.#file.scan, this.#overlay, (id, bytes) => this.scanOf(id, bytes));
	}

	async #replaceFile(file: DatasetFile): Promise<void> {
		const old = this.#file;
		this.#file = file;
		this.#follow(file);
		await old.close();
	}

	#follow(file: DatasetFile): void {
		const take = (): void => {
			if (file === this.#file) {
				this.#overlay.growBase(file.rows.count);
				this.#touch();
			}
		};
		this.#resources.add(file.onDidProgress(take));
		take();
		void file.scanned.then(async result => {
			if (file !== this.#file || this.#resources.isDisposed) {
				return;
			}
			this.failure = result.ok ? undefined : messageFor(result.error);
			this.marks.apply(file.scan, this.#overlay);
			if (result.ok && file.isScanned) {
				await this.#loadLabels();
			}
			this.#touch();
		});
		if (file.far) {
			this.#resources.add(file.far.onDidChangeState(({ kind }) => this.#linkChanged(kind)));
		}
	}

	async #loadLabels(): Promise<void> {
		if (this.labels && !this.#areLabelsLoaded) {
			const loaded = await this.labels.load(this.namedRows, this.#overlay);
			this.failure = loaded.ok ? undefined : messageFor(loaded.error);
			this.#areLabelsLoaded = loaded.ok;
		}
	}

	#linkChanged(kind: FarState['kind']): void {
		this.#touch();
		if (kind === 'connected') {
			// It may have been written while nobody could look.
			void this.checkDisk();
		}
	}
}
