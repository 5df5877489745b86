import { Emitter } from '../../../core/base/emitter';
import type { Disposable } from '../../../core/base/disposable';
import { ok, type Result } from '../../../core/base/result';
import { isReviewed } from '../../../core/dataset/annotate/annotationFold';
import type { ReviewCounts, ReviewState } from '../../../core/dataset/annotate/reviewState';
import { VisitClock } from '../../../core/dataset/annotate/visitClock';
import type { Label, Statement } from '../../../core/dataset/annotation';
import type { RowId, RowRef } from '../../../core/dataset/overlay';
import type { DatasetModel } from '../datasetModel';
import type { ViewRow } from '../datasetView';
import type { UndoableChange } from '../editableDataset';

/** Rows that are read before they are asked for. */
const ahead = 3;

/**
 * One annotator going through a queue. What is said counts at once and the next row is there at
 * once; the log is written behind. Where it stops follows from the log, so it resumes anywhere.
 */
export class ReviewSession implements Disposable {
	readonly #moved = new Emitter<void>();
	/** Another row is in view, or there is none left. */
	readonly onDidMove = this.#moved.event;
	readonly #clock: VisitClock;
	readonly #read = new Map<RowId, { readonly file: object; readonly bytes: Promise<Uint8Array> }>();
	/** Rows that were in view before this one, newest last. */
	readonly #passed: RowId[] = [];
	readonly #members: RowSet;
	#current: RowId | undefined;
	/** The row that the annotator has before the eyes, as the page says. */
	#shown: RowId | undefined;
	#decided = 0;
	#seconds = 0;
	/** Rows that were decided again in this sitting, where all of them are asked about again. */
	readonly #settled: Set<RowId> | undefined;
	#counted: { readonly version: number; readonly counts: ReviewCounts } | undefined;

	/** @param isAgain asks about decided rows too, such as those that others decided otherwise */
	constructor(
		private readonly model: DatasetModel,
		readonly queue: readonly RowId[],
		readonly title: string,
		now: () => number,
		isAgain = false,
	) {
		this.#settled = isAgain ? new Set() : undefined;
		this.#members = new RowSet(queue, model.file.rows.count);
		this.#clock = new VisitClock(now);
		this.#goTo(this.#nextOpen(-1));
	}

	get current(): RowId | undefined {
		return this.#current;
	}

	get state(): ReviewState {
		const mine = this.#current === undefined ? undefined : this.model.labels?.mine(this.#current);
		return {
			title: this.title,
			counts: this.#counts(),
			pace: { decided: this.#decided, seconds: this.#seconds },
			mine,
			isDone: this.#current === undefined,
		};
	}

	/** The page shows this row; a decision before that could only be a slip of the finger. */
	shown(id: RowId): void {
		this.#shown = id;
		this.#clock.active();
	}

	active(): void {
		this.#clock.active();
	}

	hidden(): void {
		this.#clock.hidden();
	}

	/** Decides and goes on to the next open row. */
	decide(label: Label): Result<UndoableChange | undefined> {
		return this.#sayAndMove({ kind: 'label', value: label });
	}

	/** Sets the row aside until the others are done. */
	skip(): Result<UndoableChange | undefined> {
		return this.#sayAndMove({ kind: 'skip', on: true });
	}

	/** Says something that does not end the visit: a rating, a tag, a note. */
	say(statement: Statement): Result<UndoableChange | undefined> {
		const id = this.#current;
		if (id === undefined || id !== this.#shown) {
			return ok(undefined);
		}
		const wasDone = this.#isDone(id);
		const said = this.model.annotate(id, statement);
		if (said.ok && (statement.kind === 'label' || statement.kind === 'rating')) {
			this.#settled?.add(id);
		}
		if (said.ok && !wasDone && this.#isDone(id)) {
			this.#decided++;
		}
		return said.ok ? ok(said.value.change) : said;
	}

	/** To the next row that is not decided, after this one and then from the start. */
	next(): void {
		this.#goTo(this.#nextOpen(this.#place()));
	}

	/** Back to the row that was in view before, else to the one before this in the queue. */
	previous(): void {
		const last = this.#passed.pop() ?? this.queue[this.#place() - 1];
		if (last !== undefined && this.model.overlay.row(last)) {
			this.#leave();
			this.#show(last);
		}
	}

	/** To any row, such as one that was clicked. */
	goTo(id: RowId): void {
		if (id !== this.#current) {
			this.#goTo(id);
		}
		this.#shown = id;
	}

	/** Takes rows that were set aside into the queue again. */
	reviewSkipped(): void {
		for (const id of this.queue) {
			if (this.model.labels?.mine(id)?.isSkipped) {
				this.model.annotate(id, { kind: 'skip', on: false });
			}
		}
		this.#goTo(this.#nextOpen(-1));
	}

	/** The annotator ends it; the time of the last visit counts. */
	stop(): void {
		this.#leave();
	}

	/** After something was taken back: to the row that it was said about. */
	returnTo(id: RowId): void {
		this.#settled?.delete(id);
		this.#decided = Math.max(0, this.#decided - (this.#isDone(id) ? 0 : 1));
		this.#leave();
		this.#show(id);
	}

	/** The row in view, from what was read ahead. */
	async currentRow(): Promise<ViewRow | undefined> {
		const id = this.#current;
		const row = id === undefined ? undefined : this.model.overlay.row(id);
		const position = id === undefined ? undefined : this.model.overlay.positionOf(id);
		if (!row || position === undefined) {
			return undefined;
		}
		return { row, position, bytes: await this.#bytesOf(row) };
	}

	dispose(): void {
		this.#moved.dispose();
	}

	#sayAndMove(statement: Statement): Result<UndoableChange | undefined> {
		const id = this.#current;
		if (id === undefined || id !== this.#shown) {
			return ok(undefined);
		}
		const said = this.say(statement);
		if (said.ok) {
			this.#goTo(this.#nextOpen(this.#place()));
		}
		return said;
	}

	#goTo(id: RowId | undefined): void {
		this.#leave();
		if (this.#current !== undefined) {
			this.#passed.push(this.#current);
		}
		this.#show(id);
	}

	#show(id: RowId | undefined): void {
		this.#current = id;
		this.#shown = undefined;
		this.#readAhead();
		this.#moved.fire();
	}

	/** Notes the time of the visit that ends. */
	#leave(): void {
		const seconds = this.#clock.next();
		const id = this.#current;
		const base = id === undefined ? undefined : this.model.overlay.row(id)?.base;
		if (id !== undefined && base !== undefined && seconds > 0) {
			this.#seconds += seconds;
			void this.model.labels?.spent(this.model.namedRows, id, base, seconds);
		}
	}

	#place(): number {
		return this.#current === undefined ? -1 : this.queue.indexOf(this.#current);
	}

	#nextOpen(after: number): RowId | undefined {
		const { length } = this.queue;
		for (let step = 1; step <= length; step++) {
			const id = this.queue[(after + step) % length];
			if (id !== undefined && this.#isOpen(id)) {
				return id;
			}
		}
		return undefined;
	}

	#isOpen(id: RowId): boolean {
		const mine = this.model.labels?.mine(id);
		return (
			!this.#isDone(id) && mine?.isSkipped !== true && this.model.overlay.row(id) !== undefined
		);
	}

	#isDone(id: RowId): boolean {
		return this.#settled ? this.#settled.has(id) : this.#isReviewed(id);
	}

	#isReviewed(id: RowId): boolean {
		return isReviewed(this.model.labels?.mine(id));
	}

	#counts(): ReviewCounts {
		const version = this.model.labels?.version ?? 0;
		if (this.#counted?.version !== version) {
			this.#counted = { version, counts: this.#count() };
		}
		const { counts } = this.#counted;
		return { ...counts, done: this.#settled?.size ?? counts.done };
	}

	#count(): ReviewCounts {
		const byLabel: Record<Label, number> = { keep: 0, drop: 0, fix: 0 };
		let done = 0;
		let skipped = 0;
		for (const id of this.model.labels?.annotatedRows() ?? []) {
			const mine = this.#members.has(id) ? this.model.labels?.mine(id) : undefined;
			if (mine?.label !== undefined) {
				byLabel[mine.label]++;
			}
			done += isReviewed(mine) ? 1 : 0;
			skipped += mine?.isSkipped === true && !isReviewed(mine) ? 1 : 0;
		}
		return { total: this.queue.length, done, skipped, byLabel };
	}

	#readAhead(): void {
		for (let id = this.#current, i = 0; id !== undefined && i < ahead; i++) {
			const row = this.model.overlay.row(id);
			if (row) {
				void this.#bytesOf(row).catch(() => undefined);
			}
			id = this.#nextOpen(this.queue.indexOf(id));
		}
		for (const id of this.#read.keys()) {
			if (this.#read.size > 4 * ahead) {
				this.#read.delete(id);
			}
		}
	}

	#bytesOf(row: RowRef): Promise<Uint8Array> {
		if (row.bytes) {
			return Promise.resolve(row.bytes);
		}
		// A save may have put another content into the file, which is then opened anew.
		const { file } = this.model;
		const known = this.#read.get(row.id);
		if (known?.file === file) {
			return known.bytes;
		}
		const bytes = this.model
			.readRows([row])
			.then(([one = new Uint8Array()]) => Uint8Array.from(one));
		this.#read.set(row.id, { file, bytes });
		bytes.catch(() => this.#read.delete(row.id));
		return bytes;
	}
}

/** Rows of the file as one byte each, since a queue may hold millions. */
class RowSet {
	readonly #ofFile: Uint8Array;
	readonly #added = new Set<RowId>();

	constructor(ids: readonly RowId[], fileRows: number) {
		this.#ofFile = new Uint8Array(fileRows);
		for (const id of ids) {
			if (id < fileRows) {
				this.#ofFile[id] = 1;
			} else {
				this.#added.add(id);
			}
		}
	}

	has(id: RowId): boolean {
		return this.#ofFile[id] === 1 || this.#added.has(id);
	}
}
